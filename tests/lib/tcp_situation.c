/* SPDX-License-Identifier: MIT */
/* tcp_situation.c - makes the states that a connection can be in. */
#include "tcp_situation.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What lies on the connection before it reaches the state. */
static void nothing(struct tcp_pair *p)
{
	(void)p;
}

static void unread(struct tcp_pair *p)
{
	tcp_send(p->theirs, "hello", 5, 0);
	tcp_wait_readable(p->ours, 5);
}

static void all_read(struct tcp_pair *p)
{
	unread(p);
	tcp_receive(p->ours, 5);
	tcp_ack_now(p->ours);
	tcp_wait_acked(p->theirs);
}

static void urgent_unread(struct tcp_pair *p)
{
	struct pollfd mark = {.fd = p->ours, .events = POLLPRI};

	tcp_send(p->theirs, "!", 1, MSG_OOB);
	assert_int_equal(poll(&mark, 1, 1000), 1);
}

static void urgent_fetched(struct tcp_pair *p)
{
	char c;

	urgent_unread(p);
	assert_int_equal(recv(p->ours, &c, 1, MSG_OOB), 1);
}

static void hidden_by_mark(struct tcp_pair *p)
{
	urgent_unread(p);
	tcp_send(p->theirs, "abcd", 4, 0);
}

static void linger_zero(struct tcp_pair *p)
{
	tcp_set_linger(p->ours, 0);
}

static void linger_zero_unread(struct tcp_pair *p)
{
	unread(p);
	linger_zero(p);
}

static void linger2(struct tcp_pair *p)
{
	tcp_set_int(p->ours, IPPROTO_TCP, TCP_LINGER2, -1);
}

#define LOADS(f, ...) \
	{ \
		.name = #f, .load = f, __VA_ARGS__ \
	}

const struct burden burdens[] = {
	LOADS(nothing),
	LOADS(all_read, .has_data = true),
	LOADS(unread, .has_data = true),
	LOADS(urgent_unread, .has_data = true),
	LOADS(urgent_fetched, .has_data = true),
	LOADS(hidden_by_mark, .has_data = true),
	LOADS(linger_zero),
	LOADS(linger_zero_unread, .has_data = true),
	LOADS(linger2, .is_slow = true),
	{0},
};

const struct burden few_burdens[] = {
	LOADS(nothing),
	LOADS(hidden_by_mark, .has_data = true),
	LOADS(linger_zero_unread, .has_data = true),
	{0},
};

/* The states, named by what happened on the two sides. */
static void shut(int fd, int how)
{
	assert_int_equal(shutdown(fd, how), 0);
}

static void established(struct tcp_pair *p)
{
	(void)p;
}

static void they_shut_reading(struct tcp_pair *p)
{
	shut(p->theirs, SHUT_RD);
}

static void they_half_closed(struct tcp_pair *p)
{
	shut(p->theirs, SHUT_WR);
	tcp_wait_state(p->ours, TCP_CLOSE_WAIT);
}

static void they_shut_both(struct tcp_pair *p)
{
	shut(p->theirs, SHUT_RDWR);
	tcp_wait_state(p->ours, TCP_CLOSE_WAIT);
}

/*
 * Their FIN is acknowledged now, by a byte of ours that they read, instead of
 * after the 40 ms of a delayed acknowledgment.
 */
static void they_half_closed_and_know_it(struct tcp_pair *p)
{
	they_half_closed(p);
	tcp_send(p->ours, "a", 1, 0);
	tcp_receive(p->theirs, 1);
	tcp_ack_now(p->theirs);
	tcp_wait_acked(p->ours);
	tcp_wait_state(p->theirs, TCP_FIN_WAIT2);
}

static void they_closed(struct tcp_pair *p)
{
	tcp_close(&p->theirs);
	tcp_wait_state(p->ours, TCP_CLOSE_WAIT);
}

/* The minisock that stands for FIN_WAIT2, once our ACK has got there. */
static void they_closed_and_know_it(struct tcp_pair *p)
{
	they_half_closed_and_know_it(p);
	tcp_close(&p->theirs);
}

static void they_are_forgotten(struct tcp_pair *p)
{
	they_half_closed_and_know_it(p);
	tcp_vanish(&p->theirs);
}

static void they_and_listener_are_forgotten(struct tcp_pair *p)
{
	they_are_forgotten(p);
	tcp_close(&p->listener);
}

static void they_vanished(struct tcp_pair *p)
{
	tcp_vanish(&p->theirs);
}

static void they_and_listener_vanished(struct tcp_pair *p)
{
	tcp_vanish(&p->theirs);
	tcp_close(&p->listener);
}

static void they_reset(struct tcp_pair *p)
{
	tcp_set_linger(p->theirs, 0);
	tcp_close(&p->theirs);
	tcp_wait_state(p->ours, TCP_CLOSE);
}

static void fin_wait1(struct tcp_pair *p)
{
	tcp_deafen(p->theirs);
	shut(p->ours, SHUT_WR);
}

static void fin_wait2(struct tcp_pair *p)
{
	char none;

	shut(p->ours, SHUT_WR);
	assert_int_equal(recv(p->theirs, &none, 1, 0), 0);
	tcp_ack_now(p->theirs);
	tcp_wait_state(p->ours, TCP_FIN_WAIT2);
}

static void closing(struct tcp_pair *p)
{
	fin_wait1(p);
	shut(p->theirs, SHUT_WR);
	tcp_wait_state(p->ours, TCP_CLOSING);
}

static void last_ack(struct tcp_pair *p)
{
	they_half_closed(p);
	tcp_deafen(p->theirs);
	shut(p->ours, SHUT_WR);
	tcp_wait_state(p->ours, TCP_LAST_ACK);
}

static void both_shut_us_first(struct tcp_pair *p)
{
	fin_wait2(p);
	shut(p->theirs, SHUT_WR);
	tcp_wait_state(p->ours, TCP_CLOSE);
}

static void both_shut_they_first(struct tcp_pair *p)
{
	they_half_closed(p);
	shut(p->ours, SHUT_WR);
	tcp_wait_state(p->ours, TCP_CLOSE);
}

/* More than the congestion window lets out while nothing is acknowledged. */
static void unsent(struct tcp_pair *p)
{
	tcp_deafen(p->theirs);
	tcp_fill(p->ours);
}

static void closing_unsent(struct tcp_pair *p)
{
	unsent(p);
	closing(p);
}

static void last_ack_unsent(struct tcp_pair *p)
{
	they_half_closed(p);
	unsent(p);
	shut(p->ours, SHUT_WR);
	tcp_wait_state(p->ours, TCP_LAST_ACK);
}

static void cork(struct tcp_pair *p)
{
	tcp_set_int(p->ours, IPPROTO_TCP, TCP_CORK, 1);
	tcp_send(p->ours, "held", 4, 0);
}

static void corked_then_they_closed(struct tcp_pair *p)
{
	they_closed_and_know_it(p);
	cork(p);
}

static void corked_then_they_half_closed(struct tcp_pair *p)
{
	they_half_closed(p);
	cork(p);
}

/* kernel.md 3.9: their FIN waits behind our full window. */
static void they_closed_behind_full_window(struct tcp_pair *p)
{
	tcp_fill(p->theirs);
	tcp_close(&p->theirs);
}

static void in_repair(struct tcp_pair *p)
{
	tcp_set_int(p->ours, IPPROTO_TCP, TCP_REPAIR, 1);
}

#define MAKES(f, ...) \
	{ \
		.name = #f, .make = f, __VA_ARGS__ \
	}

const struct situation situations[] = {
	MAKES(established),
	MAKES(they_shut_reading),
	MAKES(they_half_closed),
	MAKES(they_shut_both),
	MAKES(they_closed),
	MAKES(they_closed_and_know_it),
	MAKES(they_are_forgotten),
	MAKES(they_and_listener_are_forgotten),
	MAKES(they_vanished),
	MAKES(they_and_listener_vanished),
	MAKES(they_reset),
	MAKES(fin_wait1),
	MAKES(fin_wait2),
	MAKES(closing),
	MAKES(last_ack),
	MAKES(both_shut_us_first),
	MAKES(both_shut_they_first),
	MAKES(unsent),
	MAKES(closing_unsent),
	MAKES(last_ack_unsent),
	MAKES(corked_then_they_closed, .is_corked = true),
	MAKES(corked_then_they_half_closed, .is_corked = true),
	MAKES(they_closed_behind_full_window, .has_full_window = true),
	MAKES(in_repair, .is_in_repair = true),
	{0},
};

/* MPTCP: the end of the data stream shows in poll(), not in the state. */
static void wait_for_end(int fd)
{
	struct pollfd end = {.fd = fd, .events = POLLRDHUP};

	assert_int_equal(poll(&end, 1, 1000), 1);
}

static void one_unread(struct tcp_pair *p)
{
	tcp_send(p->theirs, "h", 1, 0);
	tcp_wait_readable(p->ours, 1);
}

static void all_taken(struct tcp_pair *p)
{
	unread(p);
	tcp_receive(p->ours, 5);
}

/* Only a socket that fell back to TCP knows the option. */
static void linger2_if_known(struct tcp_pair *p)
{
	int value = -1;

	setsockopt(p->ours, IPPROTO_TCP, TCP_LINGER2, &value, sizeof(value));
}

const struct burden mptcp_burdens[] = {
	LOADS(nothing),
	LOADS(all_taken, .has_data = true),
	LOADS(unread, .has_data = true),
	LOADS(one_unread, .has_data = true),
	LOADS(linger_zero),
	LOADS(linger_zero_unread, .has_data = true),
	LOADS(linger2_if_known),
	{0},
};

static void they_shut_writing(struct tcp_pair *p)
{
	shut(p->theirs, SHUT_WR);
	wait_for_end(p->ours);
}

static void they_shut_all(struct tcp_pair *p)
{
	shut(p->theirs, SHUT_RDWR);
	wait_for_end(p->ours);
}

static void they_left(struct tcp_pair *p)
{
	tcp_close(&p->theirs);
	wait_for_end(p->ours);
}

static void we_shut_writing(struct tcp_pair *p)
{
	shut(p->ours, SHUT_WR);
	wait_for_end(p->theirs);
}

static void both_shut_writing(struct tcp_pair *p)
{
	we_shut_writing(p);
	they_shut_writing(p);
	/* The end of data is told before the subflows have ended. */
	tcp_wait_state(p->ours, TCP_CLOSE);
}

const struct situation mptcp_situations[] = {
	MAKES(established),
	MAKES(they_shut_writing),
	MAKES(they_shut_all),
	MAKES(they_left),
	MAKES(we_shut_writing),
	MAKES(both_shut_writing),
	{0},
};

static bool load_named(const struct burden *b, const char *name,
		       struct tcp_pair *p)
{
	while (b->name && strcmp(b->name, name) != 0)
		b++;
	if (b->name)
		b->load(p);
	return b->name != NULL;
}

void burden_load(const char *name, struct tcp_pair *p)
{
	assert_true(load_named(burdens, name, p) ||
		    load_named(mptcp_burdens, name, p));
}

static bool make_named(const struct situation *s, const char *name,
		       struct tcp_pair *p)
{
	while (s->name && strcmp(s->name, name) != 0)
		s++;
	if (s->name)
		s->make(p);
	return s->name != NULL;
}

void situation_make(const char *name, struct tcp_pair *p)
{
	assert_true(make_named(situations, name, p) ||
		    make_named(mptcp_situations, name, p));
}
