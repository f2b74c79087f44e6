/* SPDX-License-Identifier: MIT */
/* own.h - which connections are the command's, as the kernel saw them made. */
#ifndef ANALYZER_OWN_H
#define ANALYZER_OWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "rstwatch/addr.h"

/*
 * Processes are followed by fork from the first one on. Of their connections
 * one end is enough: what they listened on, or connected to. So a connection
 * that another program made to the same server counts too: rather one too many.
 */
enum { OWN_PIDS = 1 << 22, OWN_ENDS = 4096 };

struct own {
	uint8_t pids[OWN_PIDS / 8];
	struct rst_addr ends[OWN_ENDS];
	uint32_t end_count;
	bool is_full; /* there were more: nothing can be told from it */
};

/* True where process numbers mean the same to the kernel's tracepoints. */
bool own_can_follow(void);

/* pid, and from now on all below it. */
void own_begin(struct own *o, pid_t pid);
void own_forked(struct own *o, pid_t parent, pid_t child);

/* pid listens on an end, or connects to one. */
void own_used(struct own *o, pid_t pid, const struct rst_addr *end);

/* An end is the command's whoever made it. */
void own_add(struct own *o, const struct rst_addr *end);

/* The ends of the sockets that this process has: they are inherited. */
void own_add_inherited(struct own *o);

bool own_has(const struct own *o, const struct rst_addr *end);

#endif
