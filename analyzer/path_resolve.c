/* SPDX-License-Identifier: MIT */
/* path_resolve.c - what a path leads to, even before there is a file. */
#include "path_resolve.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As the kernel has it. */
enum { LINKS_MAX = 40 };

/* "DIR/NAME" of the last name in at, in real without links but of NAME. */
static int resolve_directory(const char *at, char real[PATH_MAX])
{
	char dir[PATH_MAX], name[PATH_MAX];
	size_t len;

	strcpy(dir, at);
	strcpy(name, at);
	if (!realpath(dirname(dir), real))
		return -errno;
	/* Below "/" there is one already. */
	len = strcmp(real, "/") == 0 ? 0 : strlen(real);
	return snprintf(real + len, PATH_MAX - len, "/%s", basename(name)) <
			       (int)(PATH_MAX - len)
		       ? 0
		       : -ENAMETOOLONG;
}

/* What the link at real says, seen from its directory, in at. */
static int follow(const char *real, char at[PATH_MAX])
{
	char target[PATH_MAX];
	ssize_t n = readlink(real, target, sizeof(target) - 1);
	size_t dir = (size_t)(strrchr(real, '/') - real) + 1;

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (target[0] == '/')
		dir = 0;
	return snprintf(at, PATH_MAX, "%.*s%s", (int)dir, real, target) <
			       PATH_MAX
		       ? 0
		       : -ENAMETOOLONG;
}

int path_resolve(const char *path, char real[PATH_MAX])
{
	char at[PATH_MAX];
	int r;

	if (strlen(path) >= sizeof(at))
		return -ENAMETOOLONG;
	strcpy(at, path);
	for (int i = 0; i < LINKS_MAX; i++) {
		if (realpath(at, real))
			return 0;
		if (errno != ENOENT || !*at)
			return -errno;
		r = resolve_directory(at, real);
		if (r)
			return r;
		r = follow(real, at);
		if (r)
			return r == -ENOENT ? 0 : r;
	}
	return -ELOOP;
}
