/* SPDX-License-Identifier: MIT */
/* report.h - prints what the judge found. */
#ifndef STORM_REPORT_H
#define STORM_REPORT_H

#include "judge.h"

/* A play as it went: calls, segments, the kernel's and our records, by time. */
void report_play(const struct accounts *a, uint32_t play);

/* The table, a row a cause; the number of faults in it. */
uint64_t report_table(const struct judgement *j);

#endif
