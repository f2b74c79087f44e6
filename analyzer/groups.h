/* SPDX-License-Identifier: MIT */
/* groups.h - findings that are the same mistake, counted together. */
#ifndef ANALYZER_GROUPS_H
#define ANALYZER_GROUPS_H

#include <stddef.h>

#include "model.h"
#include "places.h"

enum { GROUP_TEXT_MAX = 160 };

/* Findings of one cause, program, call and place in the code, towards one
 * host; where no log tells of them, of one server with its port. The texts are
 * escaped for a terminal, "" where unknown. */
struct group {
	enum finding_kind kind;
	enum rst_cause cause;
	char program[64];
	char call[32];
	char site[GROUP_TEXT_MAX];
	char peer[48];
	size_t *findings; /* indices into report.findings, by time */
	size_t count;
	size_t predicted; /* of these */
	uint64_t unread;  /* bytes that predictions say will be lost: */
	uint64_t unacked; /* not read here; not acknowledged there */
};

struct groups {
	struct group *group; /* the largest first */
	size_t count;
};

/* 0, or -1 where memory is short. Freed by groups_free(). */
int groups_make(struct groups *g, const struct report *r, struct places *p);
void groups_free(struct groups *g);

#endif
