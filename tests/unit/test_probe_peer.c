/* SPDX-License-Identifier: MIT */
/* test_probe_peer.c - what sock_diag tells of the other end, and if it's so. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "near.h"
#include "netns.h"
#include "probing.h"
#include "rstwatch/verdict.h"
#include "tcp_situation.h"

static struct rst_verdict judge_send(const struct rst_facts *f)
{
	const struct rst_act act = {RST_ACT_SEND, 0, 1};

	return rst_verdict(&act, f);
}

/*
 * Makes a situation and asks about it. Their FIN is acknowledged after 40 ms
 * and ends FIN_WAIT1: where a busy machine was slower, once more.
 */
static struct rst_facts facts_before_ack(const char *situation,
					 enum rst_state state,
					 struct tcp_pair *p)
{
	struct rst_facts f;

	for (int tries = 0;; tries++) {
		*p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
		situation_make(situation, p);
		f = probing_facts(p->ours);
		if (state != RST_FIN_WAIT1 ||
		    f.peer_socket.state != RST_FIN_WAIT2 || tries == 9)
			return f;
		tcp_pair_drop(p);
	}
}

/* What is expected of the peer in each situation, seen from a client. */
static void each_situation_has_its_peer(void **state)
{
	static const struct {
		const char *situation;
		enum rst_peer_where where;
		enum rst_state state;
		bool is_orphan, is_timewait;
		int shutdown; /* -1: a minisock has none */
	} rows[] = {
		{"established", RST_PEER_FOUND, RST_ESTABLISHED, 0, 0, 0},
		{"they_shut_reading", RST_PEER_FOUND, RST_ESTABLISHED, 0, 0, 1},
		{"they_half_closed", RST_PEER_FOUND, RST_FIN_WAIT1, 0, 0, 2},
		{"they_shut_both", RST_PEER_FOUND, RST_FIN_WAIT1, 0, 0, 3},
		{"they_closed", RST_PEER_FOUND, RST_FIN_WAIT1, 1, 0, 3},
		{"they_closed_and_know_it", RST_PEER_FOUND, RST_FIN_WAIT2, 1, 1,
		 -1},
		{"they_are_forgotten", RST_PEER_LISTENER, 0, 0, 0, -1},
		{"they_and_listener_are_forgotten", RST_PEER_GONE, 0, 0, 0, -1},
		{"they_closed_behind_full_window", RST_PEER_FOUND,
		 RST_FIN_WAIT1, 1, 0, 3},
		{"fin_wait2", RST_PEER_FOUND, RST_CLOSE_WAIT, 0, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tcp_pair p;
		struct rst_facts f =
			facts_before_ack(rows[i].situation, rows[i].state, &p);
		const struct rst_peer_socket *peer = &f.peer_socket;

		assert_true(f.have & RST_HAVE_PEER_SOCKET);
		assert_int_equal(peer->where, rows[i].where);
		assert_string_equal(rst_state_name(peer->state),
				    rst_state_name(rows[i].state));
		assert_int_equal(peer->is_orphan, rows[i].is_orphan);
		assert_int_equal(peer->is_timewait, rows[i].is_timewait);
		assert_int_equal(peer->has_shutdown, rows[i].shutdown >= 0);
		if (peer->has_shutdown)
			assert_int_equal(peer->shutdown, rows[i].shutdown);
		assert_false(peer->may_be_nat);
		assert_false(peer->has_cookies);
		tcp_pair_drop(&p);
	}
}

static void queues_of_the_peer_are_told(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f;

	(void)state;
	tcp_send(p.ours, "0123456", 7, 0);
	tcp_wait_readable(p.theirs, 7);
	tcp_deafen(p.ours);
	tcp_send(p.theirs, "abc", 3, 0);
	f = probing_facts(p.ours);
	assert_int_equal(f.peer_socket.unread, 7);
	assert_int_equal(f.peer_socket.unacked, 3);
	assert_true(f.peer_socket.has_written);
	assert_int_equal(f.peer_socket.written, 3);
	assert_int_equal(f.bytes_received, 0);
	tcp_pair_drop(&p);
}

/* The FIN behind them is no byte. */
static void unsent_bytes_of_a_closed_peer_are_written(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	size_t total = tcp_fill(p.theirs);
	struct rst_facts f;

	(void)state;
	tcp_close(&p.theirs);
	f = probing_facts(p.ours);
	assert_int_equal(f.peer_socket.state, RST_FIN_WAIT1);
	assert_int_equal(f.peer_socket.written, total);
	tcp_pair_drop(&p);
}

/* P7 at our own end: their data comes after our close, and draws our reset. */
static void close_while_the_peer_sends_resets_as_predicted(void **state)
{
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	unsigned long before = tcp_network_resets();
	struct rst_verdict v;
	struct rst_facts f;
	int ours = p.ours;

	(void)state;
	/* Their segment is lost, and will be sent again. */
	tcp_deafen(p.ours);
	tcp_send(p.theirs, "late", 4, 0);
	tcp_undeafen(p.ours);
	f = probing_facts(ours);
	v = rst_verdict(&act, &f);
	assert_int_equal(v.cause, RST_CAUSE_DATA_AFTER_CLOSE);
	assert_int_equal(v.certainty, RST_LIKELY);
	assert_int_equal(v.sender, RST_SENDER_SELF);
	tcp_close(&p.ours);
	assert_true(tcp_wait_resets(before + 1));
	tcp_pair_drop(&p);
}

/* A minisock in FIN_WAIT2 lives for tcp_fin_timeout, here a second. */
static void peer_is_forgotten_after_fin_timeout(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV6, PAIR_CLIENT);
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	unsigned long before;
	struct rst_verdict v;
	struct rst_facts f;

	(void)state;
	situation_make("they_closed_and_know_it", &p);
	tcp_close(&p.listener);
	before = tcp_network_resets();
	do
		f = probing_facts(p.ours);
	while (f.peer_socket.where == RST_PEER_FOUND);
	assert_int_equal(f.peer_socket.where, RST_PEER_GONE);
	v = rst_verdict(&act, &f);
	assert_int_equal(v.cause, RST_CAUSE_PEER_GONE);
	assert_int_equal(v.certainty, RST_CERTAIN);
	tcp_close(&p.ours);
	assert_int_equal(tcp_network_resets() - before, 1);
}

struct binding {
	int fd;
	struct sockaddr_in6 at;
};

static bool can_bind(void *arg)
{
	const struct binding *b = arg;

	return bind(b->fd, (const void *)&b->at, sizeof(b->at)) == 0;
}

/* An address of the host that is no loopback address is near as well. */
static void peer_on_an_own_address_is_found(void **state)
{
	const struct netns_address address = netns_new_address();
	struct binding b = {.at = {.sin6_family = AF_INET6}};
	socklen_t len = sizeof(b.at);
	char why[NETNS_ERROR_MAX];
	struct rst_addr own = {.family = 6};
	struct tcp_pair p;
	struct rst_facts f;

	(void)state;
	assert_int_equal(netns_enter(&address, why), 0);
	rst_diag_after_fork(&probing_diag);
	inet_pton(AF_INET6, address.v6, &b.at.sin6_addr);
	p.listener = tcp_socket(PAIR_IPV6, IPPROTO_TCP);
	b.fd = p.listener;
	/* A new address is tentative for a moment. */
	assert_true(tcp_wait(can_bind, &b));
	assert_int_equal(listen(p.listener, 8), 0);
	assert_int_equal(getsockname(p.listener, (void *)&b.at, &len), 0);
	p.ours = tcp_socket(PAIR_IPV6, IPPROTO_TCP);
	assert_int_equal(connect(p.ours, (void *)&b.at, sizeof(b.at)), 0);
	p.theirs = accept4(p.listener, NULL, NULL, SOCK_CLOEXEC);
	f = probing_facts(p.ours);
	assert_int_equal(f.peer_socket.where, RST_PEER_FOUND);
	memcpy(own.ip, &b.at.sin6_addr, sizeof(own.ip));
	assert_true(near_is_own(&own));
	own.ip[15] ^= 1;
	assert_false(near_is_own(&own));
	tcp_pair_drop(&p);
}

/* Same addresses, other namespace: who is not found here may live there. */
static void socket_of_another_namespace_is_not_judged(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f;

	(void)state;
	assert_true(probing_facts(p.ours).have & RST_HAVE_PEER_SOCKET);
	probing_enter(NULL);
	f = probing_facts(p.ours);
	assert_false(f.have & RST_HAVE_PEER_SOCKET);
	assert_int_equal(f.peer_socket.where, RST_PEER_ELSEWHERE);
	f.peer.family = 4;
	rst_probe_listener(p.ours, &probing_diag, &f);
	assert_false(f.have & RST_HAVE_PEER_SOCKET);
	tcp_pair_drop(&p);
}

static void peer_bound_to_lo_is_found(void **state)
{
	struct tcp_pair p = {.listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8)};

	(void)state;
	assert_int_equal(
		setsockopt(p.listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3),
		0);
	p.ours = tcp_connect(PAIR_IPV4, IPPROTO_TCP, p.listener);
	p.theirs = accept4(p.listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(probing_facts(p.ours).peer_socket.where,
			 RST_PEER_FOUND);
	assert_int_equal(probing_facts(p.theirs).peer_socket.where,
			 RST_PEER_FOUND);
	tcp_pair_drop(&p);
}

/* A port that leads to server, as a container's published port would. */
static uint16_t redirected_port(int server)
{
	char name[] = "nft", rules[256];
	char *const words[] = {name, rules, NULL};
	pid_t child;
	int status;

	snprintf(
		rules, sizeof(rules),
		"add table ip n; add chain ip n o { type nat hook output "
		"priority -100; }; add rule ip n o tcp dport 7 redirect to :%u",
		tcp_port(server));
	assert_int_equal(posix_spawnp(&child, name, NULL, NULL, words, environ),
			 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return 7;
}

/*
 * iptables -t nat ... -j REDIRECT on lo: each end believes in a peer that
 * sock_diag doesn't know, and both are well.
 */
static void peer_behind_nat_is_not_taken_for_gone(void **state)
{
	int server = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	struct tcp_pair p = {.listener = server,
			     .ours = tcp_socket(PAIR_IPV4, IPPROTO_TCP)};
	struct sockaddr_storage to;
	socklen_t len = tcp_loopback(PAIR_IPV4, redirected_port(server), &to);
	struct rst_facts f;

	(void)state;
	assert_int_equal(connect(p.ours, (void *)&to, len), 0);
	p.theirs = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	f = probing_facts(p.ours);
	assert_int_equal(f.peer_socket.where, RST_PEER_GONE);
	assert_true(f.peer_socket.may_be_nat);
	assert_int_equal(judge_send(&f).cause, RST_CAUSE_NONE);
	f = probing_facts(p.theirs);
	assert_int_equal(judge_send(&f).cause, RST_CAUSE_NONE);
	tcp_send(p.ours, "hello", 5, 0);
	tcp_wait_readable(p.theirs, 5);
	tcp_receive(p.theirs, 5);
	tcp_pair_drop(&p);
}

/* A filter that answers one system call's first argument with an error. */
/* Only the listener is left of a client's peer; it may have sent a cookie. */
static void listener_that_has_sent_cookies_may_know_the_connection(void **state)
{
	struct tcp_pair p;
	struct rst_facts f;

	(void)state;
	assert_int_equal(netns_sysctl("ipv4/tcp_syncookies", "2"), 0);
	p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	situation_make("they_are_forgotten", &p);
	f = probing_facts(p.ours);
	assert_int_equal(f.peer_socket.where, RST_PEER_LISTENER);
	assert_true(f.peer_socket.has_cookies);
	tcp_pair_drop(&p);
}

static void refuse_netlink(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		_exit(99);
}

/* In a child that may not ask sock_diag: 0 if all is as it should be. */
static int child_without_netlink(const struct tcp_pair *p, int error)
{
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	struct rst_diag own = {0};
	struct rst_facts f;

	refuse_netlink(error);
	if (rst_probe(p->ours, RST_WANT_ALL, &own, NULL, &f) != 0)
		return 1;
	if (!own.is_denied || f.have & RST_HAVE_PEER_SOCKET)
		return 2;
	if (f.unread != 5 ||
	    rst_verdict(&act, &f).cause != RST_CAUSE_UNREAD_DATA)
		return 3;
	if (rst_probe(p->listener, RST_WANT_ALL, &own, NULL, &f) != 0 ||
	    f.unaccepted != 1 || f.is_unaccepted_exact)
		return 4;
	return rst_verdict(&act, &f).certainty == RST_LIKELY ? 0 : 5;
}

static void without_sock_diag_its_facts_are_missing(void **state)
{
	static const int errors[] = {EPERM, EACCES, ENOSYS, EPROTONOSUPPORT,
				     EAFNOSUPPORT};
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	int waiting = tcp_connect(PAIR_IPV4, IPPROTO_TCP, p.listener);

	(void)state;
	burden_load("unread", &p);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(child_without_netlink(&p, errors[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	tcp_vanish(&waiting);
	tcp_pair_drop(&p);
}

struct ending {
	pthread_barrier_t both;
	int fd; /* -1: no more */
};

/* So that both really do it at the same time, where there are two. */
static void go_to_processor(int n)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(n, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void *shut_each(void *arg)
{
	struct ending *e = arg;

	go_to_processor(1);
	for (;;) {
		pthread_barrier_wait(&e->both);
		if (e->fd < 0)
			return NULL;
		shutdown(e->fd, SHUT_WR);
		pthread_barrier_wait(&e->both);
	}
}

/* Asks while the peer, which has closed, gets the last segment it waits for. */
static void watch_the_end(struct ending *e)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_peer_socket peer;

	tcp_close(&p.theirs);
	tcp_wait_state(p.ours, RST_CLOSE_WAIT);
	e->fd = p.ours;
	pthread_barrier_wait(&e->both);
	do {
		peer = probing_facts(p.ours).peer_socket;
		if (peer.where == RST_PEER_FOUND)
			assert_int_not_equal(peer.state, RST_CLOSE);
	} while (peer.where == RST_PEER_FOUND && !peer.is_timewait);
	pthread_barrier_wait(&e->both);
	tcp_pair_drop(&p);
}

/* tcp_time_wait() leaves the socket behind in CLOSE: it is not the peer. */
static void peer_that_gives_way_to_its_minisock_is_never_in_close(void **state)
{
	const int rounds = 4000;
	struct ending e;
	pthread_t thread;
	cpu_set_t all;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	go_to_processor(0);
	assert_int_equal(pthread_barrier_init(&e.both, NULL, 2), 0);
	assert_int_equal(pthread_create(&thread, NULL, shut_each, &e), 0);
	for (int i = 0; i < rounds; i++)
		watch_the_end(&e);
	e.fd = -1;
	pthread_barrier_wait(&e.both);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&e.both);
	sched_setaffinity(0, sizeof(all), &all);
}

/* Each in a network of its own: what one leaves behind may still be reset. */
#define IN_OWN_NETWORK(test) cmocka_unit_test_setup(test, probing_enter)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_OWN_NETWORK(each_situation_has_its_peer),
		IN_OWN_NETWORK(queues_of_the_peer_are_told),
		IN_OWN_NETWORK(unsent_bytes_of_a_closed_peer_are_written),
		IN_OWN_NETWORK(close_while_the_peer_sends_resets_as_predicted),
		IN_OWN_NETWORK(peer_is_forgotten_after_fin_timeout),
		IN_OWN_NETWORK(peer_on_an_own_address_is_found),
		IN_OWN_NETWORK(socket_of_another_namespace_is_not_judged),
		IN_OWN_NETWORK(peer_bound_to_lo_is_found),
		IN_OWN_NETWORK(peer_behind_nat_is_not_taken_for_gone),
		IN_OWN_NETWORK(
			listener_that_has_sent_cookies_may_know_the_connection),
		IN_OWN_NETWORK(without_sock_diag_its_facts_are_missing),
		IN_OWN_NETWORK(
			peer_that_gives_way_to_its_minisock_is_never_in_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
