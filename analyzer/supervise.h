/* SPDX-License-Identifier: MIT */
/* supervise.h - watches a program by its system calls: for what can't be
 * preloaded. */
#ifndef ANALYZER_SUPERVISE_H
#define ANALYZER_SUPERVISE_H

#include <stdbool.h>

#include "rstwatch/record.h"

#include "launch.h"

/*
 * Theory of operation. Four processes, each the next one's parent:
 *
 *	rstwatch run -> standby -> supervisor -> the command
 *
 * The command puts a seccomp filter on itself. From then on the few calls that
 * decide wait for the listener's answer, which is always: go on. The
 * supervisor is the command's parent, so that Yama lets it look at it, and
 * tells `rstwatch run` what wait(2) said. It is a process of its own because
 * `rstwatch run` stops with the command (Ctrl-Z), and other processes of the
 * program must not stop with it.
 *
 * If nobody held the listener any more every call would fail with ENOSYS. So
 * the standby holds it too, and answers when the supervisor is dead or, by a
 * SIGSTOP to the whole process group, stopped. The call that the supervisor
 * had taken but not answered it finds in memory that both share.
 */

/* What the supervisor tells: struct supervise_event, one write(2) each. */
enum supervise_event_kind {
	SUPERVISE_STARTED, /* value: the command's pid */
	SUPERVISE_REFUSED, /* value: errno; the command runs unwatched */
	SUPERVISE_STATUS,  /* value: as wait(2) gives it */
	SUPERVISE_HIDDEN,  /* text: which process can't be looked at, and why */
};

/* So many are told of: nobody reads while the command is stopped. */
enum { SUPERVISE_HIDDEN_MAX = 8, SUPERVISE_TEXT_MAX = 160 };

struct supervise_event {
	enum supervise_event_kind kind;
	int value;
	char text[SUPERVISE_TEXT_MAX];
};

struct supervise {
	struct launch launch;
	const char *log;
	enum rst_level level;
	bool is_log_temporary; /* nobody reads it when `run` has ended */
};

/*
 * Starts the supervisor, which starts the command. The descriptor that the
 * events are read from, or -errno. alive: write end of a pipe whose closing
 * tells the supervisor that `rstwatch run` has ended.
 */
int supervise_start(const struct supervise *s, int *alive);

#endif
