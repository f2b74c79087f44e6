/* SPDX-License-Identifier: MIT */
/* tcp_pair.c - brings real TCP connections into the state that is wanted. */
#include "tcp_pair.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "netns.h"
#include "rstwatch/address.h"

/* So that ten segments, the first window, are few bytes on lo as well. */
static void set_mtu(int mtu)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_mtu = mtu};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(ioctl(fd, SIOCSIFMTU, &lo), 0);
	close(fd);
}

void tcp_network_enter(void)
{
	const struct netns_address address = netns_new_address();
	char why[NETNS_ERROR_MAX];

	if (netns_enter(&address, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(netns_sysctl("ipv4/tcp_fin_timeout", "1"), 0);
	assert_int_equal(netns_sysctl("ipv4/tcp_rmem", "4096 16384 32768"), 0);
	assert_int_equal(netns_sysctl("ipv4/tcp_wmem", "4096 32768 65536"), 0);
	set_mtu(1500);
}

unsigned long tcp_network_resets(void)
{
	FILE *f = fopen("/proc/thread-self/net/snmp", "re");
	char line[1024];
	unsigned long resets = 0;
	int n = 0;

	assert_non_null(f);
	/* "Tcp:" stands before the names, then before the numbers. */
	while (n < 2 && fgets(line, sizeof(line), f))
		n += strncmp(line, "Tcp: ", 5) == 0;
	fclose(f);
	assert_int_equal(sscanf(line,
				"Tcp: %*d %*d %*d %*d %*u %*u %*u %*u %*u "
				"%*u %*u %*u %*u %lu",
				&resets),
			 1);
	return resets;
}

int tcp_socket(enum tcp_pair_net net, int protocol)
{
	int fd = socket(net == PAIR_IPV4 ? AF_INET : AF_INET6,
			SOCK_STREAM | SOCK_CLOEXEC, protocol);

	assert_true(fd >= 0);
	return fd;
}

socklen_t tcp_loopback(enum tcp_pair_net net, uint16_t port,
		       struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (void *)to;
	struct sockaddr_in6 *in6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (net == PAIR_IPV4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	inet_pton(AF_INET6, net == PAIR_IPV6 ? "::1" : "::ffff:127.0.0.1",
		  &in6->sin6_addr);
	return sizeof(*in6);
}

int tcp_listen(enum tcp_pair_net net, int protocol, int backlog)
{
	struct sockaddr_storage at;
	socklen_t len = tcp_loopback(net, 0, &at);
	int fd = tcp_socket(net, protocol);

	assert_int_equal(bind(fd, (void *)&at, len), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

uint16_t tcp_port(int fd)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);
	struct rst_addr a;

	assert_int_equal(getsockname(fd, (void *)&name, &len), 0);
	assert_true(addr_from_sockaddr(&a, &name));
	return a.port;
}

int tcp_connect(enum tcp_pair_net net, int protocol, int listener)
{
	struct sockaddr_storage to;
	socklen_t len = tcp_loopback(net, tcp_port(listener), &to);
	int fd = tcp_socket(net, protocol);

	assert_int_equal(connect(fd, (void *)&to, len), 0);
	return fd;
}

static struct tcp_pair open_pair(enum tcp_pair_net net, enum tcp_pair_end ours,
				 int client_protocol, int server_protocol)
{
	struct tcp_pair p = {.listener = tcp_listen(net, server_protocol, 8)};
	int client = tcp_connect(net, client_protocol, p.listener);
	int accepted = accept4(p.listener, NULL, NULL, SOCK_CLOEXEC);

	assert_true(accepted >= 0);
	p.ours = ours == PAIR_CLIENT ? client : accepted;
	p.theirs = ours == PAIR_CLIENT ? accepted : client;
	return p;
}

struct tcp_pair tcp_pair_open(enum tcp_pair_net net, enum tcp_pair_end ours)
{
	return open_pair(net, ours, IPPROTO_TCP, IPPROTO_TCP);
}

struct tcp_pair tcp_pair_open_mptcp(int client_protocol, int server_protocol)
{
	return open_pair(PAIR_IPV4, PAIR_CLIENT, client_protocol,
			 server_protocol);
}

void tcp_close(int *fd)
{
	assert_int_equal(close(*fd), 0);
	*fd = -1;
}

void tcp_vanish(int *fd)
{
	int on = 1;

	if (*fd < 0)
		return;
	/* A listener and a socket in state CLOSE have nobody to tell. */
	setsockopt(*fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
	tcp_close(fd);
}

void tcp_pair_drop(struct tcp_pair *p)
{
	tcp_vanish(&p->ours);
	tcp_vanish(&p->theirs);
	if (p->listener >= 0)
		tcp_close(&p->listener);
}

void tcp_deafen(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = {.len = 1, .filter = &drop};

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
				    sizeof(prog)),
			 0);
}

void tcp_undeafen(int fd)
{
	int none = 0;

	setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
}

void tcp_send(int fd, const void *data, size_t len, int flags)
{
	assert_int_equal(send(fd, data, len, flags | MSG_NOSIGNAL),
			 (ssize_t)len);
}

void tcp_receive(int fd, size_t len)
{
	char buf[4096];

	while (len > 0) {
		size_t want = len < sizeof(buf) ? len : sizeof(buf);
		ssize_t got = recv(fd, buf, want, 0);

		assert_true(got > 0);
		len -= (size_t)got;
	}
}

size_t tcp_fill(int fd)
{
	static const char block[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = send(fd, block, sizeof(block),
			 MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
		total += (size_t)n;
	assert_int_equal(errno, EAGAIN);
	return total;
}

void tcp_set_int(int fd, int level, int name, int value)
{
	assert_int_equal(setsockopt(fd, level, name, &value, sizeof(value)), 0);
}

void tcp_set_linger(int fd, int seconds)
{
	struct linger linger = {.l_onoff = 1, .l_linger = seconds};

	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)),
		0);
}

bool tcp_wait(bool is_so(void *arg), void *arg)
{
	const struct timespec tick = {.tv_nsec = 200 * 1000};

	for (int i = 0; i < 15000; i++) {
		if (is_so(arg))
			return true;
		nanosleep(&tick, NULL);
	}
	return false;
}

struct expectation {
	int fd;
	int value;
};

static bool state_is(void *arg)
{
	const struct expectation *e = arg;
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return getsockopt(e->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_state == e->value;
}

static bool readable_is(void *arg)
{
	const struct expectation *e = arg;
	int bytes = -1;

	return ioctl(e->fd, SIOCINQ, &bytes) == 0 && bytes == e->value;
}

static bool unacked_is(void *arg)
{
	const struct expectation *e = arg;
	int bytes = -1;

	return ioctl(e->fd, SIOCOUTQ, &bytes) == 0 && bytes == e->value;
}

void tcp_wait_state(int fd, int state)
{
	struct expectation e = {fd, state};

	assert_true(tcp_wait(state_is, &e));
}

void tcp_wait_readable(int fd, int bytes)
{
	struct expectation e = {fd, bytes};

	assert_true(tcp_wait(readable_is, &e));
}

void tcp_wait_acked(int fd)
{
	struct expectation e = {fd, 0};

	assert_true(tcp_wait(unacked_is, &e));
}

void tcp_ack_now(int fd)
{
	tcp_set_int(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
}

static bool has_so_many_resets(void *arg)
{
	return tcp_network_resets() >= *(unsigned long *)arg;
}

bool tcp_wait_resets(unsigned long count)
{
	return tcp_wait(has_so_many_resets, &count);
}
