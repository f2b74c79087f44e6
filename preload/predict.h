/* SPDX-License-Identifier: MIT */
/* predict.h - asks for facts and a verdict, and reports what comes of them. */
#ifndef RSTWATCH_PREDICT_H
#define RSTWATCH_PREDICT_H

#include <stdbool.h>

#include "rstwatch/probe.h"
#include "rstwatch/record.h"
#include "rstwatch/verdict.h"

#include "desc.h"

/* Where the preload asks sock_diag. */
extern struct rst_diag predict_diag;

/* At the start and in the child of a fork, while there is but one thread. */
void predict_forked(void);

/*
 * All of these keep errno. The first two need stack and are called aside
 * (aside.h); the others go there by themselves.
 */

/* One call on one descriptor, about to be made. */
struct subject {
	int fd;
	struct desc *d;
	enum rst_call call;
	int first, last; /* closed by the same call; else fd and fd */
};

/*
 * The facts about the subject. If the kernel says that the descriptor is not
 * the socket that we remember, the memory is dropped. False where it is no TCP
 * socket at all, or where nothing may be written (a vfork child).
 */
bool predict_facts(const struct subject *s, unsigned want, struct rst_facts *f);

/* Reports the reset that act, no close, will cause, and how sure that is. */
enum rst_certainty predict_act(const struct subject *s,
			       const struct rst_act *act, struct rst_facts *f);

/*
 * Both of the above, for all kinds of act. Where a close will cause no reset
 * yet because somebody else holds the socket, that is reported, and possible.
 */
enum rst_certainty predict(const struct subject *s, const struct rst_act *act,
			   unsigned want);

/* Reports a reset that arrived, once in a connection's life. */
void predict_received(int fd, struct desc *d, enum rst_call call, int error);

/* connection-opened, connection-closed: level info. */
void predict_tell(enum rst_action action, int fd, struct desc *d,
		  enum rst_call call);

#endif
