/* SPDX-License-Identifier: MIT */
/* prediction.h - holds every verdict against what the kernel then does. */
#ifndef TESTS_PREDICTION_H
#define TESTS_PREDICTION_H

#include "tcp_situation.h"

/*
 * Each situation (a state of both ends) is made with each burden (data,
 * options) and then each act is predicted and done. The judge is the counter
 * of resets of a network namespace in which nothing else happens. Silence is
 * judged twice: at once, and for all cases together after the kernel's
 * timers (delayed acknowledgment 40 ms, retransmission 200 ms) have run.
 */
struct prediction_plan {
	const char *name;
	struct tcp_pair (*open)(void);
	const struct situation *situations;
	const struct burden *burdens;
	bool leaves_out_slow; /* what waits for timers was asked elsewhere */
	bool is_deferred;     /* resets may come from a kernel thread */
};

/* Ends the test, and names each cell, where the kernel did otherwise. */
void prediction_run(const struct prediction_plan *plan);

/* So that thousands of connections can wait for the end of the matrix. */
bool prediction_raise_limit(void);

#endif
