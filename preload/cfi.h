/* SPDX-License-Identifier: MIT */
/* cfi.h - from a function's registers to those of its caller, quickly. */
#ifndef RSTWATCH_CFI_H
#define RSTWATCH_CFI_H

#include <stdint.h>

/* What a function's table of unwinding counts with, on x86-64. */
struct registers {
	uintptr_t pc; /* where the call made there will return to */
	uintptr_t sp, bp;
};

enum unwound {
	UNWOUND,	/* to the caller */
	UNWOUND_ALL,	/* there is none, or its frame can't be read */
	UNWOUND_UNKNOWN /* only the whole of DWARF can tell: libgcc */
};

/*
 * To the caller of the function that r is in. What is learned of a pc is kept
 * for the next time, under salt, by which the file mapped there is told from
 * others; 0, where it isn't, and nothing is kept. No lock, no malloc: may be
 * called from a signal handler.
 */
enum unwound cfi_unwind(struct registers *r, uint64_t salt);

#endif
