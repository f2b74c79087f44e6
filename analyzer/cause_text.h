/* SPDX-License-Identifier: MIT */
/* cause_text.h - what people want to know about a cause. */
#ifndef ANALYZER_CAUSE_TEXT_H
#define ANALYZER_CAUSE_TEXT_H

#include "rstwatch/cause.h"

/* A row of RST_CAUSES: cause.h says what the columns are. */
struct cause_text {
	const char *slug;
	enum rst_sender sender;
	const char *what;
	const char *advice;
	const char *packets; /* lines, each with its newline */
	const char *kernel;
	const char *fix; /* lines */
};

/* All strings are "" for RST_CAUSE_NONE. */
const struct cause_text *cause_text(enum rst_cause cause);

#endif
