/* SPDX-License-Identifier: MIT */
/* a_filter_kills_for_what_it_does_not_know.c - we make no call after it. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "trap.h"

#define ALLOW(nr) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##nr, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	ALLOW(read),
	ALLOW(write),
	ALLOW(close),
	ALLOW(exit_group),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
};

int main(int argc, char **argv)
{
	struct sock_fprog prog = {sizeof(filter) / sizeof(*filter), filter};
	int fd[2], other[2];
	char c;

	(void)argv;
	unread_pair(fd);
	unread_pair(other);
	CHECK(close(other[1]) == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	/* A question, which stops nothing. */
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) == -1);
	if (argc > 1)
		CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) ==
		      0);
	else
		CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) ==
		      0);
	CHECK(write(fd[0], "more", 4) == 4);
	CHECK(read(fd[1], &c, 1) == 1);
	CHECK(close(fd[1]) == 0);
	CHECK(close(fd[0]) == 0);
	for (int i = 3; i < 1100; i++)
		close(i);
	exit(7);
}
