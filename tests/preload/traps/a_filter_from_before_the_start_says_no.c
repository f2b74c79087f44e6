/* SPDX-License-Identifier: MIT */
/* a_filter_from_before_the_start_says_no.c - each fact may be missing. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "trap.h"

#define DENY(nr) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##nr, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* What the program itself has no need of. */
static struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	DENY(ioctl),
	DENY(prlimit64),
	DENY(readlink),
	DENY(readlinkat),
	DENY(getdents64),
	DENY(waitid),
	DENY(getpeername),
	DENY(madvise),
	DENY(uname),
	DENY(fcntl),
	DENY(gettid),
	DENY(getppid),
	DENY(rt_sigpending),
	DENY(sendto),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int main(int argc, char **argv)
{
	struct sock_fprog prog = {sizeof(filter) / sizeof(*filter), filter};

	(void)argc;
	if (!getenv("TRAP_ROUND")) {
		CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
		CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
		CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) ==
		      0);
		execv("/proc/self/exe", argv);
		return 1;
	}
	reset_once();
	reset_once();
	return 5;
}
