/* SPDX-License-Identifier: MIT */
/* calls_come_before_our_constructor_and_after_our_end.c - unseen, unharmed. */
#include "trap.h"

static int fd[2];

/* Registered before the loader's own, so it runs after all destructors. */
static void last(void)
{
	int late[2];

	unread_pair(late);
	CHECK(close(late[1]) == 0);
	CHECK(write(1, "last\n", 5) == 5);
}

/* Runs before the constructors of all libraries. */
static void first(void)
{
	unread_pair(fd);
	CHECK(close(dup(fd[0])) == 0);
	CHECK(write(1, "first\n", 6) == 6);
	CHECK(atexit(last) == 0);
}

__attribute__((section(".preinit_array"),
	       used)) static void (*early)(void) = first;

int main(void)
{
	/* Opened when nobody looked; closed when we do. */
	CHECK(close(fd[1]) == 0);
	return 0;
}
