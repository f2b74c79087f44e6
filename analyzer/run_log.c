/* SPDX-License-Identifier: MIT */
/* run_log.c - where the log of `rstwatch run` is, and what became of it. */
#include "run_log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char HELD[] = "/proc/self/fd/";

/* A path is no pattern: its % are meant. */
static int append_plain(char pattern[PATH_MAX], const char *path)
{
	size_t n = strlen(pattern);

	for (; *path; path++) {
		if (n + 3 > PATH_MAX)
			return -ENAMETOOLONG;
		if (*path == '%')
			pattern[n++] = '%';
		pattern[n++] = *path;
	}
	pattern[n] = '\0';
	return 0;
}

static int append(char pattern[PATH_MAX], const char *rest)
{
	size_t n = strlen(pattern);

	return snprintf(pattern + n, PATH_MAX - n, "%s", rest) <
			       (int)(PATH_MAX - n)
		       ? 0
		       : -ENAMETOOLONG;
}

static int choose_pattern(struct run_log *l, const char *given)
{
	char cwd[PATH_MAX] = "";
	int r;

	l->fd = -1;
	strcpy(l->path, given);
	if (given[0] != '/' && !getcwd(cwd, sizeof(cwd) - 1))
		return -errno;
	if (*cwd)
		strcat(cwd, "/");
	r = append_plain(l->pattern, cwd);
	return r ? r : append(l->pattern, given);
}

int run_log_choose(struct run_log *l, const char *given, const struct keeper *k)
{
	char real[PATH_MAX];
	struct stat st;

	if (!given)
		keeper_path(k, KEEPER_LOG, l->path);
	else if (strlen(given) >= sizeof(l->path))
		return -ENAMETOOLONG;
	else if (strchr(given, '%'))
		return choose_pattern(l, given);
	else
		strcpy(l->path, given);
	l->fd = open(l->path,
		     O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC,
		     0600);
	if (l->fd < 0)
		return -errno;
	/* It is read at the end; and the preload follows no link. */
	if (fstat(l->fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !realpath(l->path, real))
		return -EINVAL;
	strcpy(l->path, real);
	/* For programs that give up being root; keeper.c says more. */
	if (!given && geteuid() == 0)
		fchmod(l->fd, 0622);
	return append_plain(l->pattern, l->path);
}

/* What a log's path may have become: its % names are anything. */
static void to_glob(const char *pattern, char *out, size_t size)
{
	size_t n = 0;

	for (; *pattern && n + 2 < size; pattern++) {
		if (*pattern == '%' && pattern[1] && pattern[1] != '%') {
			out[n++] = '*';
			pattern++;
			continue;
		}
		if (*pattern == '%' && pattern[1] == '%')
			pattern++;
		if (strchr("*?[\\", *pattern))
			out[n++] = '\\';
		out[n++] = *pattern;
	}
	out[n] = '\0';
}

/* The command, or who turns logs, has taken the name from the file. */
static bool is_renamed(const struct run_log *l)
{
	struct stat held, named;

	return l->fd >= 0 && fstat(l->fd, &held) == 0 &&
	       (stat(l->path, &named) != 0 || held.st_ino != named.st_ino ||
		held.st_dev != named.st_dev);
}

bool run_log_is_removed(const char *path)
{
	return strncmp(path, HELD, strlen(HELD)) == 0;
}

static void find_held(const struct run_log *l, glob_t *found)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%d", HELD, l->fd);
	if (glob(path, GLOB_APPEND, NULL, found) == 0)
		fprintf(stderr,
			"rstwatch: the log was removed or renamed: %s; the "
			"report has its records\n",
			l->path);
}

/* Only what this run has written: older files may fit the pattern too. */
size_t run_log_find(const struct run_log *l, time_t since, glob_t *found)
{
	char wild[2 * PATH_MAX];
	struct stat st;
	size_t n = 0;

	to_glob(l->pattern, wild, sizeof(wild));
	if (glob(wild, 0, NULL, found) != 0)
		*found = (glob_t){0};
	if (is_renamed(l))
		find_held(l, found);
	for (size_t i = 0; i < found->gl_pathc; i++)
		if (stat(found->gl_pathv[i], &st) == 0 && st.st_size > 0 &&
		    st.st_mtime >= since) {
			char *path = found->gl_pathv[n];

			found->gl_pathv[n++] = found->gl_pathv[i];
			found->gl_pathv[i] = path;
		}
	return n;
}

/* The log's file system may be full now: each record that fits is whole. */
bool run_log_tell_loss(const struct run_log *l)
{
	char dir[PATH_MAX];
	struct statvfs fs;

	strcpy(dir, l->path);
	/* Some file systems count no blocks; the last ones are root's. */
	if (statvfs(dirname(dir), &fs) != 0 || fs.f_blocks == 0 ||
	    (geteuid() == 0 ? fs.f_bfree : fs.f_bavail) > 0)
		return false;
	fprintf(stderr, "rstwatch run: %s: %s: records may be lost\n", l->path,
		strerror(ENOSPC));
	return true;
}

/* Each watched process logs its start, unless it was told not to. */
void run_log_tell_emptiness(const struct run_log *l)
{
	const char *level = getenv("RSTWATCH_LEVEL");

	if (getenv("RSTWATCH_ONLY") || (level && strcmp(level, "off") == 0))
		return;
	if (l->is_supervised || l->fd < 0)
		fprintf(stderr,
			"rstwatch: no record is left in %s: the command "
			"emptied or removed it%s\n",
			l->path,
			l->is_supervised ? "" : ", or was not watched");
	else
		fputs("rstwatch: nothing was logged: the command was not "
		      "watched, it did not load the preload (--supervise "
		      "watches any)\n",
		      stderr);
}
