/* SPDX-License-Identifier: MIT */
/* many_processes_share_one_log.c - each line is whole. */
#include <sys/wait.h>

#include "trap.h"

enum { PROCESSES = 8, EACH = 150 };

int main(void)
{
	int status;

	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			for (int k = 0; k < EACH; k++)
				reset_once();
			exit(0);
		}
	for (int i = 0; i < PROCESSES; i++)
		CHECK(wait(&status) > 0 && status == 0);
	return 0;
}
