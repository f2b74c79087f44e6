/* SPDX-License-Identifier: MIT */
/* supervise_exec.h - what a supervised execve(2) will come to. */
#ifndef ANALYZER_SUPERVISE_EXEC_H
#define ANALYZER_SUPERVISE_EXEC_H

#include "rstwatch/exec.h"

#include "supervise_look.h"

/*
 * Whether an execve() or execveat() that waits will succeed. A shell tries each
 * directory of PATH: most of these calls fail. The file is looked at as the
 * process sees it, by its root and where it is. name receives what the program
 * will be called, argv[0] without its path; "" where that is unknown.
 */
enum rst_exec supervise_exec_look(const struct waiting *w,
				  char name[TARGET_NAME_MAX]);

#endif
