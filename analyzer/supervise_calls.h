/* SPDX-License-Identifier: MIT */
/* supervise_calls.h - what a supervised system call is about to do. */
#ifndef ANALYZER_SUPERVISE_CALLS_H
#define ANALYZER_SUPERVISE_CALLS_H

#include <linux/seccomp.h>

#include "target.h"

/*
 * Looks at a call that waits for its answer, and records the reset that it
 * will cause. What was duplicated to look at is closed again when this
 * returns. is_valid() says whether the call still waits: a thread's number may
 * mean another one by now.
 */
void supervise_call(const struct seccomp_notif *n,
		    bool (*is_valid)(const struct seccomp_notif *n));

#endif
