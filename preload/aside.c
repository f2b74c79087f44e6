/* SPDX-License-Identifier: MIT */
/* aside.c - stacks of our own, and the way there and back. */
#include "aside.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "raw.h"

/*
 * The deepest way needs 30 KiB: the buffer of a record (16 KiB), or that of a
 * list from sock_diag (8 KiB), and the unwinder. Pages are touched when used.
 * With more threads at once than stacks, the rest map one for themselves.
 */
enum { STACKS = 4, STACK_SIZE = 64 * 1024 };

static char stacks[STACKS][STACK_SIZE] __attribute__((aligned(64)));
static int is_taken[STACKS];

#if defined(__x86_64__) && defined(__LP64__)

/*
 * The frame pointer leads back to the caller's stack, and says so to the
 * unwinder, which walks across as through any other frame.
 */
__asm__(".pushsection .text\n"
	".type rstwatch_on_stack, @function\n"
	"rstwatch_on_stack:\n"
	".cfi_startproc\n"
	"	endbr64\n"
	"	push %rbp\n"
	".cfi_def_cfa_offset 16\n"
	".cfi_offset %rbp, -16\n"
	"	mov %rsp, %rbp\n"
	".cfi_def_cfa_register %rbp\n"
	"	mov %rdx, %rsp\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	call *%rax\n"
	"	leave\n"
	".cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	".cfi_endproc\n"
	".size rstwatch_on_stack, . - rstwatch_on_stack\n"
	".popsection\n");
#define HAS_ON_STACK 1

#elif defined(__aarch64__) && defined(__LP64__)

__asm__(".pushsection .text\n"
	".type rstwatch_on_stack, %function\n"
	"rstwatch_on_stack:\n"
	".cfi_startproc\n"
	"	stp x29, x30, [sp, #-16]!\n"
	".cfi_def_cfa_offset 16\n"
	".cfi_offset 29, -16\n"
	".cfi_offset 30, -8\n"
	"	mov x29, sp\n"
	".cfi_def_cfa 29, 16\n"
	"	mov sp, x2\n"
	"	mov x3, x0\n"
	"	mov x0, x1\n"
	"	blr x3\n"
	"	mov sp, x29\n"
	"	ldp x29, x30, [sp], #16\n"
	".cfi_def_cfa sp, 0\n"
	"	ret\n"
	".cfi_endproc\n"
	".size rstwatch_on_stack, . - rstwatch_on_stack\n"
	".popsection\n");
#define HAS_ON_STACK 1

#endif

static char *stack_take(void)
{
	uintptr_t p;

	for (int i = 0; i < STACKS; i++)
		if (!__atomic_exchange_n(&is_taken[i], 1, __ATOMIC_ACQUIRE))
			return stacks[i];
	p = (uintptr_t)raw_call(SYS_mmap, 0, STACK_SIZE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p < (uintptr_t)-4095 ? (char *)p : NULL;
}

static void stack_give(const char *stack)
{
	for (int i = 0; i < STACKS; i++)
		if (stack == stacks[i]) {
			__atomic_store_n(&is_taken[i], 0, __ATOMIC_RELEASE);
			return;
		}
	raw_call(SYS_munmap, stack, STACK_SIZE);
}

void aside_forked(void)
{
	memset(is_taken, 0, sizeof(is_taken));
}

#ifdef HAS_ON_STACK

__attribute__((visibility("hidden"))) void
rstwatch_on_stack(void (*job)(void *), void *arg, void *top);

void aside_run(void (*job)(void *arg), void *arg)
{
	uint64_t held;
	char *stack;

	raw_block_signals(&held);
	stack = stack_take();
	if (stack) {
		rstwatch_on_stack(job, arg, stack + STACK_SIZE);
		stack_give(stack);
	} else {
		job(arg);
	}
	raw_restore_signals(&held);
}

#else

void aside_run(void (*job)(void *arg), void *arg)
{
	uint64_t held;

	raw_block_signals(&held);
	job(arg);
	raw_restore_signals(&held);
}

#endif
