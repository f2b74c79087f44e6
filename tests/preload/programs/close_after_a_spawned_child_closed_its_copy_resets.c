/* SPDX-License-Identifier: MIT */
/* close_after_a_spawned_child_closed_its_copy_resets.c - posix_spawn's addclose
 */
#include <spawn.h>
#include <sys/wait.h>

#include "tcp.h"

extern char **environ;

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char sleep[] = "sleep", ten[] = "10";
	char *args[] = {sleep, ten, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(posix_spawn_file_actions_init(&actions) == 0);
	MUST(posix_spawn_file_actions_addclose(&actions, p.ours) == 0);
	MUST(posix_spawnp(&child, sleep, &actions, NULL, args, environ) == 0);
	SAY(close(p.ours));
	kill(child, 9);
	MUST(waitpid(child, NULL, 0) == child);
	return 0;
}
