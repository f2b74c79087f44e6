/* SPDX-License-Identifier: MIT */
/* target.h - the processes under supervision, found by their threads. */
#ifndef ANALYZER_TARGET_H
#define ANALYZER_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { TARGET_NAME_MAX = 64 };

/* One process. pid and tid are as this process's own namespace counts them. */
struct target {
	struct target *next; /* of the same hash */
	pid_t pid;
	int pidfd;
	uint64_t seq;	    /* of its last record */
	bool is_started;    /* it is watched: process-started was written */
	bool may_have_exec; /* execve() was let through since it was named */
	bool is_hidden_told;
	char name[TARGET_NAME_MAX];
	char next_name[TARGET_NAME_MAX]; /* by that execve(); "": unknown */
	char executable[PATH_MAX];
};

/*
 * The process of a thread that waits for us; its entry is made if need be.
 * NULL where it can't be asked (it is gone, or it is not ours to ask).
 */
struct target *targets_of_thread(pid_t tid);

/* Whether tid is one of its threads now. */
bool target_has_thread(const struct target *t, pid_t tid);

/* A thread is about to end, or all but one: their numbers mean nothing then. */
void target_thread_ends(pid_t tid);
void target_threads_end(const struct target *t);

/* The process of a number, NULL where it is unknown. */
struct target *targets_find(pid_t pid);

/* Forgets a process that has ended. */
void targets_forget(struct target *t);

/*
 * True if no other process can have got a descriptor of t by fork(2): it was
 * the first of all, it has no children, and there was never another.
 */
bool target_is_alone(const struct target *t);

/* Called for a process that is new: to have its end noticed. */
extern void (*targets_on_new)(struct target *t);

/* Called when the kernel has refused a look at one, each time. */
extern void (*targets_on_hidden)(struct target *t);

/* False where it is hidden from its own user, by prctl(2) or as not readable.
 */
bool target_is_dumpable(const struct target *t);

/* What the process is called, and the file that it runs; "" where unknown. */
void target_names(const struct target *t, char name[TARGET_NAME_MAX],
		  char executable[PATH_MAX]);

/*
 * A duplicate of a descriptor of the process, close-on-exec, to be closed
 * before the process goes on; -1 where it has none.
 */
int target_duplicate(struct target *t, pid_t tid, int fd);

/* Whether execve(2) closes a thread's descriptor. */
bool target_is_cloexec(pid_t tid, int fd);

/* Copies len bytes from the process's memory; false where it can't. */
bool target_read(pid_t tid, uint64_t address, void *to, size_t len);

#endif
