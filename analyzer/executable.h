/* SPDX-License-Identifier: MIT */
/* executable.h - looks at a command before it runs: what is it, can it be
 * watched?
 */
#ifndef ANALYZER_EXECUTABLE_H
#define ANALYZER_EXECUTABLE_H

#include <limits.h>
#include <stdbool.h>

/*
 * What a program is to the dynamic linker, and so to a preload. The second
 * column says why it is watched the way it is.
 */
#define EXECUTABLE_KINDS(X) \
	X(DYNAMIC, "dynamically linked") \
	X(STATIC, "statically linked: nothing can be preloaded") \
	X(GO, "Go: calls the kernel without libc") \
	X(MUSL, "linked to musl: the preload needs glibc") \
	X(FOREIGN, "built for another processor") \
	X(PRIVILEGED, "setuid, setgid or with file capabilities: the linker " \
		      "ignores preloads") \
	X(UNREADABLE, "not readable: can't be looked at")

enum executable_kind {
#define X(e, why) EXECUTABLE_##e,
	EXECUTABLE_KINDS(X)
#undef X
};

struct executable {
	char path[PATH_MAX];   /* what execve() gets */
	char looked[PATH_MAX]; /* the ELF file behind it: the interpreter */
	/* The interpreter or loader that can't be run, "" if that is not why.
	 */
	char missing[PATH_MAX];
	bool is_script;
	enum executable_kind kind;
};

/*
 * Finds the command as execvp() does and looks at what would run. 0, or the
 * errno with which it can't be run: ENOENT, EACCES, ENOEXEC...
 */
int executable_look(const char *command, struct executable *p);

const char *executable_why(enum executable_kind kind);

/* The last part of a path. */
const char *executable_basename(const char *path);

#endif
