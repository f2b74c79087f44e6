/* SPDX-License-Identifier: MIT */
/* program.h - looks at a command before it runs: what is it, can it be watched?
 */
#ifndef ANALYZER_PROGRAM_H
#define ANALYZER_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

/*
 * What a program is to the dynamic linker, and so to a preload. The second
 * column says why it is watched the way it is.
 */
#define PROGRAM_KINDS(X) \
	X(DYNAMIC, "dynamically linked") \
	X(STATIC, "statically linked: nothing can be preloaded") \
	X(GO, "Go: calls the kernel without libc") \
	X(MUSL, "linked to musl: the preload needs glibc") \
	X(FOREIGN, "built for another processor") \
	X(PRIVILEGED, "setuid, setgid or with file capabilities: the linker " \
		      "ignores preloads") \
	X(UNREADABLE, "not readable: can't be looked at")

enum program_kind {
#define X(e, why) PROGRAM_##e,
	PROGRAM_KINDS(X)
#undef X
};

struct program {
	char path[PATH_MAX];   /* what execve() gets */
	char looked[PATH_MAX]; /* the ELF file behind it: the interpreter */
	bool is_script;
	enum program_kind kind;
};

/*
 * Finds the command as execvp() does and looks at what would run. 0, or the
 * errno with which it can't be run: ENOENT, EACCES, ENOEXEC...
 */
int program_look(const char *command, struct program *p);

const char *program_why(enum program_kind kind);

/* The last part of a path. */
const char *program_basename(const char *path);

#endif
