/* SPDX-License-Identifier: MIT */
/* job.h - stands between the shell and the command without being noticed. */
#ifndef ANALYZER_JOB_H
#define ANALYZER_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "canary.h"
#include "launch.h"

/* A command that was started. */
struct job {
	pid_t pid;
	int status;	     /* as wait(2) gives it, once it is over */
	bool is_abandoned;   /* the supervisor died before the command */
	bool is_status_lost; /* and the kernel couldn't tell it */
	int refused;	     /* why it could not be supervised, an errno */
	int events;	     /* from the supervisor; -1: it is our child */
	int pidfd;
	int signals;
	sigset_t early; /* came before there was a command to take them */
	struct canary canary;
};

/*
 * Blocks the signals that are to be passed on, from here to job_end(). l
 * receives what they were. To be called before anything is forked.
 */
int job_begin(struct job *j, struct launch *l);

/* Starts the command as our own child. 0 or -errno. */
int job_start(struct job *j, const struct launch *l);

/* The command is started by the supervisor whose events are read from fd. */
void job_adopt(struct job *j, int events);

/*
 * Waits until the command has ended. Passes signals on to it that were sent to
 * us alone, not to its process group, with their values; stops when it stops.
 */
void job_wait(struct job *j);

/* Signals do again to us what they do to any program, but for SIGPIPE: nobody
 * may read what we say, and the exit status is still the command's. */
void job_end(struct job *j, const struct launch *l);

#endif
