/* SPDX-License-Identifier: MIT */
/* path_resolve.h - what a path leads to, even before there is a file. */
#ifndef ANALYZER_PATH_RESOLVE_H
#define ANALYZER_PATH_RESOLVE_H

#include <limits.h>

/*
 * The name, without links, that path's file has or would get, so that a link
 * stays one when its file is replaced. 0 or -errno.
 */
int path_resolve(const char *path, char real[PATH_MAX]);

#endif
