/* SPDX-License-Identifier: MIT */
/* go_names.c - which functions of a Go program are the library's. */
#include "go_names.h"

#include <string.h>

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

bool go_is_library(const char *function)
{
	return begins(function, "runtime") || begins(function, "syscall.") ||
	       begins(function, "internal/") || begins(function, "net.(*");
}

/* Its package has moved: Go 1.19, 1.24. */
bool go_is_syscall(const char *function)
{
	return begins(function, "syscall.") ||
	       begins(function, "runtime/internal/syscall.") ||
	       begins(function, "internal/runtime/syscall.");
}
