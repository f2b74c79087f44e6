/* SPDX-License-Identifier: MIT */
/* supervise_look.h - asks about a socket of another process, and reports. */
#ifndef ANALYZER_SUPERVISE_LOOK_H
#define ANALYZER_SUPERVISE_LOOK_H

#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

#include "rstwatch/verdict.h"

#include "target.h"

/* A system call that waits for our answer. */
struct waiting {
	const struct seccomp_notif *n;
	struct target *t;
	pid_t tid;
	const char *call;	/* the name of the system call */
	enum rst_close_how how; /* where it closes */
	bool (*is_valid)(const struct seccomp_notif *n);
};

/* first..fd are closed by the same call. */
void look_close(const struct waiting *w, int fd, int first);
void look_shutdown(const struct waiting *w, int fd, int how);
/* address and len as the program passed them. */
void look_connect(const struct waiting *w, int fd, uint64_t address,
		  socklen_t len);
/* bytes() is asked where it matters: how many, -1 where that is unknown. */
void look_send(const struct waiting *w, int fd,
	       int64_t (*bytes)(const struct waiting *w));
/* An option that bears upon a close is about to be set: SO_LINGER or another.
 */
void look_option_set(const struct waiting *w, int fd, bool is_linger);

#endif
