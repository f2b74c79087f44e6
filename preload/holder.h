/* SPDX-License-Identifier: MIT */
/* holder.h - who else holds a socket, so that closing it ends nothing. */
#ifndef RSTWATCH_HOLDER_H
#define RSTWATCH_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/facts.h"

#include "desc.h"

/* True if nobody but this process can have d's socket. Costs a waitid(2). */
bool holder_is_alone(const struct desc *d);

/*
 * Looks for another reference to fd's socket (kernel.md 3.14), about to be
 * closed by call. Descriptors first..fd of this process don't count: the same
 * call closes them, lowest first. alone is as holder_is_alone() says.
 * *holder_pid tells whose it is. A socket that can't be shared costs nothing,
 * in a process with threads a look at each of them; the others a look through
 * /proc.
 */
enum rst_holder holder_find(int fd, const struct desc *d, bool alone, int first,
			    enum rst_call call, int32_t *holder_pid);

/* True if call replaces the program: what is close-on-exec is closed. */
bool holder_is_exec(enum rst_call call);

/* True if that takes so long that the facts should be asked again. */
bool holder_takes_long(const struct desc *d, bool alone);

#endif
