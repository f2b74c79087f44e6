/* SPDX-License-Identifier: MIT */
/* launch.h - starts the command as if nobody stood between it and the shell. */
#ifndef ANALYZER_LAUNCH_H
#define ANALYZER_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct launch {
	const char *path;
	char *const *argv;
	char *const *envp;
	sigset_t mask;	       /* as we were started with */
	struct sigaction chld; /* SIGCHLD's action, too */
	int error_fd;	       /* close-on-exec; exec's errno is written here */
	bool is_foreign; /* another processor's: no script, whatever it holds */
};

/*
 * Before any file is opened: of 0 to 2 those that are closed lead to /dev/null
 * until the command begins, so that no file of ours gets such a number.
 */
void launch_fill_standard(void);

/*
 * In the child: brings back the signals and becomes the command. If that
 * fails, tells the errno and ends.
 */
_Noreturn void launch_exec(const struct launch *l);

/*
 * Once the command runs: lets go of what we share with it, so that a reader
 * sees the end of its output when it closes it; standard error apart, and what
 * the report's path leads to: "-", /dev/stdout, /dev/fd/63. NULL: to nothing.
 * All that is ours is close-on-exec, what isn't was inherited.
 */
void launch_release_inherited(const char *report);

/* Closes all descriptors but 0 to 2 and those in keep, and puts /dev/null in
 * the place of 0 to 2: a helper must not keep somebody's pipe open. */
void launch_close_others(const int *keep, int count);

#endif
