/* SPDX-License-Identifier: MIT */
/* test_probe_socket.c - options, names and kinds, and the rarer sockets. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "netns.h"
#include "probing.h"
#include "rstwatch/verdict.h"
#include "tcp_situation.h"

static void options_are_told(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f = probing_facts(p.ours);
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	(void)state;
	assert_int_equal(
		getsockopt(p.ours, SOL_SOCKET, SO_COOKIE, &cookie, &len), 0);
	assert_true(f.have & RST_HAVE_COOKIE);
	assert_int_equal(f.cookie, cookie);
	assert_int_equal(rst_probe_cookie(p.ours), cookie);
	assert_true(f.have & RST_HAVE_LINGER);
	assert_int_equal(f.linger, RST_LINGER_OFF);
	assert_true(f.have & RST_HAVE_LINGER2);
	assert_int_equal(f.linger2, 1); /* tcp_fin_timeout */
	assert_false(f.is_repair);
	tcp_set_linger(p.ours, 0);
	tcp_set_int(p.ours, IPPROTO_TCP, TCP_LINGER2, -5);
	tcp_set_int(p.ours, IPPROTO_TCP, TCP_REPAIR, 1);
	f = probing_facts(p.ours);
	assert_int_equal(f.linger, 0);
	assert_int_equal(rst_probe_linger(p.ours), 0);
	assert_int_equal(f.linger2, -1);
	assert_true(f.is_repair);
	tcp_pair_drop(&p);
}

/* SO_LINGER and TCP_LINGER2 of a listener go over to what it accepts. */
static void inherited_options_are_told(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	struct tcp_pair p = {.listener = listener};
	struct rst_facts f;

	(void)state;
	tcp_set_linger(listener, 0);
	tcp_set_int(listener, IPPROTO_TCP, TCP_LINGER2, -1);
	p.theirs = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	p.ours = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	f = probing_facts(p.ours);
	assert_int_equal(f.linger, 0);
	assert_int_equal(f.linger2, -1);
	tcp_pair_drop(&p);
}

static void v4_mapped_addresses_are_ipv4(void **state)
{
	static const uint8_t loopback[16] = {127, 0, 0, 1};
	struct tcp_pair p = tcp_pair_open(PAIR_V4_MAPPED, PAIR_CLIENT);
	struct rst_facts f = probing_facts(p.ours);

	(void)state;
	assert_int_equal(f.local.family, 4);
	assert_memory_equal(f.local.ip, loopback, sizeof(loopback));
	assert_int_equal(f.local.port, tcp_port(p.ours));
	assert_int_equal(f.peer.family, 4);
	assert_memory_equal(f.peer.ip, loopback, sizeof(loopback));
	assert_int_equal(f.peer.port, tcp_port(p.theirs));
	tcp_pair_drop(&p);
}

static void forgotten_peer_address_is_the_remembered_one(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV6, PAIR_CLIENT);
	struct rst_facts before = probing_facts(p.ours), after;
	const struct rst_addr remembered[2] = {before.local, before.peer};

	(void)state;
	situation_make("they_reset", &p);
	assert_false(probing_facts(p.ours).have & RST_HAVE_PEER);
	assert_int_equal(rst_probe(p.ours, RST_WANT_ALL, &probing_diag,
				   remembered, &after),
			 0);
	assert_true(after.have & RST_HAVE_PEER);
	assert_memory_equal(&after.peer, &before.peer, sizeof(after.peer));
	assert_memory_equal(&after.local, &before.local, sizeof(after.local));
	tcp_pair_drop(&p);
}

static void only_tcp_is_probed(void **state)
{
	int pipes[2];
	int fds[8];
	size_t n = 0;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	fds[n++] = pipes[0];
	fds[n++] = pipes[1];
	fds[n++] = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	fds[n++] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fds[n++] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* These two say SO_PROTOCOL 6 as well. */
	fds[n++] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);
	fds[n++] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);
	fds[n++] = 9999;
	for (size_t i = 0; i < n; i++) {
		struct rst_facts f;

		assert_int_equal(rst_probe_kind(fds[i]), RST_PROBE_NOT_TCP);
		assert_int_equal(rst_probe(fds[i], RST_WANT_ALL, &probing_diag,
					   NULL, &f),
				 -1);
		close(fds[i]);
	}
}

static void fresh_socket_is_in_state_close(void **state)
{
	int fd = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	struct rst_facts f = probing_facts(fd);

	(void)state;
	assert_int_equal(rst_probe_kind(fd), RST_PROBE_TCP);
	assert_int_equal(f.state, RST_CLOSE);
	assert_true(f.have & RST_HAVE_LOCAL);
	assert_int_equal(f.local.port, 0);
	assert_false(f.have & RST_HAVE_PEER);
	tcp_close(&fd);
}

/* A full accept queue (backlog + 1) drops the SYN of whoever comes next. */
static void connecting_socket_is_in_syn_sent_and_silent(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 0);
	int first = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	int second = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	struct sockaddr_storage to;
	socklen_t len = tcp_loopback(PAIR_IPV4, tcp_port(listener), &to);
	unsigned long before = tcp_network_resets();
	struct rst_facts f;

	(void)state;
	assert_int_equal(fcntl(second, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(connect(second, (void *)&to, len), -1);
	assert_int_equal(errno, EINPROGRESS);
	tcp_set_linger(second, 0);
	f = probing_facts(second);
	assert_int_equal(f.state, RST_SYN_SENT);
	assert_false(f.have & (RST_HAVE_BYTES | RST_HAVE_TIMES));
	assert_int_equal(rst_verdict(&act, &f).cause, RST_CAUSE_NONE);
	tcp_close(&second);
	assert_int_equal(tcp_network_resets(), before);
	tcp_close(&first);
	tcp_close(&listener);
}

/* Lets SYNs through, and nothing else: inherited by what is accepted. */
static void hear_only_syn(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13), /* the TCP flags */
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(code[0]), code};

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
				    sizeof(prog)),
			 0);
}

/* kernel.md 3.2: SIOCINQ says 0 in SYN_RECV, and yet close() resets. */
static void fast_open_child_in_syn_recv_tells_its_unread_bytes(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int client = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	struct sockaddr_storage to;
	socklen_t len = tcp_loopback(PAIR_IPV4, tcp_port(listener), &to);
	unsigned long before = tcp_network_resets();
	struct rst_facts f;
	int child;

	(void)state;
	/* Client, server, and neither wants a cookie. */
	assert_int_equal(netns_sysctl("ipv4/tcp_fastopen", "519"), 0);
	tcp_set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 8);
	hear_only_syn(listener);
	assert_int_equal(
		sendto(client, "hello", 5, MSG_FASTOPEN, (void *)&to, len), 5);
	assert_int_equal(probing_facts(listener).unaccepted, 1);
	assert_true(probing_facts(listener).is_unaccepted_exact);
	child = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	f = probing_facts(child);
	assert_int_equal(f.state, RST_SYN_RECV);
	assert_int_equal(rst_probe_inq(child), 0);
	assert_int_equal(f.unread, 5);
	assert_int_equal(f.bytes_received, 5);
	assert_int_equal(rst_verdict(&act, &f).cause, RST_CAUSE_UNREAD_DATA);
	tcp_close(&child);
	assert_int_equal(tcp_network_resets() - before, 1);
	tcp_close(&client);
	tcp_close(&listener);
}

static void probe_steals_no_error_and_changes_no_errno(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	int error = 0;
	socklen_t len = sizeof(error);

	(void)state;
	situation_make("they_reset", &p);
	errno = ENOTTY;
	probing_facts(p.ours);
	rst_probe_glance(-1);
	rst_probe_inq(-1);
	rst_probe_linger(-1);
	rst_probe_cookie(-1);
	rst_probe_kind(-1);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(getsockopt(p.ours, SOL_SOCKET, SO_ERROR, &error, &len),
			 0);
	assert_int_equal(error, ECONNRESET);
	tcp_pair_drop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_told),
		cmocka_unit_test(inherited_options_are_told),
		cmocka_unit_test(v4_mapped_addresses_are_ipv4),
		cmocka_unit_test(forgotten_peer_address_is_the_remembered_one),
		cmocka_unit_test(only_tcp_is_probed),
		cmocka_unit_test(fresh_socket_is_in_state_close),
		cmocka_unit_test(connecting_socket_is_in_syn_sent_and_silent),
		cmocka_unit_test(
			fast_open_child_in_syn_recv_tells_its_unread_bytes),
		cmocka_unit_test(probe_steals_no_error_and_changes_no_errno),
	};

	return cmocka_run_group_tests(tests, probing_enter, NULL);
}
