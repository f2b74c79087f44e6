/* SPDX-License-Identifier: MIT */
/* supervise_filter.c - builds the seccomp filter and puts it on a process. */
#include "supervise_filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#endif

static int options_add(scmp_filter_ctx ctx)
{
	static const struct {
		unsigned level, name;
	} options[] = {
#define X(level, name) {level, name},
		SUPERVISED_OPTIONS(X)
#undef X
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(options) / sizeof(*options);
	     i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(setsockopt),
				     2,
				     SCMP_A1(SCMP_CMP_EQ, options[i].level, 0),
				     SCMP_A2(SCMP_CMP_EQ, options[i].name, 0));
	return r;
}

static int rules_add(scmp_filter_ctx ctx)
{
	static const int calls[] = {
#define X(name, function) SCMP_SYS(name),
		SUPERVISED_CALLS(X)
#undef X
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i] == SCMP_SYS(setsockopt))
			r = options_add(ctx);
		else
			r = seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, calls[i], 0);
	return r;
}

/* libseccomp writes the filter to a file: one in memory. */
static int export(scmp_filter_ctx ctx, struct filter *f)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t n = -1;
	int r;

	if (fd < 0)
		return -errno;
	r = seccomp_export_bpf(ctx, fd);
	if (r == 0)
		n = pread(fd, f->code, sizeof(f->code), 0);
	close(fd);
	if (r)
		return r;
	if (n <= 0 || n == sizeof(f->code))
		return -E2BIG;
	f->len = (uint16_t)((size_t)n / sizeof(f->code[0]));
	return 0;
}

int filter_build(struct filter *f)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r;

	if (!ctx)
		return -ENOMEM;
	/* A program for another architecture below us lives on unwatched. */
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	if (r == 0)
		r = rules_add(ctx);
	if (r == 0)
		r = export(ctx, f);
	seccomp_release(ctx);
	return r;
}

static int install(const struct sock_fprog *prog, unsigned long flags)
{
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			 SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, prog);

	return r < 0 ? -errno : (int)r;
}

/*
 * WAIT_KILLABLE_RECV (Linux 5.19): once we have a call, a signal no longer
 * interrupts it, so a close() never comes back with EINTR. Without
 * no_new_privs the kernel wants CAP_SYS_ADMIN; with it, setuid programs below
 * run without their privilege, so it is the second choice.
 */
int filter_install(const struct filter *f)
{
	const struct sock_fprog prog = {
		.len = f->len, .filter = (struct sock_filter *)f->code};
	unsigned long flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	int r = install(&prog, flags);

	if (r == -EINVAL) {
		flags = 0;
		r = install(&prog, flags);
	}
	if (r == -EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		r = install(&prog, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
		if (r == -EINVAL)
			r = install(&prog, 0);
	}
	return r;
}

void filter_wake_here(int listener)
{
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
	      SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}
