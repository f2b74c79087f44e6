/* SPDX-License-Identifier: MIT */
/* calls_are_dispatched_by_their_place.c - libc's alone pass, as under Wine. */
#include <link.h>
#include <sys/prctl.h>

#include "trap.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
enum { ON = 1, PASS = 0, BLOCK = 1 };

static unsigned long start, len;
static volatile char selector = PASS;

static int text_find(struct dl_phdr_info *object, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	if (!strstr(object->dlpi_name, "libc.so"))
		return 0;
	for (int i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_LOAD &&
		    object->dlpi_phdr[i].p_flags & PF_X) {
			start = object->dlpi_addr +
				object->dlpi_phdr[i].p_vaddr;
			len = object->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

int main(void)
{
	int fd[2], other[2];
	char c;

	unread_pair(fd);
	unread_pair(other);
	CHECK(close(other[1]) == 0);
	CHECK(dl_iterate_phdr(text_find, NULL) == 1);
	/* A kernel may not have it. */
	prctl(PR_SET_SYSCALL_USER_DISPATCH, ON, start, len, &selector);
	selector = BLOCK;
	CHECK(read(fd[1], &c, 1) == 1);
	CHECK(write(fd[1], &c, 1) == 1);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	CHECK(close(fd[1]) == 0);
	CHECK(close(fd[0]) == 0);
	exit(7);
}
