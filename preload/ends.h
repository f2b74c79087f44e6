/* SPDX-License-Identifier: MIT */
/* ends.h - connections of which one call closes both ends. */
#ifndef RSTWATCH_ENDS_H
#define RSTWATCH_ENDS_H

#include "predict.h"

/*
 * Before s, which is sure to reset, is told: what its call closes after it and
 * its reset ends first is marked as told. Of a listener's waiting connections
 * those are left out whose clients have reset them before.
 */
void ends_settle(const struct subject *s, struct rst_facts *f);

#endif
