/* SPDX-License-Identifier: MIT */
/* test_prediction_listener.c - listeners and SYNs, predicted and counted. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rstwatch/address.h"
#include "netns.h"
#include "probing.h"
#include "rstwatch/verdict.h"
#include "tcp_pair.h"

static struct rst_verdict predict(int fd, enum rst_act_kind kind, int how)
{
	const struct rst_act act = {kind, how, 0};
	struct rst_facts f = probing_facts(fd);

	return rst_verdict(&act, &f);
}

static void assert_waiting(int listener, unsigned n, bool is_exact)
{
	struct rst_facts f = probing_facts(listener);

	assert_int_equal(f.state, RST_LISTEN);
	assert_true(f.have & RST_HAVE_UNACCEPTED);
	assert_int_equal(f.unaccepted, n);
	assert_int_equal(f.is_unaccepted_exact, is_exact);
}

static void assert_will_reset_queue(struct rst_verdict v,
				    enum rst_certainty certainty)
{
	assert_string_equal(rst_cause_slug(v.cause), "unaccepted-connections");
	assert_int_equal(v.certainty, certainty);
	assert_int_equal(v.sender, RST_SENDER_SELF);
}

static void disconnect(int fd)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	assert_int_equal(connect(fd, &none, sizeof(none)), 0);
}

static void close_resets_each_that_waits(enum tcp_pair_net net)
{
	int listener = tcp_listen(net, IPPROTO_TCP, 8);
	int a = tcp_connect(net, IPPROTO_TCP, listener);
	int b = tcp_connect(net, IPPROTO_TCP, listener);
	unsigned long before = tcp_network_resets();

	assert_waiting(listener, 2, true);
	assert_will_reset_queue(predict(listener, RST_ACT_CLOSE, 0),
				RST_CERTAIN);
	tcp_close(&listener);
	assert_int_equal(tcp_network_resets() - before, 2);
	tcp_close(&a);
	tcp_close(&b);
}

static void closed_listener_resets_what_waits_on_ipv4(void **state)
{
	(void)state;
	close_resets_each_that_waits(PAIR_IPV4);
}

static void closed_listener_resets_what_waits_on_ipv6(void **state)
{
	(void)state;
	close_resets_each_that_waits(PAIR_IPV6);
}

static void closed_listener_resets_what_waits_on_v4_mapped(void **state)
{
	(void)state;
	close_resets_each_that_waits(PAIR_V4_MAPPED);
}

static void closed_empty_listener_is_silent(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	unsigned long before = tcp_network_resets();

	(void)state;
	assert_waiting(listener, 0, false);
	assert_int_equal(predict(listener, RST_ACT_CLOSE, 0).cause,
			 RST_CAUSE_NONE);
	tcp_close(&listener);
	assert_int_equal(tcp_network_resets() - before, 0);
}

/* tcpi_unacked counts them still; they are past being reset. */
static void connections_reset_by_their_client_are_not_counted(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int dead = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	int alive = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	unsigned long before;

	(void)state;
	tcp_set_linger(dead, 0);
	tcp_close(&dead);
	before = tcp_network_resets();
	assert_waiting(listener, 1, true);
	tcp_close(&listener);
	assert_int_equal(tcp_network_resets() - before, 1);
	tcp_close(&alive);
}

static void listener_with_dead_connections_alone_is_silent(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int dead = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	unsigned long before;

	(void)state;
	tcp_set_linger(dead, 0);
	tcp_close(&dead);
	before = tcp_network_resets();
	assert_waiting(listener, 0, true);
	assert_int_equal(predict(listener, RST_ACT_CLOSE, 0).cause,
			 RST_CAUSE_NONE);
	tcp_close(&listener);
	assert_int_equal(tcp_network_resets() - before, 0);
}

/* A client that has closed already is reset as well. */
static void connections_closed_by_their_client_are_counted(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int client = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	unsigned long before = tcp_network_resets();

	(void)state;
	tcp_close(&client);
	assert_waiting(listener, 1, true);
	tcp_close(&listener);
	assert_true(tcp_network_resets() - before >= 1);
}

static void shutdown_of_a_listener_is_as_predicted(int how, bool resets)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int client = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	unsigned long before = tcp_network_resets();
	struct rst_verdict v = predict(listener, RST_ACT_SHUTDOWN, how);

	assert_int_equal(v.cause, resets ? RST_CAUSE_UNACCEPTED_CONNECTIONS
					 : RST_CAUSE_NONE);
	shutdown(listener, how);
	assert_int_equal(tcp_network_resets() - before, resets);
	tcp_close(&client);
	tcp_close(&listener);
}

static void listener_shut_for_reading_resets_what_waits(void **state)
{
	(void)state;
	shutdown_of_a_listener_is_as_predicted(SHUT_RD, true);
}

static void listener_shut_for_writing_is_silent(void **state)
{
	(void)state;
	shutdown_of_a_listener_is_as_predicted(SHUT_WR, false);
}

static void listener_shut_both_ways_resets_what_waits(void **state)
{
	(void)state;
	shutdown_of_a_listener_is_as_predicted(SHUT_RDWR, true);
}

static void disconnected_listener_resets_what_waits(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int client = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	unsigned long before = tcp_network_resets();

	(void)state;
	assert_will_reset_queue(predict(listener, RST_ACT_DISCONNECT, 0),
				RST_CERTAIN);
	disconnect(listener);
	assert_int_equal(tcp_network_resets() - before, 1);
	tcp_close(&client);
	tcp_close(&listener);
}

static int listen_beside(int other)
{
	struct sockaddr_storage at;
	socklen_t len = tcp_loopback(PAIR_IPV4, tcp_port(other), &at);
	int fd = tcp_socket(PAIR_IPV4, IPPROTO_TCP);

	tcp_set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	assert_int_equal(bind(fd, (void *)&at, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* Which of two queues a connection waits in, sock_diag doesn't say. */
static void queue_of_a_reuseport_sibling_is_only_likely(void **state)
{
	struct sockaddr_storage at;
	socklen_t len = tcp_loopback(PAIR_IPV4, 0, &at);
	int a = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	unsigned long before = tcp_network_resets();
	int b, client;

	(void)state;
	tcp_set_int(a, SOL_SOCKET, SO_REUSEPORT, 1);
	assert_int_equal(bind(a, (void *)&at, len), 0);
	assert_int_equal(listen(a, 8), 0);
	client = tcp_connect(PAIR_IPV4, IPPROTO_TCP, a);
	b = listen_beside(a);
	assert_waiting(a, 1, false);
	assert_waiting(b, 0, false);
	assert_will_reset_queue(predict(a, RST_ACT_CLOSE, 0), RST_LIKELY);
	tcp_close(&b);
	assert_waiting(a, 1, true);
	tcp_close(&a);
	assert_int_equal(tcp_network_resets() - before, 1);
	tcp_close(&client);
}

/* The same port on another address is another queue. */
static void listener_on_another_address_is_not_mistaken(void **state)
{
	int a = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(tcp_port(a)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
	int b = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	int client = tcp_socket(PAIR_IPV4, IPPROTO_TCP);

	(void)state;
	assert_int_equal(bind(b, (void *)&at, sizeof(at)), 0);
	assert_int_equal(listen(b, 8), 0);
	assert_int_equal(connect(client, (void *)&at, sizeof(at)), 0);
	assert_waiting(a, 0, false);
	assert_waiting(b, 1, true);
	tcp_close(&a);
	tcp_close(&b);
	tcp_close(&client);
}

/*
 * All of the port's connections that live are listed, and how many wait at the
 * other listener: the rest is ours, unless one of those is dead.
 */
static void wildcard_listener_beside_another_is_counted(void **state)
{
	int b = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	struct sockaddr_in any = {.sin_family = AF_INET,
				  .sin_port = htons(tcp_port(b))};
	struct sockaddr_in second = any;
	int a = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	int to_a = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	unsigned long before;
	int to_b;

	(void)state;
	tcp_set_int(a, SOL_SOCKET, SO_REUSEPORT, 1);
	tcp_set_int(b, SOL_SOCKET, SO_REUSEPORT, 1);
	to_b = tcp_connect(PAIR_IPV4, IPPROTO_TCP, b);
	second.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	assert_int_equal(bind(a, (void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(a, 8), 0);
	assert_int_equal(connect(to_a, (void *)&second, sizeof(second)), 0);
	assert_waiting(a, 1, true);
	tcp_set_linger(to_b, 0);
	tcp_close(&to_b);
	assert_waiting(a, 1, false);
	before = tcp_network_resets();
	tcp_close(&a);
	assert_int_equal(tcp_network_resets() - before, 1);
	tcp_close(&b);
	tcp_close(&to_a);
}

/* The list has more than one datagram. */
static void long_queue_is_counted_exactly(void **state)
{
	enum { CLIENTS = 200 };
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, CLIENTS);
	unsigned long before = tcp_network_resets();
	int client[CLIENTS];

	(void)state;
	for (int i = 0; i < CLIENTS; i++)
		client[i] = tcp_connect(PAIR_IPV4, IPPROTO_TCP, listener);
	assert_waiting(listener, CLIENTS, true);
	tcp_close(&listener);
	assert_int_equal(tcp_network_resets() - before, CLIENTS);
	for (int i = 0; i < CLIENTS; i++)
		tcp_close(&client[i]);
}

static struct rst_verdict predict_connect(int fd,
					  const struct sockaddr_storage *to)
{
	const struct rst_act act = {RST_ACT_CONNECT, 0, 0};
	struct rst_facts f;
	struct rst_addr peer;

	assert_int_equal(rst_probe(fd, RST_WANT_NAMES, &probing_diag, NULL, &f),
			 0);
	assert_true(addr_from_sockaddr(&peer, to));
	f.peer = peer;
	f.have |= RST_HAVE_PEER;
	rst_probe_listener(fd, &probing_diag, &f);
	return rst_verdict(&act, &f);
}

/* Predicts and does a connect() to that port, where somebody listens or not. */
static void connect_is_as_predicted(enum tcp_pair_net net, const char *ip,
				    uint16_t port, bool is_refused)
{
	struct sockaddr_storage to;
	socklen_t len = tcp_loopback(net, port, &to);
	int fd = tcp_socket(net, IPPROTO_TCP);
	unsigned long before = tcp_network_resets();
	struct rst_verdict v;

	if (ip && net == PAIR_IPV4)
		inet_pton(AF_INET, ip, &((struct sockaddr_in *)&to)->sin_addr);
	else if (ip)
		inet_pton(AF_INET6, ip,
			  &((struct sockaddr_in6 *)&to)->sin6_addr);
	v = predict_connect(fd, &to);
	assert_string_equal(rst_cause_slug(v.cause),
			    is_refused ? "refused" : "");
	if (is_refused) {
		assert_int_equal(v.certainty, RST_CERTAIN);
		assert_int_equal(v.sender, RST_SENDER_PEER);
	}
	assert_int_equal(connect(fd, (void *)&to, len), is_refused ? -1 : 0);
	assert_int_equal(tcp_network_resets() - before, is_refused);
	tcp_close(&fd);
}

static void connect_without_listener_is_refused(void **state)
{
	static const struct {
		enum tcp_pair_net net;
		const char *ip;
	} to[] = {{PAIR_IPV4, NULL},	  {PAIR_IPV4, "127.9.9.9"},
		  {PAIR_IPV4, "0.0.0.0"}, {PAIR_IPV6, NULL},
		  {PAIR_IPV6, "::"},	  {PAIR_V4_MAPPED, NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		int listener = tcp_listen(to[i].net, IPPROTO_TCP, 8);
		uint16_t port = tcp_port(listener);

		tcp_close(&listener);
		connect_is_as_predicted(to[i].net, to[i].ip, port, true);
	}
}

static void connect_to_a_listener_is_silent(void **state)
{
	int v4 = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	int v6 = tcp_listen(PAIR_IPV6, IPPROTO_TCP, 8);

	(void)state;
	connect_is_as_predicted(PAIR_IPV4, NULL, tcp_port(v4), false);
	connect_is_as_predicted(PAIR_IPV4, "0.0.0.0", tcp_port(v4), false);
	connect_is_as_predicted(PAIR_V4_MAPPED, NULL, tcp_port(v4), false);
	connect_is_as_predicted(PAIR_IPV6, NULL, tcp_port(v6), false);
	connect_is_as_predicted(PAIR_IPV6, "::", tcp_port(v6), false);
	/* What listens on IPv4 alone refuses IPv6, and the reverse. */
	connect_is_as_predicted(PAIR_IPV6, NULL, tcp_port(v4), true);
	connect_is_as_predicted(PAIR_IPV4, NULL, tcp_port(v6), true);
	tcp_close(&v4);
	tcp_close(&v6);
}

static void connect_to_a_dual_stack_listener_is_silent(void **state)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	int fd = tcp_socket(PAIR_IPV6, IPPROTO_TCP);

	(void)state;
	assert_int_equal(bind(fd, (void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 8), 0);
	connect_is_as_predicted(PAIR_IPV4, NULL, tcp_port(fd), false);
	connect_is_as_predicted(PAIR_IPV6, NULL, tcp_port(fd), false);
	tcp_close(&fd);
}

/* Segments of one host to itself come in by lo, whatever the address. */
static void connect_to_a_listener_bound_to_lo_is_silent(void **state)
{
	int listener = tcp_listen(PAIR_IPV4, IPPROTO_TCP, 8);
	uint16_t port = tcp_port(listener);

	(void)state;
	assert_int_equal(
		setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
	connect_is_as_predicted(PAIR_IPV4, NULL, port, false);
	tcp_close(&listener);
}

static void socket_that_connects_to_itself_is_not_refused(void **state)
{
	struct sockaddr_storage self;
	socklen_t len = tcp_loopback(PAIR_IPV4, 0, &self);
	int fd = tcp_socket(PAIR_IPV4, IPPROTO_TCP);
	unsigned long before = tcp_network_resets();

	(void)state;
	assert_int_equal(bind(fd, (void *)&self, len), 0);
	len = tcp_loopback(PAIR_IPV4, tcp_port(fd), &self);
	assert_int_equal(predict_connect(fd, &self).cause, RST_CAUSE_NONE);
	assert_int_equal(connect(fd, (void *)&self, len), 0);
	assert_int_equal(tcp_network_resets(), before);
	tcp_close(&fd);
}

/* No interface but lo: nobody can tell who would answer. */
static void connect_to_another_host_is_not_judged(void **state)
{
	struct sockaddr_storage to;
	int fd = tcp_socket(PAIR_IPV4, IPPROTO_TCP);

	(void)state;
	tcp_loopback(PAIR_IPV4, 9, &to);
	inet_pton(AF_INET, "192.0.2.1", &((struct sockaddr_in *)&to)->sin_addr);
	assert_int_equal(predict_connect(fd, &to).cause, RST_CAUSE_NONE);
	tcp_close(&fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_listener_resets_what_waits_on_ipv4),
		cmocka_unit_test(closed_listener_resets_what_waits_on_ipv6),
		cmocka_unit_test(
			closed_listener_resets_what_waits_on_v4_mapped),
		cmocka_unit_test(closed_empty_listener_is_silent),
		cmocka_unit_test(
			connections_reset_by_their_client_are_not_counted),
		cmocka_unit_test(
			listener_with_dead_connections_alone_is_silent),
		cmocka_unit_test(
			connections_closed_by_their_client_are_counted),
		cmocka_unit_test(listener_shut_for_reading_resets_what_waits),
		cmocka_unit_test(listener_shut_for_writing_is_silent),
		cmocka_unit_test(listener_shut_both_ways_resets_what_waits),
		cmocka_unit_test(disconnected_listener_resets_what_waits),
		cmocka_unit_test(queue_of_a_reuseport_sibling_is_only_likely),
		cmocka_unit_test(listener_on_another_address_is_not_mistaken),
		cmocka_unit_test(wildcard_listener_beside_another_is_counted),
		cmocka_unit_test(long_queue_is_counted_exactly),
		cmocka_unit_test(connect_without_listener_is_refused),
		cmocka_unit_test(connect_to_a_listener_is_silent),
		cmocka_unit_test(connect_to_a_dual_stack_listener_is_silent),
		cmocka_unit_test(connect_to_a_listener_bound_to_lo_is_silent),
		cmocka_unit_test(socket_that_connects_to_itself_is_not_refused),
		cmocka_unit_test(connect_to_another_host_is_not_judged),
	};

	return cmocka_run_group_tests(tests, probing_enter, NULL);
}
