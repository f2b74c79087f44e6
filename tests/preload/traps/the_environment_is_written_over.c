/* SPDX-License-Identifier: MIT */
/* the_environment_is_written_over.c - as programs do that set a title. */
#include <sys/wait.h>

#include "trap.h"

extern char **environ;

int main(int argc, char **argv)
{
	char *end = argv[0];
	pid_t pid;

	for (int i = 0; i < argc; i++)
		end = argv[i] + strlen(argv[i]);
	for (int i = 0; environ[i]; i++)
		end = environ[i] + strlen(environ[i]);
	memset(argv[0], 'x', (size_t)(end - argv[0]));
	environ = NULL;
	CHECK(chdir("/") == 0);
	pid = fork();
	if (pid == 0) {
		reset_once();
		_exit(0);
	}
	CHECK(pid > 0 && waitpid(pid, NULL, 0) == pid);
	reset_once();
	return 0;
}
