/* SPDX-License-Identifier: MIT */
/* holders.h - who else holds a socket, found through /proc. */
#ifndef RSTWATCH_HOLDERS_H
#define RSTWATCH_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/facts.h"

/*
 * Looks through /proc for a descriptor of the socket with this inode, other
 * than first..last of process pid, which are about to be closed, and those of
 * the calling process if that is another one. *holder_pid receives whose it
 * is. is_alone: no other process can have it, so only pid is looked at.
 * RST_HOLDER_FEARED where that can't be seen: no /proc, a relative of pid that
 * may not be looked at, too many open files on the machine. Raw system calls
 * only; may be called from a signal handler.
 */
enum rst_holder rst_holders_find(int32_t pid, int first, int last,
				 uint64_t inode, bool is_alone,
				 int32_t *holder_pid);

#endif
