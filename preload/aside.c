/* SPDX-License-Identifier: MIT */
/* aside.c - stacks of our own, and the way there and back. */
#include "aside.h"

#include <sys/mman.h>

#include "raw.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

/*
 * The deepest way needs 30 KiB: the buffer of a record (16 KiB), or that of a
 * list from sock_diag (8 KiB), and the unwinder. A stack is mapped when it is
 * first needed and then kept: there are as many as ever were in use at once.
 */
enum { STACKS = 256, STACK_SIZE = 64 * 1024 };

static struct {
	char *lowest; /* written by who has taken it */
	int is_taken;
} stacks[STACKS];

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

/*
 * TSan's runtime, where the program has it: of what goes on in here it sees
 * the memset() on a stack, but not how the stack changed hands.
 */
#define WEAK __attribute__((weak, visibility("default")))
WEAK void __tsan_acquire(void *addr);
WEAK void __tsan_release(void *addr);

static char *stack_map(void)
{
	uintptr_t p = (uintptr_t)raw_call(SYS_mmap, 0, STACK_SIZE,
					  PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p < (uintptr_t)-4095 ? (char *)p : NULL;
}

static void stack_give_back(int i)
{
	if (__tsan_release)
		__tsan_release(&stacks[i]);
	__atomic_store_n(&stacks[i].is_taken, 0, __ATOMIC_RELEASE);
}

/* The number of a stack that nobody else uses; -1 if there is none. */
static int stack_take(void)
{
	for (int i = 0; i < STACKS; i++) {
		if (__atomic_load_n(&stacks[i].is_taken, __ATOMIC_RELAXED) ||
		    __atomic_exchange_n(&stacks[i].is_taken, 1,
					__ATOMIC_ACQUIRE))
			continue;
		if (__tsan_acquire)
			__tsan_acquire(&stacks[i]);
		if (!stacks[i].lowest)
			stacks[i].lowest = stack_map();
		if (stacks[i].lowest)
			return i;
		stack_give_back(i);
		return -1;
	}
	return -1;
}

void aside_forked(void)
{
	for (int i = 0; i < STACKS; i++) {
#ifdef __SANITIZE_ADDRESS__
		/* The frames of threads that this process doesn't have. */
		if (stacks[i].lowest)
			__asan_unpoison_memory_region(stacks[i].lowest,
						      STACK_SIZE);
#endif
		stacks[i].is_taken = 0;
	}
}

#ifdef HAS_ON_STACK

__attribute__((visibility("hidden"))) void
rstwatch_on_stack(void (*job)(void *), void *arg, void *top);

static void stack_run(void (*job)(void *arg), void *arg)
{
	int i = stack_take();

	if (i >= 0) {
		rstwatch_on_stack(job, arg, stacks[i].lowest + STACK_SIZE);
		stack_give_back(i);
	} else {
		job(arg);
	}
}

#else

static void stack_run(void (*job)(void *arg), void *arg)
{
	job(arg);
}

#endif

/* What was held when this thread's job began; a job in a job finds all held. */
static __thread uint64_t held_before;

bool aside_may_wait(uint64_t signals)
{
	return (held_before & signals) != 0;
}

void aside_run(void (*job)(void *arg), void *arg)
{
	uint64_t outer = held_before;
	uint64_t held;

	raw_block_signals(&held);
	held_before = held;
	stack_run(job, arg);
	held_before = outer;
	raw_restore_signals(&held);
}
