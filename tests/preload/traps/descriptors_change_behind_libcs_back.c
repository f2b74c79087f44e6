/* SPDX-License-Identifier: MIT */
/* descriptors_change_behind_libcs_back.c - what was remembered of a number is
 * no more than a guess. */
#include <fcntl.h>
#include <sys/syscall.h>

#include "trap.h"

/* As a runtime without libc does it in the same process. */
static long by_kernel(long nr, long a, long b, long c)
{
	long r = -1;

#if defined(__x86_64__)
	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2)
			 : "memory");
	r = x0;
#endif
	return r;
}

static void put_on(int from, int to)
{
	CHECK(by_kernel(SYS_dup3, from, to, 0) == to);
}

int main(void)
{
	int fd[2], quiet[2], end[2], file = open("/dev/null", O_RDWR);
	char c;

	/* Unread bytes were there; now it is a file, a pipe, another socket. */
	unread_pair(fd);
	put_on(file, fd[1]);
	CHECK(write(fd[1], "x", 1) == 1 && read(fd[1], &c, 1) == 0);
	CHECK(close(fd[1]) == 0);
	unread_pair(fd);
	CHECK(pipe(end) == 0 && write(end[1], "bytes", 5) == 5);
	put_on(end[0], fd[1]);
	CHECK(close(end[0]) == 0 && close(fd[1]) == 0);
	unread_pair(fd);
	tcp_pair(quiet);
	put_on(quiet[1], fd[1]);
	CHECK(by_kernel(SYS_close, quiet[1], 0, 0) == 0);
	CHECK(close(fd[1]) == 0);
	closefrom(3);
	return 0;
}
