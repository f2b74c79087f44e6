/* SPDX-License-Identifier: MIT */
/* aside.h - runs what takes long, or much stack, where it disturbs nobody. */
#ifndef RSTWATCH_ASIDE_H
#define RSTWATCH_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Calls job(arg) on a stack of our own with all signals held, and returns.
 * Why: the program's call may be made on a thread's smallest stack or in a
 * signal handler on an alternate one, with a few hundred bytes left; and a
 * handler that cut in could ask for the same things again, or jump away and
 * leave them taken. Nests. Where no stack is to be had, job runs on the
 * caller's. May be called from a signal handler and in a vfork child.
 */
void aside_run(void (*job)(void *arg), void *arg);

/*
 * True if the program holds one of these signals itself, or that isn't known:
 * one that it doesn't hold can't have been waiting when the job began.
 */
bool aside_may_wait(uint64_t signals);

/* In the child of a fork: what other threads had taken is free again. */
void aside_forked(void);

#endif
