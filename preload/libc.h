/* SPDX-License-Identifier: MIT */
/* libc.h - libc's own functions behind the ones that we wrap. */
#ifndef RSTWATCH_LIBC_H
#define RSTWATCH_LIBC_H

#include <errno.h>
#include <stdbool.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#pragma weak __libc_single_threaded /* another libc has none */
#else
static const char __libc_single_threaded = 0;
#endif

#include "calls.h"
#include "raw.h"

/* The one word at every definition that programs can see. */
#define EXPORT __attribute__((visibility("default")))

/* Another name of it, behind its definition; of the same type. */
#if __has_attribute(copy)
#define LIKE(name) copy(name)
#else
#define LIKE(name)
#endif
#ifdef __cppcheck__ /* which can't parse it */
#define EXPORT_ALSO(other, name) _Static_assert(1, #other)
#else
#define EXPORT_ALSO(other, name) \
	EXPORT __typeof__(name) other __attribute__((LIKE(name), alias(#name)))
#endif

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Where the wrapped call will return to: the caller's own code. */
#define CALLER() __builtin_return_address(0)

extern void *libc_table[CALL_COUNT];

/* Looks the function up and remembers it; never NULL. */
void *libc_bind(enum rst_call call);

/*
 * False in a program of another libc (musl): it can load us, so that what a
 * watched program starts goes on, but we only hand its calls on.
 */
bool libc_is_glibc(void);

/* Binds all of them at once: later calls take no lock in the loader. */
void libc_bind_all(void);

static inline void *libc_function(enum rst_call call)
{
	void *f = __atomic_load_n(&libc_table[call], __ATOMIC_RELAXED);

	return LIKELY(f) ? f : libc_bind(call);
}

/* libc's function of this name, with libc's own type. */
#define LIBC(name) ((__typeof__(&name))libc_function(CALL_##name))

/* The same where desc_is_other() proves that it is bound. */
#define LIBC_BOUND(name) \
	((__typeof__(&name))__atomic_load_n(&libc_table[CALL_##name], \
					    __ATOMIC_RELAXED))

/*
 * For each call, whether the function found is libc's own and libc_not_direct()
 * was never called.
 */
extern bool libc_is_own[CALL_COUNT];

/*
 * True where libc's read() and its like come down to one system call: nobody
 * has put another function in its place, and there is no thread that could be
 * cancelled in it. To make the call here spares a return: after a system call
 * the processor has forgotten where returns lead to, and each costs 20 ns.
 */
static inline bool libc_is_direct(enum rst_call call)
{
#ifdef RAW_NEEDS_LIBC_SYSCALL
	(void)call;
	return false;
#else
	return __atomic_load_n(&libc_is_own[call], __ATOMIC_RELAXED) &&
	       __libc_single_threaded;
#endif
}

/* From now on all calls are made by libc itself. */
void libc_not_direct(void);

/* True once a thread was cancelled: the request may still wait for it. */
extern bool libc_has_cancelled;

/*
 * Where libc's function is a cancellation point, before we look: a thread that
 * is to end there never makes the call. In a libc without threads in it nothing
 * of this is there.
 */
#pragma weak pthread_testcancel
static inline void libc_testcancel(void)
{
	if (UNLIKELY(__atomic_load_n(&libc_has_cancelled, __ATOMIC_RELAXED)) &&
	    pthread_testcancel)
		pthread_testcancel();
}

/* What libc makes of the kernel's answer. */
static inline long libc_result(long r)
{
	if (LIKELY(r >= 0))
		return r;
	errno = (int)-r;
	return -1;
}

/* The system call nr of these arguments, or libc's function of those. */
#define LIBC_DIRECT(name, arguments, nr, ...) \
	(LIKELY(libc_is_direct(CALL_##name)) \
		 ? libc_result(raw_call(nr, __VA_ARGS__)) \
		 : LIBC(name) arguments)

#endif
