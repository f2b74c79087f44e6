/* SPDX-License-Identifier: MIT */
/* exec_of_a_script_without_its_interpreter_is_silent.c - nothing was closed */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	static const char script[] = "#!/nowhere/at/all\n";
	struct pair p = tcp_pair(own_address(argc, argv));
	int file = memfd_create("script", 0);
	char path[64];

	MUST(write(file, script, sizeof(script) - 1) > 0);
	MUST(fchmod(file, 0700) == 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), file);
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(execl(path, "script", NULL));
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
