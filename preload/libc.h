/* SPDX-License-Identifier: MIT */
/* libc.h - libc's own functions behind the ones that we wrap. */
#ifndef RSTWATCH_LIBC_H
#define RSTWATCH_LIBC_H

#include "calls.h"

/* The one word at every definition that programs can see. */
#define EXPORT __attribute__((visibility("default")))

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Where the wrapped call will return to: the caller's own code. */
#define CALLER() __builtin_return_address(0)

extern void *libc_table[CALL_COUNT];

/* Looks the function up and remembers it; never NULL. */
void *libc_bind(enum rst_call call);

/* Binds all of them at once: later calls take no lock in the loader. */
void libc_bind_all(void);

static inline void *libc_function(enum rst_call call)
{
	void *f = __atomic_load_n(&libc_table[call], __ATOMIC_RELAXED);

	return LIKELY(f) ? f : libc_bind(call);
}

/* libc's function of this name, with libc's own type. */
#define LIBC(name) ((__typeof__(&name))libc_function(CALL_##name))

#endif
