/* SPDX-License-Identifier: MIT */
/* a_stack_may_be_overwritten.c - it leads to where nothing is. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "trap.h"

#define NOWHERE ((uintptr_t)16)

static int fd[2];

static void on_signal(int sig)
{
	(void)sig;
	close(fd[1]);
	_exit(7);
}

/* "heap", and how far it leads into memory that can be read. */
static bool is_heap(const char *how)
{
	return strncmp(how, "heap", 4) == 0;
}

static uintptr_t heap_at(const char *how)
{
	char *heap = malloc(4096);

	CHECK(heap != NULL);
	memset(heap, 'A', 4096);
	return (uintptr_t)heap + strtoul(how + 4, NULL, 10);
}

/* As what was written beyond the end of an array leaves it. */
static __attribute__((noinline)) void overwritten(const char *how)
{
	volatile uintptr_t *frame = __builtin_frame_address(0);

	frame[0] = is_heap(how) ? heap_at(how) : NOWHERE;
	if (strcmp(how, "frame") != 0 && !is_heap(how))
		frame[1] = NOWHERE;
	if (strcmp(how, "crash") == 0)
		raise(SIGSEGV);
	close(fd[1]);
	_exit(7);
}

/* Its frame is found by rbp, which overwritten() would have to restore. */
static __attribute__((noinline)) void outer(const char *how)
{
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	overwritten(how);
}

int main(int argc, char **argv)
{
	void (*volatile nowhere)(void) = (void (*)(void))NOWHERE;
	struct sigaction action = {.sa_handler = on_signal};

	unread_pair(fd);
	/* Here nobody but us could die of it. */
	if (argc == 1 || !is_heap(argv[1]))
		CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
	if (argc > 1)
		outer(argv[1]);
	nowhere();
	return 0;
}
