/* SPDX-License-Identifier: MIT */
/* play_open.c - how the connection of a play comes to be. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "play.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void set_v4(struct play *p, uint32_t ip)
{
	struct sockaddr_in *in = (void *)&p->server;
	struct sockaddr_in6 *in6 = (void *)&p->server;

	if (!p->is_mapped) {
		in->sin_family = AF_INET;
		in->sin_port = htons(STORM_PORT);
		in->sin_addr.s_addr = htonl(ip);
		p->server_len = sizeof(*in);
		return;
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(STORM_PORT);
	in6->sin6_addr.s6_addr[10] = in6->sin6_addr.s6_addr[11] = 0xff;
	ip = htonl(ip);
	memcpy(&in6->sin6_addr.s6_addr[12], &ip, sizeof(ip));
	p->server_len = sizeof(*in6);
}

/* struct in6_ifreq stands in <linux/ipv6.h>, which no libc header bears. */
struct address_request {
	struct in6_addr address;
	uint32_t prefix_len;
	int interface;
};

static int datagram_socket(void)
{
	return socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* The kernel takes it into use a little later, in a thread of its own. */
static bool is_in_use(const struct in6_addr *address)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = 1};
	socklen_t len = sizeof(to);
	int fd = datagram_socket();
	bool is_source;

	to.sin6_addr = *address;
	is_source = connect(fd, (void *)&to, len) == 0 &&
		    getsockname(fd, (void *)&to, &len) == 0 &&
		    memcmp(&to.sin6_addr, address, sizeof(*address)) == 0;
	close(fd);
	return is_source;
}

/* A route to it, as for IPv4, would not make it the source as well. */
static bool add_v6(const struct in6_addr *address)
{
	struct address_request r = {*address, 128, 1};
	int fd = datagram_socket();

	ioctl(fd, SIOCSIFADDR, &r);
	close(fd);
	for (int i = 0; i < 2000; i++) {
		if (is_in_use(address))
			return true;
		poll(NULL, 0, 1);
	}
	return false;
}

static bool set_v6(struct play *p, uint32_t host)
{
	struct sockaddr_in6 *in6 = (void *)&p->server;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(STORM_PORT);
	inet_pton(AF_INET6, STORM_NET6, &in6->sin6_addr);
	host = htonl(host);
	memcpy(&in6->sin6_addr.s6_addr[12], &host, sizeof(host));
	p->server_len = sizeof(*in6);
	return add_v6(&in6->sin6_addr);
}

/* The play's own address and family. */
bool play_address(struct play *p)
{
	unsigned n = dice_below(&p->dice, 10);
	uint32_t host = p->id + 1; /* 10.0.0.0 is no host */

	p->is_mapped = n == 0;
	p->family = n < 3 ? AF_INET6 : AF_INET;
	if (p->is_remote || p->is_mapped || p->family == AF_INET)
		set_v4(p, (uint32_t)STORM_NET4 |
				  (p->is_remote ? STORM_REMOTE4 : 0) | host);
	else if (!set_v6(p, host))
		return false;
	p->family = p->server.ss_family;
	return host < STORM_REMOTE4;
}

/* A socket belongs to the network that its thread is in when it is made. */
static void enter(int netns)
{
	setns(netns, CLONE_NEWNET);
}

int play_socket(struct play *p, struct end *e)
{
	bool is_there = p->is_remote && e->side != SIDE_CLIENT;
	unsigned whose = e->side == SIDE_CLIENT ? 1 : 2;
	int protocol = p->mptcp & whose ? IPPROTO_MPTCP : IPPROTO_TCP;
	struct timeval wait = {2, 0};

	if (is_there)
		enter(storm.netns[1]);
	e->fd = (int)ENTERED(
		e, socket, protocol,
		socket(p->family, SOCK_STREAM | SOCK_CLOEXEC, protocol));
	if (is_there)
		enter(storm.netns[0]);
	/* Nothing should ever block; if it does, the play is over. */
	setsockopt(e->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(e->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	return e->fd;
}

bool play_listen_as(struct play *p, struct end *l, int backlog)
{
	int one = 1;

	if (play_socket(p, l) < 0)
		return false;
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (p->shares_port || dice_percent(&p->dice, 5))
		setsockopt(l->fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (dice_percent(&p->dice, 5))
		step_linger(l, 1, 0); /* for its children to inherit */
	if (dice_percent(&p->dice, 5))
		step_linger2(l, -1);
	return ENTERED(l, bind, STORM_PORT,
		       bind(l->fd, (void *)&p->server, p->server_len)) == 0 &&
	       ENTERED(l, listen, backlog, listen(l->fd, backlog)) == 0;
}

bool play_listen(struct play *p, int backlog)
{
	return play_listen_as(p, &p->listener, backlog);
}

bool play_connect(struct play *p, struct end *client)
{
	if (play_socket(p, client) < 0)
		return false;
	return ENTERED(client, connect, p->server.ss_family,
		       connect(client->fd, (void *)&p->server,
			       p->server_len)) == 0;
}

bool play_accept(struct play *p, struct end *server)
{
	server->fd =
		(int)ENTERED(&p->listener, accept, 0,
			     accept4(p->listener.fd, NULL, NULL, SOCK_CLOEXEC));
	return server->fd >= 0;
}

static void become_nonblocking(struct end *e)
{
	fcntl(e->fd, F_SETFL, O_RDWR | O_NONBLOCK);
}

bool play_open(struct play *p)
{
	if (!play_listen(p, 8) || !play_connect(p, &p->end[SIDE_CLIENT]) ||
	    !play_accept(p, &p->end[SIDE_SERVER]))
		return false;
	for (int i = 0; i < 2; i++)
		become_nonblocking(&p->end[i]);
	/* Late segments then meet a listener, or no socket at all. */
	if (dice_percent(&p->dice, 50))
		step_close(&p->listener);
	return true;
}
