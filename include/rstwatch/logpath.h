/* SPDX-License-Identifier: MIT */
/* logpath.h - the path of a log, from what RSTWATCH_LOG says. */
#ifndef RSTWATCH_LOGPATH_H
#define RSTWATCH_LOGPATH_H

#include <stdint.h>

#include "rstwatch/text.h"

/* What stands for %p, %e, %h and %t; contract.md section 3. */
struct rst_log_names {
	int32_t pid;
	const char *program;
	const char *host;
	uint64_t started_s;
};

/* pattern with its names filled in. Pure; may be called in a signal handler. */
void rst_log_path(struct rst_text *t, const char *pattern,
		  const struct rst_log_names *names);

#endif
