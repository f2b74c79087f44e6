/* SPDX-License-Identifier: MIT */
/* stderr.c - writes without harm: no block, no signal, no wrong file. */
#include "stderr.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "rstwatch/probe.h"

#include "aside.h"
#include "file.h"
#include "libc.h"
#include "raw.h"

/* The kernel's signal set is 64 bits, whatever libc's is. */
enum { KERNEL_SIGSET = 8 };

static struct file start;
static bool has_start;

#define BIT_OF(signal) (UINT64_C(1) << ((signal)-1))

/* What a failed write raises, none of which a program has asked for. */
static uint64_t signal_of(long r)
{
	switch (r) {
	case -EPIPE: return BIT_OF(SIGPIPE);
	case -EFBIG: return BIT_OF(SIGXFSZ);
	default: return 0;
	}
}

/*
 * A pipe without a reader raises SIGPIPE, RLIMIT_FSIZE raises SIGXFSZ: either
 * would kill a program that never wrote there itself. They are held (aside.h),
 * and what the write made is taken away again, unless one was waiting
 * before. Holding SIGTTOU lets a background job write.
 */
long quiet_write(int fd, const char *text, size_t len, bool is_file)
{
	const struct timespec at_once = {0};
	uint64_t pending = 0, raised;
	long r;

	if (aside_may_wait(is_file ? BIT_OF(SIGXFSZ)
				   : BIT_OF(SIGXFSZ) | BIT_OF(SIGPIPE)))
		raw_call(SYS_rt_sigpending, &pending, KERNEL_SIGSET);
	r = is_file ? raw_call(SYS_pwrite64, fd, text, len, 0)
		    : raw_call(SYS_write, fd, text, len);
	raised = signal_of(r) & ~pending;
	if (raised)
		raw_call(SYS_rt_sigtimedwait, &raised, 0, &at_once,
			 KERNEL_SIGSET);
	return r;
}

void stderr_start(void)
{
	/* Under inetd it is the connection itself. */
	has_start = rst_probe_kind(STDERR_FILENO) == RST_PROBE_NOT_TCP &&
		    file_of(STDERR_FILENO, &start);
}

static bool has_room(void)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	return raw_poll_now(&p, 1) == 1 && p.revents == POLLOUT;
}

bool stderr_write(const char *text, size_t len)
{
	struct file now;

	if (!has_start || !file_of(STDERR_FILENO, &now) ||
	    !file_is(&start, &now) || !has_room())
		return false;
	return quiet_write(STDERR_FILENO, text, len, false) == (long)len;
}
