/* SPDX-License-Identifier: MIT */
/* plays.c - the kinds of play, drawn by the dice, each with its purpose. */
#include <fcntl.h>
#include <string.h>
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

static void walk(struct play *p, unsigned most)
{
	for (unsigned n = dice_below(&p->dice, most + 1); n > 0; n--)
		step_any(some_end(p));
}

static void play_walk(struct play *p)
{
	if (play_open(p))
		walk(p, 10);
}

/* Data lies unread where the socket is closed. */
static void play_unread(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	walk(p, 2);
	step_write(other(e));
	if (dice_percent(&p->dice, 30))
		step_shutdown(other(e), (int)dice_below(&p->dice, 3));
	if (dice_percent(&p->dice, 30))
		step_read(e);
	step_close_somehow(e);
}

static void play_linger_zero(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	step_linger(e, 1, 0);
	walk(p, 4);
	step_drain(e);
	step_close_somehow(e);
}

static void play_disconnect(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	walk(p, 3);
	step_disconnect(e);
	walk(p, 2);
}

static void play_linger2(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	step_linger2(e, -1);
	walk(p, 2);
	if (dice_percent(&p->dice, 70))
		step_shutdown(e, SHUT_WR);
	if (dice_percent(&p->dice, 30))
		step_write(other(e));
	step_drain(e);
	step_close_somehow(e);
}

static void play_late_data(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	walk(p, 2);
	step_drain(other(e));
	if (dice_percent(&p->dice, 20))
		step_shutdown(other(e), (int)dice_below(&p->dice, 3));
	if (dice_percent(&p->dice, 80))
		step_close_somehow(other(e));
	step_write(e);
	walk(p, 2);
	step_write(e);
}

/* A server that answers and closes while the client's window is full. */
static void play_full_window(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	step_flood(other(e));
	step_close_somehow(other(e));
	walk(p, 2);
	step_write(e);
}

/* A connection that was idle; that time has passed shows in no event. */
static void wait_long(struct end *e)
{
	ENTERED(e, poll, 1200, poll(NULL, 0, 1200));
}

static void play_gone(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	walk(p, 2);
	if (dice_percent(&p->dice, 30))
		step_shutdown(other(e), SHUT_WR);
	step_vanish(other(e));
	wait_long(e);
	if (dice_percent(&p->dice, 40))
		step_any(e);
	if (dice_percent(&p->dice, 30))
		step_shutdown(e, (int)dice_below(&p->dice, 3));
	step_close_somehow(e);
}

/* After tcp_fin_timeout, or TCP_LINGER2, of a second nobody is left. */
static void play_forgotten(struct play *p)
{
	struct end *e = some_end(p);

	if (!play_open(p))
		return;
	step_linger2(other(e), 1);
	step_close(other(e));
	wait_long(e);
	step_any(e);
	step_close_somehow(e);
}

static void set_port(struct play *p, int port)
{
	/* sin_port and sin6_port are at the same place. */
	((struct sockaddr_in *)&p->server)->sin_port = htons((uint16_t)port);
}

static void play_refused(struct play *p)
{
	struct end *e = &p->end[SIDE_CLIENT];

	if (dice_percent(&p->dice, 50) && !play_listen(p, 1))
		return;
	if (play_socket(p, e) < 0)
		return;
	set_port(p, p->listener.fd < 0 || dice_percent(&p->dice, 80)
			    ? STORM_DEAD_PORT
			    : STORM_PORT);
	if (dice_percent(&p->dice, 50))
		fcntl(e->fd, F_SETFL, O_RDWR | O_NONBLOCK);
	ENTERED(e, connect, 0,
		connect(e->fd, (void *)&p->server, p->server_len));
	step_any(e);
}

enum { CLIENTS_MAX = 6 };

void play_end_listener(struct end *l)
{
	struct dice *d = &l->play->dice;

	switch (dice_below(d, 6)) {
	case 0: step_shutdown(l, SHUT_RD); break;
	case 1: step_shutdown(l, SHUT_RDWR); break;
	case 2: step_shutdown(l, SHUT_WR); break;
	case 3: step_disconnect(l); break;
	default: step_close_somehow(l); break;
	}
}

/* A client whose connection waits: it may speak, end or die meanwhile. */
static void bother(struct end *c)
{
	struct dice *d = &c->play->dice;

	switch (dice_below(d, 8)) {
	case 0: step_write(c); break;
	case 1: step_shutdown(c, SHUT_WR); break;
	case 2:
		step_linger(c, 1, 0);
		step_close(c);
		break;
	case 3: step_close(c); break;
	default: break;
	}
}

static void play_unaccepted(struct play *p)
{
	struct end clients[CLIENTS_MAX];
	unsigned n = 1 + dice_below(&p->dice, CLIENTS_MAX);
	unsigned accepted = dice_below(&p->dice, 3);
	unsigned made = 0;

	if (!play_listen(p, CLIENTS_MAX))
		return;
	for (; made < n; made++) {
		clients[made] = (struct end){-1, SIDE_CLIENT, p};
		if (!play_connect(p, &clients[made]))
			break;
		fcntl(clients[made].fd, F_SETFL, O_RDWR | O_NONBLOCK);
		bother(&clients[made]);
	}
	fcntl(p->listener.fd, F_SETFL, O_RDWR | O_NONBLOCK);
	if (accepted == 0 && play_accept(p, &p->end[SIDE_SERVER]))
		step_close_somehow(&p->end[SIDE_SERVER]);
	play_end_listener(&p->listener);
	for (unsigned i = 0; i < made; i++)
		step_any(&clients[i]);
	step_close_somehow(&p->listener);
	for (unsigned i = 0; i < made; i++)
		step_close_somehow(&clients[i]);
}

/* The other end on another host: all that is known of it are its segments. */
static void play_remote(struct play *p)
{
	void (*const plays[])(struct play *) = {
		play_walk,	play_unread,  play_linger_zero, play_late_data,
		play_late_data, play_linger2, play_disconnect,	play_refused};

	plays[dice_below(&p->dice, 8)](p);
}

/*
 * X(per mille, name, who plays it, the server is on the other host). What is
 * left of 1000 walks at random.
 */
#define PLAYS(X) \
	X(80, play_unread, BUSY, 0) \
	X(80, play_linger_zero, BUSY, 0) \
	X(60, play_disconnect, BUSY, 0) \
	X(60, play_linger2, BUSY, 0) \
	X(90, play_late_data, BUSY, 0) \
	X(30, play_full_window, BUSY, 0) \
	X(110, play_gone, PATIENT, 0) \
	X(10, play_forgotten, PATIENT, 0) \
	X(60, play_refused, BUSY, 0) \
	X(60, play_unaccepted, BUSY, 0) \
	X(60, play_remote, BUSY, 1) \
	X(20, play_carry, BUSY, 0) \
	X(20, play_duplicates, BUSY, 0) \
	X(5, play_blocked_thread, BUSY, 0) \
	X(7, play_duel, BUSY, 0) \
	X(15, play_held_by_child, SOLO, 0) \
	X(8, play_split, SOLO, 0) \
	X(20, play_mptcp, BUSY, 0) \
	X(25, play_fastopen, BUSY, 0) \
	X(12, play_siblings, BUSY, 0) \
	X(10, play_uring, BUSY, 0)

struct kind {
	unsigned per_mille;
	void (*run)(struct play *);
	enum worker worker;
	bool is_remote;
};

static const struct kind kinds[] = {
#define X(weight, run, worker, remote) {weight, run, worker, remote},
	PLAYS(X)
#undef X
		{1000, play_walk, BUSY, false},
};

static const struct kind *kind_of(struct dice *d)
{
	const struct kind *k = kinds;

	for (unsigned n = dice_below(d, 1000); n >= k->per_mille; k++)
		n -= k->per_mille;
	return k;
}

static struct dice dice_of(uint32_t id)
{
	struct dice d = {storm.seed * 0x9e3779b97f4a7c15 + id};

	dice_roll(&d);
	return d;
}

enum worker play_worker(uint32_t id)
{
	struct dice d = dice_of(id);

	return kind_of(&d)->worker;
}

void play_run(uint32_t id)
{
	struct play p = {.id = id, .dice = dice_of(id)};
	const struct kind *k = kind_of(&p.dice);

	p.is_remote = k->is_remote || storm.is_far;
	p.listener = (struct end){-1, SIDE_LISTENER, &p};
	for (int i = 0; i < 2; i++)
		p.end[i] = (struct end){-1, (enum storm_side)i, &p};
	if (!play_address(&p))
		return;
	k->run(&p);
	/* In an order of its own: whoever closes last may meet nobody. */
	step_close_somehow(some_end(&p));
	for (int i = 0; i < 2; i++)
		step_close_somehow(&p.end[i]);
	step_close_somehow(&p.listener);
}
