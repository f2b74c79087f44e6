/* SPDX-License-Identifier: MIT */
/* a_handler_may_have_little_stack.c - 2 KiB, as sigaltstack(2) allows. */
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "trap.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

enum { FOR_THE_HANDLER = 2048, PAGE = 4096 };
static int fd[2];

static void on_signal(int sig)
{
	(void)sig;
	close(fd[1]);
}

/* The stack ends at a page that may not be touched. */
static void stack_set(size_t size)
{
	size_t whole = (size + PAGE - 1) / PAGE * PAGE;
	char *p = mmap(NULL, PAGE + whole, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t stack = {.ss_sp = p + PAGE, .ss_size = size};

	CHECK(p != MAP_FAILED && mprotect(p, PAGE, PROT_NONE) == 0);
	CHECK(sigaltstack(&stack, NULL) == 0);
}

int main(void)
{
	size_t frame = getauxval(AT_MINSIGSTKSZ);
	struct sigaction action = {.sa_handler = on_signal,
				   .sa_flags = SA_ONSTACK};

	stack_set((frame ? frame : 2048) + FOR_THE_HANDLER);
	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	unread_pair(fd);
	raise(SIGUSR1);
	return 0;
}
