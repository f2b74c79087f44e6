/* SPDX-License-Identifier: MIT */
/* a_filter_kills_for_what_the_manual_does_not_name.c - ALLOWED: the numbers of
 * system calls, one in a line; what it needs itself is allowed as well. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "trap.h"

#define ALLOW(nr) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static const int own[] = {
/* The loader, the start of libc and its end. */
#ifdef SYS_arch_prctl
	SYS_arch_prctl, SYS_access, SYS_dup2,
#endif
	SYS_execve, SYS_brk, SYS_mprotect, SYS_newfstatat, SYS_pread64,
	SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_getrandom,
	SYS_exit_group, SYS_futex, SYS_mmap,
	/* What is done below. */
	SYS_bind, SYS_listen, SYS_accept, SYS_shutdown, SYS_setsockopt,
	SYS_clone, SYS_wait4, SYS_dup3, SYS_close_range, SYS_write};

static struct sock_filter filter[256] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
};
static unsigned short used = 1;

static void allow(int number)
{
	const struct sock_filter rule[] = {ALLOW((unsigned)number)};

	CHECK(used + 3 < 256);
	memcpy(filter + used, rule, sizeof(rule));
	used += 2;
}

static void filter_set(char *allowed)
{
	const struct sock_filter kill =
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	struct sock_fprog prog = {0, filter};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		allow(own[i]);
	for (char *p = strtok(allowed, "\n"); p; p = strtok(NULL, "\n"))
		allow(atoi(p));
	filter[used++] = kill;
	prog.len = used;
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0);
}

/* One of each cause that a call provokes, and an end of each kind. */
static void provoke(void)
{
	const struct linger zero = {1, 0};
	struct sockaddr_in addr;
	int fd[2], l;

	reset_once();
	tcp_pair(fd);
	CHECK(setsockopt(fd[0], SOL_SOCKET, SO_LINGER, &zero, sizeof(zero)) ==
	      0);
	CHECK(dup2(2, fd[0]) == fd[0]);
	CHECK(close(fd[0]) == 0 && close(fd[1]) == 0);
	tcp_pair(fd);
	CHECK(close(fd[1]) == 0 && write(fd[0], "x", 1) == 1);
	shutdown(fd[0], SHUT_RDWR);
	CHECK(close(fd[0]) == 0);
	l = listener(&addr);
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(connect(fd[0], (void *)&addr, sizeof(addr)) == 0);
	CHECK(close(l) == 0);
	CHECK(connect(fd[1] = socket(AF_INET, SOCK_STREAM, 0), (void *)&addr,
		      sizeof(addr)) == -1);
	unread_pair(fd);
	closefrom(3);
	unread_pair(fd);
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 2)
		return 98;
	if (!getenv("TRAP_ROUND")) {
		CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
		filter_set(strdup(argv[1]));
		execv("/proc/self/exe", argv);
		return 1;
	}
	pid = fork();
	if (pid == 0) {
		provoke();
		_exit(4);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 4);
	provoke();
	return 5;
}
