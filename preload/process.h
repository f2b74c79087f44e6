/* SPDX-License-Identifier: MIT */
/* process.h - who we are, and whether we still are: fork, vfork, clone. */
#ifndef RSTWATCH_PROCESS_H
#define RSTWATCH_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct process {
	int32_t pid;
	uint32_t forks;	     /* how often this memory has been through a fork */
	uint64_t started_ns; /* CLOCK_REALTIME */
	char name[64];	     /* as it was called, without the path */
	char executable[512];
	char host[65];
};

extern struct process process;

/* Learns all of it; called once, by the constructor. */
void process_start(void);

/*
 * True if this memory belongs to the running process alone. False in a vfork
 * child, which shares its parent's: nothing may be written there. The child of
 * a real fork, by whatever call, is found out here and becomes a process of
 * its own. Costs one getpid(2).
 */
bool process_is_ours(void);

/* To be called in the parent when it is about to fork. */
void process_forks_now(void);

static inline uint32_t process_forks(void)
{
	return __atomic_load_n(&process.forks, __ATOMIC_RELAXED);
}

#endif
