/* SPDX-License-Identifier: MIT */
/* siblings.h - listeners of one SO_REUSEPORT group that one call closes. */
#ifndef RSTWATCH_SIBLINGS_H
#define RSTWATCH_SIBLINGS_H

#include "predict.h"

/*
 * How many of the f->siblings of s end by the same call: at the end of a
 * process nobody may be left to take over what waits.
 */
int32_t siblings_leaving(const struct subject *s, const struct rst_facts *f);

#endif
