/* SPDX-License-Identifier: MIT */
/* holder.h - who else holds a socket, so that closing it ends nothing. */
#ifndef RSTWATCH_HOLDER_H
#define RSTWATCH_HOLDER_H

#include <stdint.h>

#include "rstwatch/facts.h"

#include "desc.h"

/*
 * Looks for another reference to fd's socket (kernel.md 3.14). Descriptors
 * first..fd of this process don't count: the same call closes them, lowest
 * first. holder_pid is set with RST_HOLDER_PROCESS. A socket that can't be
 * shared costs one waitid(2); the others a look through /proc.
 */
enum rst_holder holder_find(int fd, const struct desc *d, int first,
			    int32_t *holder_pid);

#endif
