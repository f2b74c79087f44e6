/* SPDX-License-Identifier: MIT */
/* rules.h - what a rule of the verdict is made of, and the list of them. */
#ifndef RSTWATCH_RULES_H
#define RSTWATCH_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "rstwatch/verdict.h"

/*
 * X(acts, name): the decision, a list of rules asked in the kernel's own
 * order. The first one that knows the answer ends the list, also where the
 * answer is silence. To add a rule: one row here, one function that cites its
 * ground (rules_self.c where our own socket's state decides, rules_peer.c
 * where the other end's does), and in tests/unit/test_verdict.c its facts and
 * a twin that stays silent.
 *
 * Kernel functions are named as in Linux 6.12; A1, P7 and so on are the rows
 * of kernel.md.
 */
#define RULES(X) \
	X(ON_CLOSE, rule_another_holder) \
	X(ON_CONNECT, rule_refused) \
	X(ON_ALL, rule_not_connected) \
	X(ON_ALL, rule_in_repair) \
	X(ON_ALL, rule_listener_ends) \
	X(ON_CLOSE, rule_unread_data) \
	X(ON_CLOSE, rule_linger_zero) \
	X(ON_DISCONNECT, rule_disconnects) \
	X(ON_CLOSE, rule_linger2_in_fin_wait2) \
	X(ON_CLOSE | ON_SHUTDOWN, rule_flush_after_close) \
	X(ON_CLOSE | ON_SHUTDOWN, rule_fin_to_forgotten) \
	X(ON_CLOSE, rule_linger2_before_ack) \
	X(ON_CLOSE | ON_SHUTDOWN, rule_data_under_way) \
	X(ON_SEND, rule_data_after_close) \
	X(ON_RECEIVE, rule_update_to_forgotten)

#define BIT(n) (1u << (n))

enum {
	ON_CLOSE = BIT(RST_ACT_CLOSE),
	ON_SHUTDOWN = BIT(RST_ACT_SHUTDOWN),
	ON_CONNECT = BIT(RST_ACT_CONNECT),
	ON_DISCONNECT = BIT(RST_ACT_DISCONNECT),
	ON_SEND = BIT(RST_ACT_SEND),
	ON_RECEIVE = BIT(RST_ACT_RECEIVE),
	ON_ALL = BIT(RST_ACT_RECEIVE + 1) - 1,
};

static inline bool knows(const struct rst_facts *f, unsigned have)
{
	return (f->have & have) == have;
}

static inline bool is_in(const struct rst_facts *f, unsigned states)
{
	return knows(f, RST_HAVE_STATE) && states & BIT(f->state);
}

/* True if the state is one of these or can't be told. */
static inline bool may_be_in(const struct rst_facts *f, unsigned states)
{
	return !knows(f, RST_HAVE_STATE) || is_in(f, states);
}

/* What rests on the state is at most likely while the state is not known. */
static inline enum rst_certainty certain_in_state(const struct rst_facts *f)
{
	return knows(f, RST_HAVE_STATE) ? RST_CERTAIN : RST_LIKELY;
}

static inline bool silent(struct rst_verdict *v)
{
	*v = (struct rst_verdict){RST_CAUSE_NONE, RST_CERTAINTY_NONE,
				  RST_SENDER_UNKNOWN};
	return true;
}

static inline bool resets(struct rst_verdict *v, enum rst_cause cause,
			  enum rst_certainty certainty, enum rst_sender sender)
{
	*v = (struct rst_verdict){cause, certainty, sender};
	return true;
}

static inline bool closes_reading(const struct rst_act *a)
{
	return a->how == SHUT_RD || a->how == SHUT_RDWR;
}

static inline bool closes_writing(const struct rst_act *a)
{
	return a->kind == RST_ACT_CLOSE || a->how == SHUT_WR ||
	       a->how == SHUT_RDWR;
}

/* True where the rule decided; *v is then the verdict. */
#define X(acts, name) \
	bool name(const struct rst_act *a, const struct rst_facts *f, \
		  struct rst_verdict *v);
RULES(X)
#undef X

#endif
