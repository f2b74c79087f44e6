/* SPDX-License-Identifier: MIT */
/* predict.c - from one call on one descriptor to one event. */
#include "predict.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "rstwatch/payload.h"

#include "aside.h"
#include "clock.h"
#include "config.h"
#include "ends.h"
#include "holder.h"
#include "process.h"
#include "raw.h"
#include "relatives.h"
#include "siblings.h"
#include "sink.h"
#include "sockopt.h"
#include "stack.h"

struct rst_diag predict_diag;

/* Once in a process: other threads may be asking with it already. */
void predict_forked(void)
{
	static uint32_t diag_born;
	uint32_t before = DESC_GET(diag_born);

	if (UNLIKELY(before != process.born) &&
	    __atomic_compare_exchange_n(&diag_born, &before, process.born,
					false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		rst_diag_after_fork(&predict_diag);
}

static void addresses(const struct desc *d, struct rst_addr addr[2])
{
	desc_get_addr(d, 0, &addr[0]);
	desc_get_addr(d, 1, &addr[1]);
}

/* The answers are as old as the first of them. */
static bool ask(int fd, unsigned want, const struct rst_addr remembered[2],
		struct rst_facts *f)
{
	uint64_t asked_ns = clock_ns(CLOCK_MONOTONIC);
	bool is_answered = rst_probe(fd, want, &predict_diag, remembered, f) ==
			   0;

	f->asked_ns = asked_ns;
	return is_answered;
}

/*
 * libc may have closed it without us, and the number has a new life: as told
 * by the cookie, or where none is remembered by the peer (which the kernel
 * forgets in state CLOSE).
 */
static bool is_another(const struct subject *s, const struct rst_facts *f,
		       const struct rst_addr *remembered_peer)
{
	uint64_t cookie = DESC_GET(s->d->cookie);
	struct rst_addr peer;

	if (cookie)
		return f->cookie && cookie != f->cookie;
	return remembered_peer->family &&
	       sockopt_name(s->fd, raw_getpeername, &peer) &&
	       memcmp(&peer, remembered_peer, sizeof(peer)) != 0;
}

/* What is true if it is the socket that we remember; is_another() tells. */
static unsigned known(const struct desc *d, const struct rst_addr *peer)
{
	bool is_shared = desc_has(d, DESC_SHARED) ||
			 DESC_GET(d->forks) != process_forks();
	unsigned known = 0;

	if (!DESC_GET(d->cookie) && !peer->family)
		return 0;
	if (desc_has(d, DESC_NO_MPTCP))
		known |= RST_KNOWN_TCP;
	if (desc_has(d, DESC_PLAIN) && !is_shared)
		known |= RST_KNOWN_PLAIN;
	return known;
}

bool predict_facts(const struct subject *s, unsigned want, struct rst_facts *f)
{
	struct rst_addr remembered[2];

	if (!process_is_ours())
		return false;
	predict_forked();
	addresses(s->d, remembered);
	if (!ask(s->fd, want | known(s->d, &remembered[1]), remembered, f)) {
		/* libc closed it without us, and the number has a new life. */
		desc_forget(s->fd);
		return false;
	}
	if (is_another(s, f, &remembered[1])) {
		desc_learn(s->fd);
		if (!ask(s->fd, want, NULL, f))
			return false;
	}
	DESC_SET(s->d->cookie, f->cookie);
	if (UNLIKELY(f->is_migrating && f->siblings > 0 && s->first < s->last))
		f->siblings -= siblings_leaving(s, f);
	return true;
}

static bool wrote_last(const struct desc *d)
{
	return DESC_GET(d->last_write.ticks) >= DESC_GET(d->last_read.ticks);
}

static void last_fill(const struct desc *d, struct rst_last *last)
{
	bool is_write = wrote_last(d);
	const struct desc_io *io = is_write ? &d->last_write : &d->last_read;
	uint64_t ticks = DESC_GET(io->ticks);

	if (ticks == 0)
		return;
	last->call = call_name(is_write ? DESC_GET(d->write_by)
					: DESC_GET(d->read_by));
	last->result = DESC_GET(io->result);
	last->ago_ns = clock_ago(ticks);
	last->was_after_fin = is_write && desc_has(d, DESC_EOF);
}

enum { PATHS_BUF = 1024 }; /* of modules that have a relative name */

/* Everything that says where in the program it happens, then out with it. */
static void emit(struct rst_event *e, int fd, const struct desc *d,
		 enum rst_call call)
{
	struct rst_frame stack[RST_STACK_MAX], opened, linger;
	uintptr_t opened_at = DESC_GET(d->opened_at);
	uintptr_t linger_at = DESC_GET(d->linger_at);
	char buf[PATHS_BUF];
	struct rst_text paths = rst_text_on(buf, sizeof(buf));

	e->fd = fd;
	e->call = call_name(call);
	e->opened_by = call_name(DESC_GET(d->opened_by));
	if (opened_at) {
		stack_frame(opened_at, &opened, &paths);
		e->opened_at = &opened;
	}
	if (linger_at && e->facts.linger >= 0) {
		stack_frame(linger_at, &linger, &paths);
		e->linger_set_at = &linger;
		e->linger_set_by = call_name(DESC_GET(d->linger_by));
	}
	if (e->level == RST_WARN) {
		e->stack = stack;
		e->stack_len = stack_take(stack, config.stack, &paths);
	}
	last_fill(d, &e->last);
	sink_emit(e);
}

struct peek {
	uint8_t bytes[RST_PAYLOAD_HEAD];
	size_t len;
};

/* What has data and is known not to have been accepted was connected. */
static unsigned payload_of(const struct desc *d)
{
	unsigned of = desc_has(d, DESC_HTTP) ? RST_OF_HTTP : 0;

	switch (DESC_GET(d->opened_by)) {
	case CALL_NONE:
	case CALL_accept:
	case CALL_accept4: return of;
	default: return of | RST_OF_CLIENT;
	}
}

/* What the unread data is; what it says only where RSTWATCH_PEEK wants it. */
static void peek_fill(int fd, const struct desc *d, struct peek *p,
		      struct rst_event *e)
{
	long n = raw_recvfrom(fd, p->bytes, sizeof(p->bytes),
			      MSG_PEEK | MSG_DONTWAIT, NULL, NULL);

	p->len = n > 0 ? (size_t)n : 0;
	e->unread_kind = rst_payload_kind(p->bytes, p->len, e->facts.unread,
					  payload_of(d));
	e->peek = p->bytes;
	e->peek_len = config.peek < p->len ? config.peek : (unsigned)p->len;
}

/* Nothing happens yet: who holds it is the news of this close. */
static void held_tell(const struct subject *s, const struct rst_facts *f)
{
	struct rst_event e = {.action = RST_CONNECTION_CLOSED,
			      .level = RST_INFO,
			      .facts = *f};

	if (sink_shows(RST_INFO))
		emit(&e, s->fd, s->d, s->call);
}

/*
 * A peek moves the place of the program's next one, where it has set one
 * (SO_PEEK_OFF; of TCP since Linux 6.9). What stays unread is not worth it.
 */
static bool may_peek(int fd, const struct desc *d, const struct rst_act *act)
{
	struct rst_addr peer;

	desc_get_addr(d, 1, &peer);
	return (act->kind == RST_ACT_CLOSE ||
		act->kind == RST_ACT_DISCONNECT) &&
	       (known(d, &peer) & RST_KNOWN_PLAIN ||
		sockopt_int(fd, SOL_SOCKET, SO_PEEK_OFF, -1) < 0);
}

static void verdict_tell(const struct subject *s, const struct rst_act *act,
			 struct rst_facts *f, const struct rst_verdict *v)
{
	struct rst_event e = {.action = RST_RESET_PREDICTED,
			      .cause = v->cause,
			      .certainty = v->certainty,
			      .sender = v->sender,
			      .facts = *f};
	struct peek peek;

	e.level = v->certainty == RST_POSSIBLE ? RST_INFO : RST_WARN;
	if (!sink_shows(e.level))
		return;
	if (f->unread > 0 && may_peek(s->fd, s->d, act))
		peek_fill(s->fd, s->d, &peek, &e);
	emit(&e, s->fd, s->d, s->call);
}

enum rst_certainty predict_act(const struct subject *s,
			       const struct rst_act *act, struct rst_facts *f)
{
	struct rst_verdict v = rst_verdict(act, f);

	if (v.cause == RST_CAUSE_NONE)
		return RST_CERTAINTY_NONE;
	verdict_tell(s, act, f, &v);
	return v.certainty;
}

/*
 * Who else holds it is only asked where the last close would reset: that may
 * take a while, in which the facts grow old, so that they are asked anew.
 */
static enum rst_certainty predict_close(const struct subject *s,
					const struct rst_act *act,
					unsigned want, struct rst_facts *f)
{
	struct rst_verdict v = rst_verdict(act, f);
	enum rst_certainty certainty;
	enum rst_holder holder;
	int32_t pid = 0;
	bool alone, is_for_all;

	if (v.cause == RST_CAUSE_NONE)
		return RST_CERTAINTY_NONE;
	alone = holder_is_alone(s->d);
	holder = holder_find(s->fd, s->d, alone, s->first, s->call, &pid);
	/* By then a mark may have come. */
	want &= ~(unsigned)RST_KNOWN_NO_MARK;
	if (holder_takes_long(s->d, alone) && !predict_facts(s, want, f))
		return RST_CERTAINTY_NONE;
	is_for_all = !alone && holder == RST_HOLDER_NONE &&
		     act->how == RST_CLOSE_SURELY && f->cookie &&
		     !holder_is_exec(s->call);
	if (is_for_all && relatives_told(f->cookie))
		return RST_CERTAINTY_NONE;
	f->holder = holder;
	f->holder_pid = pid;
	if (s->first < s->last && holder == RST_HOLDER_NONE &&
	    v.sender == RST_SENDER_SELF && v.certainty == RST_CERTAIN)
		ends_settle(s, f);
	certainty = predict_act(s, act, f);
	if (certainty && is_for_all)
		relatives_tell(f->cookie);
	if (certainty ||
	    (holder != RST_HOLDER_FD && holder != RST_HOLDER_PROCESS))
		return certainty;
	held_tell(s, f);
	return RST_POSSIBLE;
}

struct prediction {
	const struct subject *s;
	const struct rst_act *act;
	unsigned want;
	enum rst_certainty certainty;
};

static void predict_aside(void *arg)
{
	struct prediction *p = arg;
	struct rst_facts f;

	if (!predict_facts(p->s, p->want, &f))
		return;
	p->certainty = p->act->kind == RST_ACT_CLOSE
			       ? predict_close(p->s, p->act, p->want, &f)
			       : predict_act(p->s, p->act, &f);
}

enum rst_certainty predict(const struct subject *s, const struct rst_act *act,
			   unsigned want)
{
	struct prediction p = {s, act, want, RST_CERTAINTY_NONE};

	aside_run(predict_aside, &p);
	return p.certainty;
}

static bool wrote_after_fin(const struct desc *d)
{
	return DESC_GET(d->last_write.ticks) && wrote_last(d) &&
	       desc_has(d, DESC_EOF);
}

/* A9 of kernel.md: the timer that ends an idle connection needs the option. */
static bool has_keepalive(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return raw_call(SYS_getsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, &on,
			&len) == 0 &&
	       on;
}

static void cause_guess(int fd, const struct desc *d, int error,
			struct rst_event *e)
{
	if (error == ECONNREFUSED) {
		e->cause = RST_CAUSE_REFUSED;
		e->certainty = RST_CERTAIN;
	} else if (error == ETIMEDOUT && has_keepalive(fd)) {
		e->cause = RST_CAUSE_KEEPALIVE_TIMEOUT;
		e->certainty = RST_LIKELY;
	} else if (desc_has(d, DESC_SEND_TOLD) ||
		   (error != ETIMEDOUT && wrote_after_fin(d))) {
		e->cause = RST_CAUSE_DATA_AFTER_CLOSE;
		e->certainty = RST_LIKELY;
	}
	e->sender = rst_cause_sender(e->cause);
}

/* What is told of a socket, without a verdict. */
struct news {
	struct subject s;
	enum rst_action action;
	int error;
};

static void received_aside(void *arg)
{
	const struct news *n = arg;
	struct rst_event e = {
		.action = n->action, .level = RST_WARN, .error = n->error};

	if (!predict_facts(&n->s, RST_WANT_NAMES, &e.facts))
		return;
	/* After a reset it is CLOSE; else somebody else shut it down. */
	if (n->error == EPIPE && e.facts.have & RST_HAVE_STATE &&
	    e.facts.state != RST_CLOSE) {
		desc_unmark(n->s.d, DESC_RESET_TOLD);
		return;
	}
	cause_guess(n->s.fd, n->s.d, n->error, &e);
	emit(&e, n->s.fd, n->s.d, n->s.call);
}

void predict_received(int fd, struct desc *d, enum rst_call call, int error)
{
	struct news n = {{fd, d, call, fd, fd}, RST_RESET_RECEIVED, error};

	if (sink_shows(RST_WARN))
		aside_run(received_aside, &n);
}

static void tell_aside(void *arg)
{
	const struct news *n = arg;
	struct rst_event e = {.action = n->action, .level = RST_INFO};

	if (predict_facts(&n->s, RST_WANT_NAMES, &e.facts))
		emit(&e, n->s.fd, n->s.d, n->s.call);
}

void predict_tell(enum rst_action action, int fd, struct desc *d,
		  enum rst_call call)
{
	struct news n = {{fd, d, call, fd, fd}, action, 0};

	if (sink_shows(RST_INFO))
		aside_run(tell_aside, &n);
}
