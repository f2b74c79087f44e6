/* SPDX-License-Identifier: MIT */
/* config.h - the RSTWATCH_ variables, read once (contract.md section 3). */
#ifndef RSTWATCH_CONFIG_H
#define RSTWATCH_CONFIG_H

#include <stdbool.h>

#include "rstwatch/record.h"

struct config {
	enum rst_level level;
	unsigned stack;	 /* frames an event */
	unsigned peek;	 /* bytes of unread data */
	unsigned limit;	 /* lines a second on stderr */
	const char *log; /* template of the log's path; NULL for stderr */
	bool is_watched; /* RSTWATCH_ONLY names this program, or nothing */
};

extern struct config config;

/* Says that a variable's value means nothing and what it could be. */
typedef void config_complain(const char *variable, const char *value,
			     const char *expected);

/* Reads the environment; name is this program's, for RSTWATCH_ONLY. A value
 * that means nothing is named by complain() and its default taken. */
void config_read(const char *name, config_complain *complain);

#endif
