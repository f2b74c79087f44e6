/* SPDX-License-Identifier: MIT */
/* report_finding.h - one finding told whole, for people at a terminal. */
#ifndef ANALYZER_REPORT_FINDING_H
#define ANALYZER_REPORT_FINDING_H

#include "report_page.h"

/* "predicted", "no-reset-seen", "from the log": what came of it. */
const char *finding_outcome(const struct finding *f);
enum page_style finding_style(const struct finding *f);

/* Under a heading with its number: head, ladder, cause, evidence, advice. */
void finding_say(const struct page *p, const struct report *r,
		 const struct finding *f, uint64_t number);

#endif
