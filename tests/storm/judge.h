/* SPDX-License-Identifier: MIT */
/* judge.h - holds the accounts of a run against each other. */
#ifndef STORM_JUDGE_H
#define STORM_JUDGE_H

#include "accounts.h"

/*
 * What counts. The first RST of a connection decides it; what follows on the
 * same ports is an echo, unless both ends aborted at once. A reset belongs to a
 * call if the kernel sent it from inside that call (an active one, by thread
 * and time of the tracepoint), or if the segment that it answers left while
 * that call ran (a passive one, by the numbers in the capture). What belongs to
 * no call (an acknowledgment that was delayed, data that waited for a window)
 * is counted apart: no call can foresee it, though a prediction may still have
 * come true by it.
 *
 * told    belongs to a call, and a certain or likely prediction named its
 *         cause, on this connection and sender, before
 * possible  the same, but no more than a possible one did
 * missed  belongs to a call, and nothing did
 * false   a prediction after which the connection's first RST has another
 *         cause, another sender or belongs to a later call, or never came
 * unseen  belongs to a call, but what it rests on can't be asked: another
 *         host's refusal, a FIN that has not arrived from there; or is not,
 *         for the price: whether a read will send an acknowledgment,
 *         a peer that vanished without a segment, of a connection
 *         that was in use within the last second; or made by io_uring; or
 *         an MPTCP socket had not been told of the FIN
 * race    a miss or false alarm where a segment of the other side's, by the
 *         capture, arrived after the check (the record's time; without one the
 *         call's begin) and before the call's effect, or where the other
 *         side's FIN left in that time
 */
struct tally {
	uint64_t resets;   /* of calls */
	uint64_t missed;   /* races apart */
	uint64_t raced;	   /* missed by a race */
	uint64_t callless; /* of no call */
	uint64_t unseen;   /* of calls, but nothing on this host tells */
	/* By enum rst_certainty. */
	uint64_t foretold[RST_CERTAIN + 1]; /* resets of calls, by the best */
	uint64_t told[RST_CERTAIN + 1];	    /* predictions */
	uint64_t came[RST_CERTAIN + 1];	    /* of these, came true */
	uint64_t false_races;		    /* certain ones that did not */
};

struct judgement {
	struct tally causes[RST_CAUSE_COUNT];
	uint64_t plays, calls;
	uint64_t echoes;
	uint64_t kernel_only;  /* resets in the trace, not in the capture */
	uint64_t capture_only; /* the reverse */
	uint64_t untraced;     /* in one account alone, of no call */
	uint64_t passed_over;  /* known by the capture, as the kernel admits */
	uint64_t received, received_untrue, received_twice;
	uint64_t misnamed; /* right reset, wrong name of the call */
};

/* Something to be looked at, and why. */
typedef void judge_finding(const char *what, uint32_t play, void *arg);

void judge(struct accounts *a, struct judgement *j, judge_finding *say,
	   void *arg);

/* False certain predictions that no race explains. */
uint64_t tally_false(const struct tally *t);

#endif
