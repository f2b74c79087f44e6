/* SPDX-License-Identifier: MIT */
/* supervise_filter.h - the seccomp filter: which system calls wait for the
 * supervisor. */
#ifndef ANALYZER_SUPERVISE_FILTER_H
#define ANALYZER_SUPERVISE_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

/*
 * To add a call: one row here, one function in supervise_calls.c. What has no
 * row costs the program nothing: the kernel remembers that it is allowed.
 *
 * X(name of the system call, function of supervise_calls.c)
 */
#define SUPERVISED_CALLS(X) \
	X(close, call_close) \
	X(close_range, call_close_range) \
	X(dup2, call_dup) \
	X(dup3, call_dup) \
	X(shutdown, call_shutdown) \
	X(connect, call_connect) \
	X(write, call_write) \
	X(writev, call_writev) \
	X(sendto, call_write) \
	X(sendmsg, call_sendmsg) \
	X(sendmmsg, call_sendmmsg) \
	X(sendfile, call_sendfile) \
	X(splice, call_splice) \
	X(setsockopt, call_setsockopt) \
	X(execve, call_execve) \
	X(execveat, call_execve) \
	X(exit, call_exit) \
	X(exit_group, call_exit_group)

/* Of setsockopt() only what bears upon a close: X(level, name). */
#define SUPERVISED_OPTIONS(X) \
	X(SOL_SOCKET, SO_LINGER) \
	X(IPPROTO_TCP, TCP_LINGER2)

enum { FILTER_MAX = 256 };

struct filter {
	struct sock_filter code[FILTER_MAX];
	uint16_t len;
};

/* Builds the filter. 0 or -errno. */
int filter_build(struct filter *f);

/*
 * Puts the filter on the calling thread and all that will come of it. The
 * listener, close-on-exec, or -errno. Makes only system calls that the filter
 * lets pass. Without CAP_SYS_ADMIN it sets no_new_privs.
 */
int filter_install(const struct filter *f);

/* Answers as the kernel would without a filter, and wakes on this processor
 * where the kernel can (SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP, Linux 6.6). */
void filter_wake_here(int listener);

#endif
