/* SPDX-License-Identifier: MIT */
/* tcp_situation.h - the states that a connection can be in, ready made. */
#ifndef TESTS_TCP_SITUATION_H
#define TESTS_TCP_SITUATION_H

#include "tcp_pair.h"

/*
 * Both lists end with a name that is NULL. A burden is loaded first, onto an
 * established connection: data on its way to us, options of ours. Then a
 * situation brings both ends into their states. Not every pair fits; none
 * draws a reset, except where the name says so.
 */
struct burden {
	const char *name;
	void (*load)(struct tcp_pair *p);
	bool has_data; /* they have written something */
	bool is_slow;  /* the reset that it brings waits for a timer */
};

struct situation {
	const char *name;
	void (*make)(struct tcp_pair *p);
	bool has_full_window; /* they have written all that fits */
	bool is_corked;	      /* we hold data back */
	bool is_in_repair;
};

extern const struct burden burdens[];
extern const struct burden few_burdens[]; /* where all would say no more */
extern const struct situation situations[];

/*
 * The few of them that an MPTCP socket shows: its TCP_INFO is that of the
 * first subflow, which stays ESTABLISHED while the connection above it closes.
 */
extern const struct burden mptcp_burdens[];
extern const struct situation mptcp_situations[];

/* By name; ends the test where there is none of that name. */
void burden_load(const char *name, struct tcp_pair *p);
void situation_make(const char *name, struct tcp_pair *p);

#endif
