/* SPDX-License-Identifier: MIT */
/* canary.h - tells a signal to our whole process group from one to us. */
#ifndef ANALYZER_CANARY_H
#define ANALYZER_CANARY_H

#include <stdbool.h>
#include <sys/types.h>

struct canary {
	pid_t pid; /* 0: there is none */
	int control;
};

/*
 * Starts it, in our process group. To be called with all signals blocked that
 * canary_had() will be asked about, and before others are forked. Without
 * memory or processes there is none, and no signal is the group's.
 */
void canary_start(struct canary *c);

/* True if a signal that reached us just now was sent to the whole group. */
bool canary_had(const struct canary *c, int signal);

void canary_end(struct canary *c);

#endif
