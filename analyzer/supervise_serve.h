/* SPDX-License-Identifier: MIT */
/* supervise_serve.h - the supervisor at work. */
#ifndef ANALYZER_SUPERVISE_SERVE_H
#define ANALYZER_SUPERVISE_SERVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "standby.h"
#include "supervise.h"

struct serving {
	pid_t run; /* `rstwatch run` */
	pid_t command;
	int listener; /* -1: the command could not be watched */
	union notification *taken;
	int signals; /* signalfd(2) of SIGCHLD */
	int events;  /* to `rstwatch run` */
	int alive;   /* closed when `rstwatch run` ends */
	bool is_log_temporary;
};

/* Answers until no process is left to be watched. */
_Noreturn void supervise_serve(const struct serving *s);

/* Tells `rstwatch run`, if it still listens. */
void supervise_tell(int events, enum supervise_event_kind kind, int value);

#endif
