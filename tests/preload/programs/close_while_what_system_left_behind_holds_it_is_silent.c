/* SPDX-License-Identifier: MIT */
/* close_while_what_system_left_behind_holds_it_is_silent.c - nobody's child any
 * more */
#include <signal.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int end[2];
	char command[128], byte;

	MUST(pipe(end) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	snprintf(command, sizeof(command),
		 "exec %d>&-; (read x <&%d; cat <&%d >/dev/null) &", end[1],
		 end[0], p.ours);
	SAY(system(command));
	SAY(shutdown(p.theirs, SHUT_WR));
	SAY(close(p.ours));
	MUST(write(end[1], "\n", 1) == 1);
	/* Until cat has read all and ended: the other end hears its FIN. */
	SAY(read(p.theirs, &byte, 1));
	return 0;
}
