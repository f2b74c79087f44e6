/* SPDX-License-Identifier: MIT */
/* go_names.h - which functions of a Go program are the library's. */
#ifndef ANALYZER_GO_NAMES_H
#define ANALYZER_GO_NAMES_H

#include <stdbool.h>

/* What Go's library does for a call of the program. */
bool go_is_library(const char *function);

/* That which makes system calls: the innermost of every Go stack. */
bool go_is_syscall(const char *function);

#endif
