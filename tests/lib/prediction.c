/* SPDX-License-Identifier: MIT */
/* prediction.c - makes situations, predicts, acts, and counts resets. */
#include "prediction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "rstwatch/probe.h"
#include "rstwatch/verdict.h"

struct act {
	const char *name;
	struct rst_act act;
	void (*perform)(struct tcp_pair *p);
};

/* What the program does; a failure (EPIPE, ENOTCONN) is a result as well. */
static void do_close(struct tcp_pair *p)
{
	tcp_close(&p->ours);
}

static void do_shut_rd(struct tcp_pair *p)
{
	shutdown(p->ours, SHUT_RD);
}

static void do_shut_wr(struct tcp_pair *p)
{
	shutdown(p->ours, SHUT_WR);
}

static void do_shut_rdwr(struct tcp_pair *p)
{
	shutdown(p->ours, SHUT_RDWR);
}

static void do_disconnect(struct tcp_pair *p)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	(void)connect(p->ours, &none, sizeof(none));
}

static void do_send(struct tcp_pair *p)
{
	send(p->ours, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void do_receive(struct tcp_pair *p)
{
	char buf[65536];

	recv(p->ours, buf, sizeof(buf), MSG_DONTWAIT);
}

static const struct act acts[] = {
	{"close", {RST_ACT_CLOSE, 0, 0}, do_close},
	{"shutdown_rd", {RST_ACT_SHUTDOWN, SHUT_RD, 0}, do_shut_rd},
	{"shutdown_wr", {RST_ACT_SHUTDOWN, SHUT_WR, 0}, do_shut_wr},
	{"shutdown_rdwr", {RST_ACT_SHUTDOWN, SHUT_RDWR, 0}, do_shut_rdwr},
	{"disconnect", {RST_ACT_DISCONNECT, 0, 0}, do_disconnect},
	{"send", {RST_ACT_SEND, 0, 1}, do_send},
	{"receive", {RST_ACT_RECEIVE, 0, 0}, do_receive},
};

enum { ACT_COUNT = sizeof(acts) / sizeof(acts[0]) };

static struct rst_diag diag;

/* One cell of the matrix, made and judged but not yet acted upon. */
struct cell {
	const struct prediction_plan *plan;
	const struct situation *situation;
	const struct burden *burden;
	const struct act *act;
	struct tcp_pair pair;
	struct rst_facts facts;
	struct rst_verdict verdict;
};

static void cell_make(struct cell *c)
{
	c->pair = c->plan->open();
	c->burden->load(&c->pair);
	c->situation->make(&c->pair);
	assert_int_equal(
		rst_probe(c->pair.ours, RST_WANT_ALL, &diag, NULL, &c->facts),
		0);
	c->verdict = rst_verdict(&c->act->act, &c->facts);
}

static void cell_blame(const struct cell *c, const char *what)
{
	const struct rst_peer_socket *p = &c->facts.peer_socket;

	print_message("%s %s/%s/%s: %s; said %s %s; state %s unread %u "
		      "unsent %u peer %d %s orphan %d tw %d shutdown %u\n",
		      c->plan->name, c->situation->name, c->burden->name,
		      c->act->name, what, rst_cause_slug(c->verdict.cause),
		      rst_certainty_name(c->verdict.certainty),
		      rst_state_name(c->facts.state), c->facts.unread,
		      c->facts.unsent, p->where, rst_state_name(p->state),
		      p->is_orphan, p->is_timewait, p->shutdown);
}

struct hope {
	unsigned long before; /* resets */
	const struct tcp_pair *pair;
};

/* Meanwhile the other end hears and reads, or it would never answer. */
static bool is_fulfilled(void *arg)
{
	const struct hope *h = arg;
	char buf[4096];

	if (h->pair->theirs >= 0) {
		tcp_undeafen(h->pair->theirs);
		while (recv(h->pair->theirs, buf, sizeof(buf), MSG_DONTWAIT) >
		       0)
			;
	}
	return tcp_network_resets() > h->before;
}

/*
 * Linger zero and disconnecting forget the connection without a word in
 * CLOSING and LAST_ACK. That the other end, which hears nothing, would then
 * send its FIN once more and be reset, is our doing and not the program's.
 */
static bool has_forgotten(const struct cell *c)
{
	return c->act->act.kind == RST_ACT_DISCONNECT ||
	       (c->act->act.kind == RST_ACT_CLOSE && c->facts.linger == 0);
}

/* True if the kernel did as predicted, as far as it can be seen at once. */
static bool cell_act(struct cell *c)
{
	struct hope h = {tcp_network_resets(), &c->pair};

	c->act->perform(&c->pair);
	if (c->verdict.cause != RST_CAUSE_NONE)
		return tcp_network_resets() > h.before ||
		       ((c->verdict.certainty == RST_LIKELY ||
			 c->plan->is_deferred) &&
			tcp_wait(is_fulfilled, &h));
	if (has_forgotten(c))
		tcp_vanish(&c->pair.theirs);
	return tcp_network_resets() == h.before;
}

/* Not every situation can be reached with every burden, or suits an act. */
static bool cell_exists(const struct cell *c)
{
	bool is_send = c->act->act.kind == RST_ACT_SEND;

	if (c->situation->has_full_window && c->burden->has_data)
		return false;
	/* What a socket in repair mode sends depends on what is repaired. */
	if (c->situation->is_in_repair && c->act->act.kind == RST_ACT_SHUTDOWN)
		return false;
	/* What waits for a timer, 40 to 200 ms, is asked once. */
	if (c->plan->leaves_out_slow &&
	    (c->burden->is_slow || (c->situation->is_corked && is_send)))
		return false;
	return !(c->situation->is_corked && is_send && c->burden->has_data);
}

struct tally {
	unsigned silent, reset, possible, wrong;
	unsigned long of_situations; /* resets that their making drew */
};

/*
 * In the silent pass every connection stays as it is to the end: were it
 * dropped, its other end might still send, and draw a reset of no cell.
 */
static void cell_run(struct cell *c, bool is_silent_pass, struct tally *t)
{
	unsigned long before = tcp_network_resets();
	bool is_silent;

	cell_make(c);
	t->of_situations += tcp_network_resets() - before;
	is_silent = c->verdict.cause == RST_CAUSE_NONE;
	/* A possible reset is worth a line, not a bet. */
	if (c->verdict.certainty == RST_POSSIBLE)
		t->possible += !is_silent_pass;
	if (c->verdict.certainty == RST_POSSIBLE || is_silent != is_silent_pass)
		goto end;
	if (!cell_act(c)) {
		cell_blame(c, is_silent ? "reset" : "no reset");
		t->wrong++;
	}
	t->silent += is_silent;
	t->reset += !is_silent;
end:
	/* What is held back would leave after all, after 200 ms. */
	if (!is_silent_pass || c->situation->is_corked)
		tcp_pair_drop(&c->pair);
}

static void matrix_run(const struct prediction_plan *plan, bool is_silent_pass,
		       struct tally *t)
{
	const struct situation *s;
	const struct burden *b;

	for (s = plan->situations; s->name; s++)
		for (b = plan->burdens; b->name; b++)
			for (size_t i = 0; i < ACT_COUNT; i++) {
				struct cell c = {.plan = plan,
						 .situation = s,
						 .burden = b,
						 .act = &acts[i]};

				if (cell_exists(&c))
					cell_run(&c, is_silent_pass, t);
			}
}

static void wait_for_timers(void)
{
	const struct timespec span = {.tv_nsec = 300 * 1000 * 1000};

	nanosleep(&span, NULL);
}

void prediction_run(const struct prediction_plan *plan)
{
	struct tally t = {0};
	int first = dup(STDERR_FILENO);

	tcp_network_enter();
	rst_diag_after_fork(&diag);
	matrix_run(plan, false, &t);
	tcp_network_enter();
	rst_diag_after_fork(&diag);
	t.of_situations = 0;
	matrix_run(plan, true, &t);
	print_message("%u silent, %u reset, %u possible\n", t.silent, t.reset,
		      t.possible);
	assert_int_equal(t.wrong, 0);
	wait_for_timers();
	assert_int_equal(tcp_network_resets(), t.of_situations);
	/* The probe's descriptor too: it has to notice. */
	assert_int_equal(close_range((unsigned)first, ~0u, 0), 0);
}

bool prediction_raise_limit(void)
{
	const struct rlimit many = {10000, 10000};

	return setrlimit(RLIMIT_NOFILE, &many) == 0;
}
