/* SPDX-License-Identifier: MIT */
/* process.h - who we are, and whether we still are: fork, vfork, clone. */
#ifndef RSTWATCH_PROCESS_H
#define RSTWATCH_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/holders.h"

#include "libc.h"
#include "raw.h"

struct process {
	int32_t pid;
	uint32_t born;	     /* 1, and one more in each child: the first in a
				new pid namespace has its parent's number 1 */
	uint32_t forks;	     /* how often this memory has been through a fork */
	uint32_t outside;    /* of what was opened before so many forks, elders
				in another pid namespace may have a copy */
	uint64_t started_ns; /* CLOCK_REALTIME */
	struct rst_kin kin;  /* of what this program has opened */
	bool has_split;	     /* not all threads have the same descriptors */
	char name[64];	     /* as it was called, without the path */
	char executable[512];
	char host[65];
};

extern struct process process;

/* Learns all of it; called once, by the constructor. */
void process_start(void);

/* To be called in the parent when it is about to fork. */
void process_forks_now(void);

static inline uint32_t process_forks(void)
{
	return __atomic_load_n(&process.forks, __ATOMIC_RELAXED);
}

/* A thread has a table of descriptors of its own from now on. */
static inline void process_split_table(void)
{
	__atomic_store_n(&process.has_split, true, __ATOMIC_RELAXED);
}

/* 0 in the child of a fork that nobody announced (process.c). */
extern uint32_t *process_survives;
void process_reborn(int32_t pid);

/*
 * True in the child of a raw clone() until process_is_ours() was asked. Costs
 * no system call.
 */
static inline bool process_was_cloned(void)
{
	return UNLIKELY(__atomic_load_n(process_survives, __ATOMIC_RELAXED) ==
			0);
}

/*
 * True if this memory belongs to the running process alone. False in a vfork
 * child, which shares its parent's: nothing may be written there. The child of
 * a real fork, by whatever call, is found out here and becomes a process of
 * its own. Costs one getpid(2).
 */
static inline bool process_is_ours(void)
{
	int32_t pid = (int32_t)raw_getpid();

	if (process_was_cloned())
		process_reborn(pid);
	return pid == __atomic_load_n(&process.pid, __ATOMIC_RELAXED);
}

/* The running thread's number. */
int32_t process_thread(void);

#endif
