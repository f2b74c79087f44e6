/* SPDX-License-Identifier: MIT */
/* test_run_report.c - whose resets `run` tells, and what no call shows. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../preload/programs/tcp.h"
#include "script.h"

/*
 * $SELF CAUSE makes a connection end by that cause; `waits COMMAND` runs
 * `rstwatch run` of a command that lasts until `go`.
 */
static const char FUNCTIONS[] =
	"[ $(id -u) = 0 ] && rstwatch run true 2>&1 | not grep 'not capturing' ||\n"
	"	{ echo 'no right to capture here'; exit 77; }\n"
	"SELF=$BUILD/tests/e2e/test_run_report\n"
	"PROGRAMS=$BUILD/tests/preload/programs\n"
	"start() {\n"
	"	mkfifo begun gate\n"
	"	rstwatch run \"$@\" -- sh -c 'echo >begun; read x <gate' "
	"2>said & run=$!\n"
	"	read x <begun\n"
	"}\n"
	"go() { echo >gate; wait $run; cat said; }\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void other_programs_resets_are_only_counted(void **state)
{
	(void)state;
	run("start; $PROGRAMS/close_with_unread_bytes_resets 127.0.0.1\n"
	    "go\n"
	    "grep '1 reset of other programs left out; --all shows' said\n"
	    "grep '^No reset; ' said\n");
}

static void all_shows_other_programs_resets_too(void **state)
{
	(void)state;
	run("start --all; $PROGRAMS/close_with_unread_bytes_resets 127.0.0.1\n"
	    "go\n"
	    "not grep 'left out' said; grep '^1 reset; ' said\n");
}

/* Below a command that nothing of ours is loaded into. */
static void own_resets_that_no_log_tells_of_stay(void **state)
{
	(void)state;
	run("for p in close_with_unread_bytes_resets "
	    "connect_to_a_closed_port_is_refused; do\n"
	    "	rstwatch run -- sh -c \"unset LD_PRELOAD; $PROGRAMS/$p "
	    "127.0.0.1\" 2>said; cat said\n"
	    "	not grep 'left out' said; grep '^1 reset; ' said\n"
	    "done\n");
}

static void cause_is_told(const char *cause)
{
	char script[512];

	snprintf(script, sizeof(script),
		 "rstwatch run --format json -- $SELF %s 2>said || s=$?; "
		 "cat said\n"
		 "[ ${s:-0} != 77 ] || exit 77\n"
		 "grep '\"event.action\":\"reset\"' said |\n"
		 "	grep '\"rstwatch.cause\":\"%s\"' | grep explained\n",
		 cause, cause);
	run(script);
}

static void a_destroyed_connection_is_told(void **state)
{
	(void)state;
	cause_is_told("destroyed");
}

static void a_connection_that_keepalive_gave_up_is_told(void **state)
{
	(void)state;
	cause_is_told("keepalive-timeout");
}

static void an_orphan_too_many_is_told(void **state)
{
	(void)state;
	cause_is_told("out-of-memory");
}

/* Until the kernel has ended our end of the connection. */
static int await_end(int fd)
{
	struct pollfd p = {.fd = fd, .events = 0};
	const int patience_ms = 15000;

	return poll(&p, 1, patience_ms) == 1 ? 0 : 1;
}

static int port_of(int fd)
{
	return ntohs(name_of(fd).v4.sin_port);
}

static int destroyed(void)
{
	struct pair p = tcp_pair("127.0.0.1");
	char command[128];

	snprintf(command, sizeof(command), "ss -Kt sport = :%d and dport = :%d",
		 port_of(p.ours), port_of(p.theirs));
	return system(command) == 0 ? await_end(p.ours) : 77;
}

/* Our probes are heard, but not what they are answered. */
static int keepalive_timeout(void)
{
	static const int options[] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
	const int one = 1;
	struct pair p = tcp_pair("127.0.0.1");
	char command[256];

	snprintf(command, sizeof(command),
		 "nft -f - <<'END'\n"
		 "table inet t { chain c { type filter hook input priority 0; "
		 "tcp dport %d drop; }; }\nEND\n",
		 port_of(p.ours));
	if (system(command) != 0)
		return 77;
	for (size_t i = 0; i < 3; i++)
		setsockopt(p.ours, IPPROTO_TCP, options[i], &one, sizeof(one));
	setsockopt(p.ours, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	return await_end(p.ours);
}

/* The machine's limit, opened where it is seen: in no namespace of a test. */
enum { LIMIT_FD = 9 };

/*
 * An orphan stays while its peer has no room for its data; the kernel counts
 * orphans every 100 ms (tcp_orphan_update()), so some closes are in vain. The
 * whole machine has the limit, so it holds for no longer than a close.
 */
static int out_of_memory(void)
{
	struct pair orphan = tcp_pair("127.0.0.1");
	static char data[1 << 20];
	const int patience_ms = 10;
	char was[32];
	const ssize_t len = pread(LIMIT_FD, was, sizeof(was), 0);

	if (len <= 0)
		return 77;
	while (send(orphan.ours, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	close(orphan.ours);
	for (int i = 0; i < 1000; i++) {
		struct pair p = tcp_pair("127.0.0.1");
		struct pollfd reset = {.fd = p.theirs};

		if (pwrite(LIMIT_FD, "0", 1, 0) != 1)
			return 77;
		close(p.ours);
		if (pwrite(LIMIT_FD, was, (size_t)len, 0) != len)
			return 1;
		if (poll(&reset, 1, patience_ms) == 1 &&
		    reset.revents & POLLERR)
			return 0;
		close(p.theirs);
	}
	return 1;
}

static const struct {
	const char *name;
	int (*happen)(void);
} causes[] = {
	{"destroyed", destroyed},
	{"keepalive-timeout", keepalive_timeout},
	{"out-of-memory", out_of_memory},
};

/* Like main() alone, where nobody else closes a socket meanwhile. */
static int run_alone(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_orphan_too_many_is_told),
	};

	int fd = open("/proc/sys/net/ipv4/tcp_max_orphans", O_RDWR | O_CLOEXEC);

	dup2(fd, LIMIT_FD);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_programs_resets_are_only_counted),
		cmocka_unit_test(all_shows_other_programs_resets_too),
		cmocka_unit_test(own_resets_that_no_log_tells_of_stay),
		cmocka_unit_test(a_destroyed_connection_is_told),
		cmocka_unit_test(a_connection_that_keepalive_gave_up_is_told),
	};

	if (argc > 1 && strcmp(argv[1], "alone") == 0)
		return run_alone();
	for (size_t i = 0; argc > 1 && i < sizeof(causes) / sizeof(*causes);
	     i++)
		if (strcmp(argv[1], causes[i].name) == 0)
			return causes[i].happen();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
