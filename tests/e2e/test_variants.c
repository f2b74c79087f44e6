/* SPDX-License-Identifier: MIT */
/* test_variants.c - resets that no call of a program foretells, as captured. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../preload/programs/tcp.h"
#include "analysis.h"
#include "netns.h"
#include "program.h"
#include "sniffer.h"

/* A network and a capture of its own for each test. */
static struct {
	struct netns_address address;
	struct sniffer *sniffer;
	char dump[PATH_MAX];
} here;

static int fresh(void **state)
{
	char why[NETNS_ERROR_MAX];
	int fd;

	(void)state;
	snprintf(here.dump, sizeof(here.dump), "%s/rstwatch-variant-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(here.dump);
	close(fd);
	here.address = netns_new_address();
	if (fd < 0 || netns_enter(&here.address, why))
		return -1;
	here.sniffer = sniffer_open(here.dump, why);
	return here.sniffer ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	sniffer_close(here.sniffer);
	here.sniffer = NULL;
	unlink(here.dump);
	return 0;
}

static void run(const char *command)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)command, NULL};
	struct program p = {0};
	struct program *all[] = {&p};

	assert_int_equal(program_start(&p, argv, NULL, 5000), 0);
	program_wait(all, 1);
	if (p.status)
		fail_msg("%s: %s", command, p.err.text);
}

/* The cause of the first reset, once there is one. */
static enum rst_cause cause_of_the_first(void)
{
	struct rst_addr own = {.family = 4};
	const char *files[] = {here.dump};
	enum rst_cause cause = RST_CAUSE_NONE;
	struct analysis *a = analysis_new();
	const struct report *r;

	inet_pton(AF_INET, here.address.v4, own.ip);
	sniffer_wait(here.sniffer, &own, &own, 5000);
	sniffer_close(here.sniffer);
	here.sniffer = NULL;
	assert_non_null(a);
	assert_int_equal(analysis_run(a, files, 1, NULL), 0);
	r = analysis_report(a);
	for (size_t i = 0; i < r->finding_count && !cause; i++)
		cause = r->findings[i].cause;
	analysis_free(a);
	return cause;
}

static void is_called(enum rst_cause expected)
{
	enum rst_cause cause = cause_of_the_first();

	assert_string_equal(rst_cause_slug(cause), rst_cause_slug(expected));
}

static void set(int fd, int option, int value)
{
	MUST(!setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)));
}

static void silence_of_the_peer_is_a_keepalive_timeout(void **state)
{
	struct pair p = tcp_pair(here.address.v4);
	int on = 1;

	(void)state;
	MUST(write(p.ours, "hello", 5) == 5);
	await(p.theirs, POLLIN);
	run("nft add table t && nft 'add chain t in "
	    "{ type filter hook input priority 0; policy drop; }'");
	set(p.ours, TCP_KEEPIDLE, 1);
	set(p.ours, TCP_KEEPINTVL, 1);
	set(p.ours, TCP_KEEPCNT, 2);
	MUST(!setsockopt(p.ours, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	is_called(RST_CAUSE_KEEPALIVE_TIMEOUT);
	close(p.ours);
	close(p.theirs);
}

static void a_destroyed_connection_is_an_abort(void **state)
{
	struct pair p = tcp_pair(here.address.v4);
	char command[64];

	(void)state;
	MUST(write(p.ours, "hello", 5) == 5);
	await(p.theirs, POLLIN);
	snprintf(command, sizeof(command), "ss -K -t sport = :%d",
		 ntohs(name_of(p.ours).v4.sin_port));
	run(command);
	is_called(RST_CAUSE_ABORT);
	close(p.ours);
	close(p.theirs);
}

/* A SYN that a firewall rejects looks as if nobody listened. */
static void a_rejected_syn_is_called_refused(void **state)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(7)};
	struct address own = address_of(here.address.v4);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	run("nft add table t && nft 'add chain t in "
	    "{ type filter hook input priority 0; }' && nft add rule t in tcp "
	    "dport 7 reject with tcp reset");
	inet_pton(AF_INET, here.address.v4, &to.sin_addr);
	MUST(!bind(fd, &own.any, own.len));
	MUST(connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0);
	is_called(RST_CAUSE_REFUSED);
	close(fd);
}

/* The peer had not closed: no kernel answers data of a live connection so. */
static void a_rejected_segment_is_no_data_after_close(void **state)
{
	struct pair p = tcp_pair(here.address.v4);
	enum rst_cause cause;
	char command[256];

	(void)state;
	MUST(write(p.ours, "hello", 5) == 5);
	await(p.theirs, POLLIN);
	MUST(write(p.theirs, "world", 5) == 5);
	await(p.ours, POLLIN);
	snprintf(command, sizeof(command),
		 "nft add table t && nft 'add chain t in "
		 "{ type filter hook input priority 0; }' && nft add rule t "
		 "in tcp sport %d tcp flags psh reject with tcp reset",
		 ntohs(name_of(p.ours).v4.sin_port));
	run(command);
	MUST(write(p.ours, "more", 4) == 4);
	cause = cause_of_the_first();
	if (cause != RST_CAUSE_INJECTED && cause != RST_CAUSE_UNEXPLAINED &&
	    cause != RST_CAUSE_PEER_GONE)
		fail_msg("it is called %s", rst_cause_slug(cause));
	close(p.ours);
	close(p.theirs);
}

/*
 * The server keeps what the client forgot (TCP_REPAIR closes without a word);
 * its acknowledgment fits no number of the new SYN. RFC 9293 3.5.1.
 */
static void a_half_open_peer_is_a_bad_handshake(void **state)
{
	struct pair p = tcp_pair(here.address.v4);
	struct address own = name_of(p.ours), peer = name_of(p.theirs);
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)state;
	set(p.ours, TCP_REPAIR, 1);
	close(p.ours);
	MUST(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	MUST(!bind(fd, &own.any, own.len));
	connect(fd, &peer.any, peer.len);
	is_called(RST_CAUSE_BAD_HANDSHAKE);
	close(fd);
	close(p.theirs);
}

/* Connected, but the server doesn't know yet: the last ACK waits for data. */
static int connected_slowly(int listener)
{
	int fd = tcp_socket_of(name_of(listener), 0);

	set(fd, TCP_DEFER_ACCEPT, 1);
	MUST(tcp_connect(fd, listener) == 0);
	return fd;
}

/*
 * tcp_check_req(): both were let in while there was room for one of them. With
 * a backlog of two there is room for three, and for two handshakes at a time.
 */
static void a_full_accept_queue_is_a_backlog_overflow(void **state)
{
	int listener = tcp_listen(here.address.v4, 2);
	int waiting[] = {tcp_client(listener), tcp_client(listener)};
	int third = connected_slowly(listener);
	int last = connected_slowly(listener);

	(void)state;
	MUST(!netns_sysctl("ipv4/tcp_abort_on_overflow", "1"));
	set(third, TCP_QUICKACK, 1);
	await_queue(listener, 3);
	set(last, TCP_QUICKACK, 1);
	is_called(RST_CAUSE_BACKLOG_OVERFLOW);
	close(last);
	close(third);
	close(waiting[0]);
	close(waiting[1]);
	close(listener);
}

/* The near twin: accepted, and rejected before the server sent a byte. */
static void a_rejected_request_is_no_backlog_overflow(void **state)
{
	struct pair p;

	(void)state;
	run("nft add table t && nft 'add chain t in "
	    "{ type filter hook input priority 0; }' && nft add rule t "
	    "in tcp flags psh reject with tcp reset");
	p = tcp_pair(here.address.v4);
	MUST(write(p.ours, "GET /", 5) == 5);
	is_called(RST_CAUSE_UNEXPLAINED);
	close(p.ours);
	close(p.theirs);
}

/* With one probe the interval isn't known: a timer's close looks the same. */
static void a_single_probe_is_no_keepalive_timeout(void **state)
{
	struct pair p = tcp_pair(here.address.v4);

	(void)state;
	tcp_deliver(p.ours, p.theirs, 5);
	tcp_deafen(p.theirs);
	set(p.ours, TCP_KEEPIDLE, 1);
	set(p.ours, TCP_KEEPINTVL, 1);
	set(p.ours, TCP_KEEPCNT, 1);
	tcp_option(p.ours, SOL_SOCKET, SO_KEEPALIVE, 1);
	is_called(RST_CAUSE_ABORT);
	close(p.ours);
	close(p.theirs);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(silence_of_the_peer_is_a_keepalive_timeout),
		TEST(a_destroyed_connection_is_an_abort),
		TEST(a_rejected_syn_is_called_refused),
		TEST(a_rejected_segment_is_no_data_after_close),
		TEST(a_half_open_peer_is_a_bad_handshake),
		TEST(a_full_accept_queue_is_a_backlog_overflow),
		TEST(a_rejected_request_is_no_backlog_overflow),
		TEST(a_single_probe_is_no_keepalive_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
