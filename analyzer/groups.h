/* SPDX-License-Identifier: MIT */
/* groups.h - findings that are the same mistake, counted together. */
#ifndef ANALYZER_GROUPS_H
#define ANALYZER_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "places.h"

enum { GROUP_TEXT_MAX = 256 };

/*
 * Findings of one cause, program, call and place in the code; where no log
 * tells of them, of one server with its port. The texts are escaped for a
 * terminal, "" where unknown; two places may have the same text, if that was
 * cut. peer is the one host that they were towards, or how many.
 */
struct group {
	enum finding_kind kind;
	enum rst_cause cause;
	bool has_log;
	char program[GROUP_TEXT_MAX];
	char call[GROUP_TEXT_MAX];
	char site[GROUP_TEXT_MAX];
	struct place where; /* of which site is the text, if has_where */
	bool has_where;
	uint64_t place; /* tells places apart by all of their names */
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
