/* SPDX-License-Identifier: MIT */
/* verdict.h - facts in, verdict out: which reset a call is about to cause. */
#ifndef RSTWATCH_VERDICT_H
#define RSTWATCH_VERDICT_H

#include <stddef.h>

#include "rstwatch/cause.h"
#include "rstwatch/facts.h"

/* What a call does to one socket; many libc functions come down to these. */
enum rst_act_kind {
	RST_ACT_CLOSE,	    /* drops a descriptor: close, dup2 over it, exit */
	RST_ACT_SHUTDOWN,   /* how: SHUT_RD, SHUT_WR, SHUT_RDWR */
	RST_ACT_CONNECT,    /* sends a SYN to facts.peer */
	RST_ACT_DISCONNECT, /* connect(AF_UNSPEC) */
	RST_ACT_SEND,	    /* bytes of payload, 0 where unknown */
	RST_ACT_RECEIVE,    /* may send a window update */
};

/* An exec of which it can't be told whether it will fail may close nothing. */
enum rst_close_how { RST_CLOSE_SURELY, RST_CLOSE_PERHAPS };

struct rst_act {
	enum rst_act_kind kind;
	int how; /* of a shutdown; of a close, enum rst_close_how */
	size_t bytes;
};

struct rst_verdict {
	enum rst_cause cause; /* RST_CAUSE_NONE: no reset that we know of */
	enum rst_certainty certainty;
	enum rst_sender sender;
};

/*
 * The reset that act will cause on a socket of which f is known, or
 * RST_CAUSE_NONE. A fact that is missing lowers the certainty, never raises
 * it. Pure: no I/O, no globals, no errno; may be called from a signal handler.
 */
struct rst_verdict rst_verdict(const struct rst_act *act,
			       const struct rst_facts *f);

#endif
