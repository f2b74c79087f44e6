/* SPDX-License-Identifier: MIT */
/* cut_tcp_info.c - a kernel that knows less of TCP_INFO, or nothing. */
#include "cut_tcp_info.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Up to tcpi_total_retrans. */
enum { OLD_SIZE = offsetof(struct tcp_info, tcpi_total_retrans) + 4 };

/* The listener where flags ask for one, else 0; -1 and errno. */
static int filter(uint32_t action, unsigned flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsockopt, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCP_INFO, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
			    &program);
}

int refuse_tcp_info(void)
{
	return filter(SECCOMP_RET_ERRNO | ENOPROTOOPT, 0);
}

/* Between something of ours and what is at that address there. */
static bool copy(int pid, uint64_t at, void *ours, size_t size,
		 ssize_t way(pid_t pid, const struct iovec *here,
			     unsigned long count, const struct iovec *there,
			     unsigned long there_count, unsigned long flags))
{
	struct iovec here = {ours, size};
	struct iovec there = {(void *)(uintptr_t)at, size};

	return way(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* What that kernel would have answered: 0, or -errno. */
static int answer(int pidfd, const struct seccomp_notif *n)
{
	int fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)n->data.args[0], 0);
	struct tcp_info info;
	socklen_t len = 0;
	int error = 0, pid = (int)n->pid;

	if (fd < 0)
		return -EBADF;
	if (!copy(pid, n->data.args[4], &len, sizeof(len), process_vm_readv)) {
		close(fd);
		return -EFAULT;
	}
	if (len > OLD_SIZE)
		len = OLD_SIZE;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
		error = -errno;
	else if (!copy(pid, n->data.args[3], &info, len, process_vm_writev) ||
		 !copy(pid, n->data.args[4], &len, sizeof(len),
		       process_vm_writev))
		error = -EFAULT;
	close(fd);
	return error;
}

/* Until nobody is left that has the filter. */
static void serve(int pid, int socket)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {.fd = -1, .events = POLLIN};
	int listener;

	if (read(socket, &listener, sizeof(listener)) == sizeof(listener))
		p.fd = (int)syscall(SYS_pidfd_getfd, pidfd, listener, 0);
	if (p.fd < 0 || write(socket, "", 1) != 1)
		_exit(1);
	close(socket);
	while (poll(&p, 1, -1) == 1 && !(p.revents & POLLHUP)) {
		struct seccomp_notif n = {0};
		struct seccomp_notif_resp r = {0};

		if (ioctl(p.fd, SECCOMP_IOCTL_NOTIF_RECV, &n) != 0)
			continue;
		r.id = n.id;
		r.error = answer(pidfd, &n);
		ioctl(p.fd, SECCOMP_IOCTL_NOTIF_SEND, &r);
	}
	_exit(0);
}

/* No child of the program's: it forks and waits as it likes. */
static int start_server(int socket, int other_end)
{
	int pid = getpid();
	pid_t parent = fork();

	if (parent == 0 && fork() == 0) {
		close(other_end);
		serve(pid, socket);
	}
	if (parent == 0)
		_exit(0);
	return parent < 0 || waitpid(parent, NULL, 0) != parent ? -1 : 0;
}

int cut_tcp_info(void)
{
	int listener, server[2];
	char byte;
	bool is_done;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, server) != 0)
		return -1;
	if (start_server(server[1], server[0]) != 0)
		return -1;
	close(server[1]);
	listener = filter(SECCOMP_RET_USER_NOTIF,
			  SECCOMP_FILTER_FLAG_NEW_LISTENER);
	/* Until it is answered: the number is gone with the next exec. */
	is_done = listener >= 0 &&
		  write(server[0], &listener, sizeof(listener)) ==
			  sizeof(listener) &&
		  read(server[0], &byte, 1) == 1;
	close(server[0]);
	return is_done ? 0 : -1;
}
