/* SPDX-License-Identifier: MIT */
/* holders.h - who else holds a socket, found through /proc. */
#ifndef RSTWATCH_HOLDERS_H
#define RSTWATCH_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/facts.h"

enum rst_holders_how {
	RST_HOLDERS_ALONE = 1 << 0, /* no other process can have it: only pid's
				       own descriptors are looked at */
	RST_HOLDERS_EXEC = 1 << 1,  /* pid, the caller, is about to exec: of
				       first..last, close-on-exec ones close */
};

/*
 * Who can have a descriptor that went from process to process by fork alone:
 * the elders, which were this process before it was forked off, and who was
 * born since, in ticks as /proc/PID/stat has them. 0: anybody.
 */
enum { RST_ELDERS_MAX = 8 };

struct rst_kin {
	uint64_t since;
	int32_t elders[RST_ELDERS_MAX]; /* 0 ends them */
	/* If not NULL: true where that process lets go of the socket by itself,
	 * and before the caller; it doesn't count. */
	bool (*leaves)(int32_t pid, uint64_t inode);
};

/*
 * Looks through /proc for a descriptor of the socket with this inode, other
 * than first..last of process pid, which are about to be closed, and those of
 * the calling process if that is another one. Where kin is not NULL nobody
 * else is looked at. *holder receives the descriptor
 * (RST_HOLDER_FD) or the process (RST_HOLDER_PROCESS). RST_HOLDER_FEARED where
 * that can't be seen: no /proc, a relative of pid that may not be looked at,
 * more open files on the machine than can be looked at in 10 ms. Raw system
 * calls only; may be called from a signal handler.
 */
enum rst_holder rst_holders_find(int32_t pid, int first, int last,
				 uint64_t inode, unsigned how,
				 const struct rst_kin *kin, int32_t *holder);

#endif
