/* SPDX-License-Identifier: MIT */
/* report_ladder.h - draws the last packets between two hosts. */
#ifndef ANALYZER_REPORT_LADDER_H
#define ANALYZER_REPORT_LADDER_H

#include "report_page.h"

/*
 * Draws the ladder of f, the client on the left, with the calls of the logs at
 * their place in time; nothing if f has none.
 */
void ladder_draw(const struct page *p, const struct finding *f);

#endif
