/* SPDX-License-Identifier: MIT */
/* launch.c - starts the command as if nobody stood between it and the shell. */
#include "launch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void launch_fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

/* execvp(): a file that no loader knows is a script of the shell. */
static void exec_by_shell(const struct launch *l)
{
	char **argv;
	size_t n = 0;

	while (l->argv[n])
		n++;
	argv = calloc(n + 2, sizeof(*argv));
	if (!argv)
		return;
	argv[0] = (char *)"sh";
	argv[1] = (char *)l->path;
	for (size_t i = 1; i <= n; i++)
		argv[i + 1] = l->argv[i];
	execve("/bin/sh", argv, l->envp);
}

_Noreturn void launch_exec(const struct launch *l)
{
	int error;

	sigaction(SIGCHLD, &l->chld, NULL);
	sigprocmask(SIG_SETMASK, &l->mask, NULL);
	execve(l->path, l->argv, l->envp);
	if (errno == ENOEXEC && !l->is_foreign)
		exec_by_shell(l);
	error = errno;
	if (write(l->error_fd, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static bool is_kept(int fd, const int *keep, int count)
{
	for (int i = 0; i < count; i++)
		if (keep[i] == fd)
			return true;
	return false;
}

static bool leads_to(const char *path, int fd)
{
	struct stat file, open_one;

	if (!path)
		return false;
	if (fd == 1 && !strcmp(path, "-"))
		return true;
	return stat(path, &file) == 0 && fstat(fd, &open_one) == 0 &&
	       file.st_dev == open_one.st_dev && file.st_ino == open_one.st_ino;
}

void launch_release_inherited(const char *report)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		int fd = atoi(entry->d_name);

		if (fd > 2 && !(fcntl(fd, F_GETFD) & FD_CLOEXEC) &&
		    !leads_to(report, fd))
			close(fd);
	}
	if (null >= 0)
		dup2(null, 0);
	if (null >= 0 && !leads_to(report, 1))
		dup2(null, 1);
	if (d)
		closedir(d);
	close(null);
}

void launch_close_others(const int *keep, int count)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	for (int fd = 0; null >= 0 && fd <= 2; fd++)
		if (!is_kept(fd, keep, count))
			dup2(null, fd);
	while (d && (entry = readdir(d))) {
		int fd = atoi(entry->d_name);

		if (fd > 2 && fd != dirfd(d) && !is_kept(fd, keep, count))
			close(fd);
	}
	if (d)
		closedir(d);
}
