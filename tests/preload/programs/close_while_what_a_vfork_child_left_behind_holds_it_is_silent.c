/* SPDX-License-Identifier: MIT */
/* close_while_what_a_vfork_child_left_behind_holds_it_is_silent.c - nobody's
 * child */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int end[2], status = -1;
	char command[128], byte;
	pid_t child;

	MUST(pipe(end) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	snprintf(command, sizeof(command),
		 "exec %d>&-; (read x <&%d; cat <&%d >/dev/null) &", end[1],
		 end[0], p.ours);
	child = vfork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	MUST(waitpid(child, &status, 0) == child && status == 0);
	SAY(shutdown(p.theirs, SHUT_WR));
	SAY(close(p.ours));
	MUST(write(end[1], "\n", 1) == 1);
	SAY(read(p.theirs, &byte, 1));
	return 0;
}
