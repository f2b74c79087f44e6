/* SPDX-License-Identifier: MIT */
/* stack.h - where in the program we were called from. */
#ifndef RSTWATCH_STACK_H
#define RSTWATCH_STACK_H

#include "rstwatch/record.h"
#include "rstwatch/text.h"

/*
 * The program's frames, innermost first, ours left out; at most max, which is
 * at most RST_STACK_MAX. The strings belong to the loader and live as long as
 * the module, or are in paths: of what was opened by a relative path, as far as
 * there is room. No lock, no malloc: may be called from a signal handler.
 */
unsigned stack_take(struct rst_frame *frames, unsigned max,
		    struct rst_text *paths);

/* Module, build-id and offset of one address. */
void stack_frame(uintptr_t address, struct rst_frame *frame,
		 struct rst_text *paths);

#endif
