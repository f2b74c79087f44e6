/* SPDX-License-Identifier: MIT */
/* run_witness.h - what the kernel said of the resets that were found. */
#ifndef ANALYZER_RUN_WITNESS_H
#define ANALYZER_RUN_WITNESS_H

#include "model.h"
#include "witness.h"

/*
 * Reads what the keeper wrote (struct witness_reset, one by one) and ties each
 * to the reset that it tells of: as evidence, and as its cause where the reason
 * has but one (keepalive-timeout, out-of-memory, unread-data, linger2-negative;
 * destroyed by its state), unless a log has foretold it. program is the file
 * that was run, in which a place without a log is looked for. The array, which
 * the findings point into; NULL where there is none.
 */
struct witness_reset *run_witness_tie(struct report *r, const char *path,
				      const char *program);

#endif
