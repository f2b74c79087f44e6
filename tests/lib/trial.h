/* SPDX-License-Identifier: MIT */
/* trial.h - runs programs in networks of their own, before two witnesses. */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "netns.h"
#include "sniffer.h"
#include "program.h"
#include "witness.h"

enum { TRIAL_ERROR_MAX = 256, TRIAL_SEEN_MAX = 32 };

/*
 * One run of a program with its address as the only argument. The first part
 * is the caller's, zero where not wanted; the rest comes out of it.
 */
struct trial {
	const char *program; /* path */
	bool is_ipv6;
	bool is_alone; /* in a /proc of its own, where nobody else is */
	const char *const *sysctls; /* "ipv4/tcp_fin_timeout=1", NULL ends */
	char *const *env;	    /* as program_start() takes it */
	const char *dump; /* where all TCP packets go, NULL: nowhere */

	char why[TRIAL_ERROR_MAX]; /* "", or why it could not be run */
	struct netns_address address;
	struct program run;
	struct sniffer *sniffer; /* what was on its lo */
	/* What the kernel says it did with its address, in order of time. */
	struct witness_reset seen[TRIAL_SEEN_MAX];
	size_t seen_count; /* may be more than were kept */
};

/*
 * Runs all of them, a few at a time, then waits for what the kernel may still
 * send (a delayed acknowledgment takes 40 ms) and collects what it said. w may
 * be NULL: then only the packets tell.
 */
void trial_run_all(struct trial *trials, size_t count, struct witness *w);

/* Frees what the trials hold; many at a time, because the kernel is slow. */
void trial_free_all(struct trial *trials, size_t count);

#endif
