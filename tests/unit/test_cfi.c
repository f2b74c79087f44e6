/* SPDX-License-Identifier: MIT */
/* test_cfi.c - our way to a caller's registers, before libgcc's. */
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include <cmocka.h>

#include "cfi.h"

#if defined(__x86_64__) && defined(__LP64__)

#define APART __attribute__((noinline))

enum { FRAMES = 64, RBP = 6, SALT = 1 };

/* What libgcc says of each frame, innermost first. */
static struct {
	struct registers frame[FRAMES];
	unsigned len;
	unsigned unknown; /* frames that cfi_unwind() leaves to libgcc */
} seen;

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *unused)
{
	(void)unused;
	if (seen.len == FRAMES)
		return _URC_END_OF_STACK;
	seen.frame[seen.len++] = (struct registers){
		_Unwind_GetIP(context), _Unwind_GetCFA(context),
		(uintptr_t)_Unwind_GetGR(context, RBP)};
	return _URC_NO_REASON;
}

static void step_is_the_same(const struct registers *from,
			     const struct registers *to)
{
	struct registers r = *from;

	switch (cfi_unwind(&r, SALT)) {
	case UNWOUND:
		assert_non_null(to);
		assert_int_equal(r.pc, to->pc);
		assert_int_equal(r.sp, to->sp);
		assert_int_equal(r.bp, to->bp);
		break;
	case UNWOUND_ALL: assert_true(!to || to->pc == 0); break;
	case UNWOUND_UNKNOWN: seen.unknown++; break;
	}
}

/* Each frame twice: as it is worked out, and as it is remembered. */
static APART void compare(void)
{
	memset(&seen, 0, sizeof(seen));
	_Unwind_Backtrace(note, NULL);
	for (unsigned i = 0; i < 2 * seen.len; i++) {
		unsigned k = i / 2;

		if (seen.frame[k].pc)
			step_is_the_same(&seen.frame[k],
					 k + 1 < seen.len ? &seen.frame[k + 1]
							  : NULL);
	}
}

static APART void plain(int depth)
{
	if (depth > 0)
		plain(depth - 1);
	else
		compare();
	__asm__ volatile(""); /* no jump in place of the call */
}

static void frames_of_a_recursion(void **state)
{
	(void)state;
	plain(20);
	assert_true(seen.len > 22);
	assert_int_equal(seen.unknown, 0);
}

static APART void growing(size_t size)
{
	char *bytes = alloca(size);

	memset(bytes, 0, size);
	plain(1);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

static void frames_that_grow(void **state)
{
	(void)state;
	for (size_t size = 8; size < 100; size += 24) {
		growing(size);
		assert_int_equal(seen.unknown, 0);
	}
}

static APART void large(void)
{
	volatile char bytes[70000];

	bytes[0] = bytes[sizeof(bytes) - 1] = 1;
	plain(0);
	bytes[1] = bytes[0];
}

static void frames_that_are_large(void **state)
{
	(void)state;
	large();
	assert_int_equal(seen.unknown, 0);
}

/* All registers that a callee saves; n and value take what is left, rbp. */
static APART int full(int n, int value)
{
	__asm__ volatile("" : "+r"(value) : : "rbx", "r12", "r13", "r14");
	if (n > 0)
		value += full(n - 1, value);
	else
		plain(0);
	__asm__ volatile("" : "+r"(value) : : "rbx", "r12", "r13", "r14");
	return value + n;
}

static void frames_with_all_registers_saved(void **state)
{
	(void)state;
	full(2, 1);
	assert_int_equal(seen.unknown, 0);
}

static int ordered(const void *a, const void *b)
{
	if (seen.len == 0)
		plain(0);
	return *(const int *)a - *(const int *)b;
}

static void frames_of_libc(void **state)
{
	int numbers[] = {3, 1, 2};

	(void)state;
	seen.len = 0;
	qsort(numbers, 3, sizeof(int), ordered);
	assert_true(seen.len > 0);
	assert_int_equal(seen.unknown, 0);
}

/* gcc tells its beginning by an expression (DRAP), which is libgcc's to read.
 */
static APART void aligned(size_t size)
{
	char bytes[64] __attribute__((aligned(64)));
	char *more = alloca(size);

	__asm__ volatile("" : : "r"(bytes), "r"(more) : "memory");
	plain(0);
	__asm__ volatile("" : : "r"(bytes), "r"(more) : "memory");
}

static void frames_that_are_aligned_are_right_or_left_to_libgcc(void **state)
{
	(void)state;
	aligned(40);
	assert_true(seen.len > 0);
#ifndef __clang__
	assert_true(seen.unknown > 0);
#endif
}

static void *thread(void *unused)
{
	plain(1);
	return unused;
}

static void frames_of_a_thread(void **state)
{
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, thread, NULL), 0);
	pthread_join(t, NULL);
	assert_true(seen.len > 3);
	assert_int_equal(seen.unknown, 0);
}

static void handler(int number)
{
	(void)number;
	plain(1);
}

static void frames_of_a_signal_are_left_to_libgcc(void **state)
{
	(void)state;
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_DFL);
	assert_true(seen.unknown > 0);
}

/* A plugin's only function, which may come back with another frame. */
struct plugin {
	uint32_t cie_len, cie_id;
	char cie[12 + 4];
	uint32_t fde_len, fde_back;
	uintptr_t start, size;
	char fde[4 + 4];
	uint32_t end;
} __attribute__((packed));

extern void __register_frame(void *eh_frame);
extern void __deregister_frame(void *eh_frame);

/* libgcc keeps the tables until they are taken back. */
static void plugin_load(struct plugin *p, uintptr_t start, char frame)
{
	*p = (struct plugin){
		.cie_len = 4 + sizeof(p->cie),
		/* Version, "zR", 1, -8, rip, plain addresses; rsp + 8, -8. */
		.cie = {1, 'z', 'R', 0, 1, 0x78, 16, 1, 0, 0x0c, 7, 8,
			(char)0x90, 1},
		.fde_len = 4 + 16 + sizeof(p->fde),
		.fde_back = (uint32_t)offsetof(struct plugin, fde_back),
		.start = start,
		.size = 16,
		.fde = {0, 0x0e, frame},
	};
	__register_frame(p);
}

static void calls_from_a_plugin(uint64_t salt, char frame, uintptr_t caller)
{
	static char text[16];
	const uintptr_t stack[] = {11, 12, 13, 14};
	struct registers r = {(uintptr_t)text + 8, (uintptr_t)stack, 0};
	struct plugin plugin;

	plugin_load(&plugin, (uintptr_t)text, frame);
	assert_int_equal(cfi_unwind(&r, salt), UNWOUND);
	__deregister_frame(&plugin);
	assert_int_equal(r.pc, caller);
}

static void frames_of_a_plugin_loaded_anew(void **state)
{
	(void)state;
	calls_from_a_plugin(0, 16, 12);
	calls_from_a_plugin(0, 24, 13);
	/* Told from others, it is looked at once. */
	calls_from_a_plugin(SALT, 16, 12);
	calls_from_a_plugin(SALT, 24, 12);
	calls_from_a_plugin(SALT + 1, 24, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_a_recursion),
		cmocka_unit_test(frames_that_grow),
		cmocka_unit_test(frames_that_are_large),
		cmocka_unit_test(frames_with_all_registers_saved),
		cmocka_unit_test(frames_of_libc),
		cmocka_unit_test(
			frames_that_are_aligned_are_right_or_left_to_libgcc),
		cmocka_unit_test(frames_of_a_thread),
		cmocka_unit_test(frames_of_a_signal_are_left_to_libgcc),
		cmocka_unit_test(frames_of_a_plugin_loaded_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	print_message("1..0 # SKIP only x86-64 is unwound by us\n");
	return 0;
}

#endif
