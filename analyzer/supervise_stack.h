/* SPDX-License-Identifier: MIT */
/* supervise_stack.h - where in a program a waiting system call comes from. */
#ifndef ANALYZER_SUPERVISE_STACK_H
#define ANALYZER_SUPERVISE_STACK_H

#include "rstwatch/record.h"

#include "target.h"

/*
 * The frames of a thread that waits in a system call at pc, innermost first,
 * by the call frame information of its files. What libc or Go's library does
 * below the call that the program made is left out, as the preload does.
 * How many. The frames' names live until the next call.
 */
unsigned supervise_stack_take(const struct target *t, pid_t tid,
			      const char *call, uint64_t pc,
			      struct rst_frame *frames, unsigned max);

/* t has ended or become another program. */
void supervise_stack_forget(const struct target *t);

#endif
