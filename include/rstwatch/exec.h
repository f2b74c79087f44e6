/* SPDX-License-Identifier: MIT */
/* exec.h - whether execve(2) of a file will succeed, found out by looking. */
#ifndef RSTWATCH_EXEC_H
#define RSTWATCH_EXEC_H

/* From no to yes: the end of what else could be is the likeliest. */
enum rst_exec {
	RST_EXEC_FAILS,
	RST_EXEC_NO_FORMAT, /* fails with ENOEXEC: execvp(3) gives it to sh */
	RST_EXEC_UNSURE,    /* may not be read; only binfmt_misc may know it */
	RST_EXEC_RUNS,
};

/*
 * Who is to run it: descriptors of its directories, or AT_FDCWD for the
 * caller's own. interpreter receives the "#!" line's path of the last script
 * on the way, which is the program's argv[0] then, or "".
 */
enum { RST_EXEC_LINE = 256 }; /* BINPRM_BUF_SIZE, linux/binfmts.h */

struct rst_exec_view {
	int root, cwd;
	char interpreter[RST_EXEC_LINE];
};

/*
 * Looks at path, where it is relative below the directory dir, or at the file
 * open at dir if path is NULL; follows "#!" and PT_INTERP as the kernel does.
 * What depends on the call's other arguments (E2BIG) is not looked at. Raw
 * system calls only; may be called from a signal handler.
 */
enum rst_exec rst_exec_look(struct rst_exec_view *v, int dir, const char *path);

#endif
