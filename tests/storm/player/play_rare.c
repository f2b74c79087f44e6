/* SPDX-License-Identifier: MIT */
/* play_rare.c - MPTCP, fast open, siblings on a port, calls by io_uring. */
#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "play.h"

static struct end *other(struct end *e)
{
	return &e->play->end[e->side == SIDE_CLIENT ? SIDE_SERVER
						    : SIDE_CLIENT];
}

static struct end *some_end(struct play *p)
{
	return &p->end[dice_below(&p->dice, 2)];
}

/* Both ends, or one that falls back to TCP with the other. */
void play_mptcp(struct play *p)
{
	struct end *e = some_end(p);

	p->mptcp = 1 + dice_below(&p->dice, 3);
	if (dice_percent(&p->dice, 50))
		p->mptcp = 3;
	if (!play_open(p))
		return;
	switch (dice_below(&p->dice, 4)) {
	case 0: step_linger(e, 1, 0); break;
	case 1: step_write(other(e)); break;
	case 2: step_disconnect(e); break;
	default: break;
	}
	for (unsigned n = dice_below(&p->dice, 5); n > 0; n--)
		step_any(some_end(p));
	step_close_somehow(e);
}

static void set_fastopen(struct end *e, int name, int value)
{
	ENTERED(e, setsockopt, name,
		setsockopt(e->fd, IPPROTO_TCP, name, &value, sizeof(value)));
}

/* The SYN bears data: with the connection, or when it is first written to. */
static bool connect_fast(struct play *p, struct end *client)
{
	static char bytes[512];
	size_t n = dice_below(&p->dice, sizeof(bytes));
	struct iovec part = {bytes, n};
	struct msghdr m = {.msg_name = &p->server,
			   .msg_namelen = p->server_len,
			   .msg_iov = &part,
			   .msg_iovlen = 1};

	if (play_socket(p, client) < 0)
		return false;
	switch (dice_below(&p->dice, 4)) {
	case 0:
		return ENTERED(client, sendto, n,
			       sendto(client->fd, bytes, n, MSG_FASTOPEN,
				      (void *)&p->server, p->server_len)) >= 0;
	case 1:
		return ENTERED(client, sendmsg, n,
			       sendmsg(client->fd, &m, MSG_FASTOPEN)) >= 0;
	default: break;
	}
	set_fastopen(client, TCP_FASTOPEN_CONNECT, 1);
	if (ENTERED(client, connect, p->server.ss_family,
		    connect(client->fd, (void *)&p->server, p->server_len)) < 0)
		return false;
	if (dice_percent(&p->dice, 80))
		ENTERED(client, write, n, write(client->fd, bytes, n));
	return true;
}

void play_fastopen(struct play *p)
{
	struct end *client = &p->end[SIDE_CLIENT];
	struct end *server = &p->end[SIDE_SERVER];

	if (dice_percent(&p->dice, 85)) {
		if (!play_listen(p, 8))
			return;
		/* A child learns late how long a segment may be: until then
		 * its FIN would wait behind any larger amount, unseen. */
		p->is_duel = true;
		set_fastopen(&p->listener, TCP_FASTOPEN, 8);
	}
	if (!connect_fast(p, client))
		return;
	fcntl(client->fd, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(p->listener.fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (dice_percent(&p->dice, 20))
		step_seen_in_packets(client);
	if (dice_percent(&p->dice, 80) && play_accept(p, server))
		fcntl(server->fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (dice_percent(&p->dice, 50))
		step_close_somehow(&p->listener);
	for (unsigned n = dice_below(&p->dice, 5); n > 0; n--)
		step_seen_in_packets(some_end(p));
}

enum { CLIENTS = 6 };

/* Two listeners on a port: each has a queue of its own, nobody takes over. */
void play_siblings(struct play *p)
{
	struct end sibling = {-1, SIDE_LISTENER, p};
	struct end clients[CLIENTS];
	unsigned made = 0;

	p->shares_port = true;
	if (!play_listen(p, CLIENTS) || !play_listen_as(p, &sibling, CLIENTS))
		return;
	for (; made < CLIENTS; made++) {
		clients[made] = (struct end){-1, SIDE_CLIENT, p};
		if (!play_connect(p, &clients[made]))
			break;
		fcntl(clients[made].fd, F_SETFL, O_RDWR | O_NONBLOCK);
	}
	play_end_listener(dice_percent(&p->dice, 50) ? &sibling : &p->listener);
	for (unsigned i = 0; i < made; i++)
		step_any(&clients[i]);
	step_close_somehow(&sibling);
	step_close_somehow(&p->listener);
	for (unsigned i = 0; i < made; i++)
		step_close_somehow(&clients[i]);
}

/* What passes by libc is not seen beforehand. */
void play_uring(struct play *p)
{
	static const char bytes[100];
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	switch (dice_below(&p->dice, 4)) {
	case 0: step_linger(e, 1, 0); break;
	case 1: step_close_somehow(other(e)); break;
	default: step_write(other(e)); break;
	}
	if (dice_percent(&p->dice, 30))
		step_any(e);
	if (e->fd >= 0 && dice_percent(&p->dice, 40))
		uring_send(e, bytes, sizeof(bytes));
	if (e->fd >= 0 && dice_percent(&p->dice, 20))
		uring_shutdown(e, (int)dice_below(&p->dice, 3));
	if (e->fd >= 0 && dice_percent(&p->dice, 70))
		uring_close(e);
	step_any(other(e));
}
