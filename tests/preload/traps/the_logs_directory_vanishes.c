/* SPDX-License-Identifier: MIT */
/* the_logs_directory_vanishes.c - DIRECTORY: with all that is in it. */
#include <dirent.h>
#include <sys/wait.h>

#include "trap.h"

static void vanish(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	CHECK(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			CHECK(unlinkat(dirfd(dir), e->d_name, 0) == 0);
	CHECK(closedir(dir) == 0 && rmdir(path) == 0);
}

int main(int argc, char **argv)
{
	pid_t pid;

	reset_once();
	CHECK(argc == 2);
	vanish(argv[1]);
	reset_once();
	pid = fork();
	if (pid == 0) {
		reset_once();
		closefrom(3);
		reset_once();
		_exit(0);
	}
	CHECK(pid > 0 && waitpid(pid, NULL, 0) == pid);
	closefrom(3);
	reset_once();
	printf("done\n");
	return 0;
}
