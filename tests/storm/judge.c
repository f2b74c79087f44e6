/* SPDX-License-Identifier: MIT */
/* judge.c - holds resets against predictions, and predictions against resets.
 */
#include "decision.h"

#include <stdio.h>
#include <string.h>

uint64_t tally_false(const struct tally *t)
{
	return t->told[RST_CERTAIN] - t->came[RST_CERTAIN] - t->false_races;
}

static void found(const struct part *p, const char *what)
{
	p->say(what, p->play, p->arg);
}

static bool is_predicted(const struct seen_record *r)
{
	return r->action == RST_RESET_PREDICTED;
}

static const char *call_name_of(const struct journal_entry *c)
{
	static const char *const names[] = {
#define X(name) #name,
		STORM_CALLS(X)
#undef X
	};

	return names[c->call];
}

static bool is_of_call(const struct seen_record *r,
		       const struct journal_entry *c)
{
	return c && r->tid == c->tid && is_during(c, r->ts_ns);
}

/* Who sends it, seen from the capture: the server's end or the client's. */
static bool is_by_server(const struct seen_record *r)
{
	return r->is_of_server == (r->sender == RST_SENDER_SELF);
}

/*
 * Who let go of a socket that dies later can't be told from the kernel; nor of
 * an MPTCP socket, whether it was by data or by the option.
 */
static bool is_cause(const struct seen_record *r, const struct decision *d)
{
	return r->cause == d->cause ||
	       (r->cause == RST_CAUSE_LINGER_ZERO &&
		(d->cause == RST_CAUSE_ABORT ||
		 (d->is_mptcp && d->cause == RST_CAUSE_UNREAD_DATA)));
}

/* TCP_FASTOPEN_CONNECT: connect() foretold it, the first write draws it. */
static bool is_deferred_syn(const struct seen_record *r)
{
	return r->cause == RST_CAUSE_REFUSED && r->certainty == RST_LIKELY;
}

static bool is_fulfilled(const struct seen_record *r, const struct decision *d)
{
	if (!is_predicted(r) || !is_cause(r, d) || r->ts_ns > d->rst->ts_ns ||
	    (r->port && r->port != d->port))
		return false;
	/* A listener's, or of a client that has no port yet. */
	if (!r->port)
		return is_of_call(r, d->owner) || is_deferred_syn(r);
	if (is_by_server(r) != d->rst->is_from_server)
		return false;
	/* What it will answer was foretold, whoever sends that. */
	if (d->trigger && d->trigger->is_from_server != r->is_of_server)
		return true;
	/* A later call of this very side must speak for itself. */
	return !d->owner || is_of_call(r, d->owner) ||
	       !is_side(d->owner, r->is_of_server) ||
	       d->cause == RST_CAUSE_DATA_AFTER_CLOSE;
}

static void weigh_reset(const struct part *p, const struct decision *d)
{
	struct tally *t = &p->j->causes[d->cause];
	enum rst_certainty best = RST_CERTAINTY_NONE;
	char what[96];

	for (size_t i = 0; i < p->record_count; i++) {
		struct seen_record *r = &p->records[i];

		if (!is_fulfilled(r, d))
			continue;
		r->is_true = true;
		r->fulfilled++;
		if (r->certainty > best)
			best = r->certainty;
		if (is_of_call(r, d->owner) &&
		    strcmp(r->call, call_name_of(d->owner)) != 0) {
			p->j->misnamed++;
			found(p, "wrong name of the call");
		}
	}
	if (!d->owner) {
		t->callless++;
		return;
	}
	if (best == RST_CERTAINTY_NONE && is_unseen(p, d)) {
		t->unseen++;
		return;
	}
	t->resets++;
	t->foretold[best]++;
	/* One that is only possible is a line for who looks, no warning. */
	if (best > RST_CERTAINTY_NONE)
		return;
	if (is_effect_race(p, d)) {
		t->raced++;
		return;
	}
	t->missed++;
	snprintf(what, sizeof(what), "missed %s by %s on port %u",
		 rst_cause_slug(d->cause), call_name_of(d->owner), d->port);
	found(p, what);
}

enum { DECIDED_MAX = 16 };

struct decided {
	struct decision d[DECIDED_MAX];
	size_t count;
	/* As the packets look, of resets that the kernel passed over. */
	struct seen_reset guessed[DECIDED_MAX];
	size_t guessed_count;
};

static void decide(const struct part *p, struct decided *all,
		   const struct decision *d)
{
	bool is_decided = false;

	for (size_t k = 0; k < all->count; k++) {
		if (all->d[k].port != d->port)
			continue;
		if (is_overtaken(&all->d[k], d)) {
			p->j->echoes++;
			all->d[k] = *d;
			return;
		}
		is_decided |= !is_crossed(&all->d[k], d);
	}
	if (is_decided)
		p->j->echoes++;
	else if (all->count < DECIDED_MAX)
		all->d[all->count++] = *d;
}

/*
 * One that answers what a timer sent is now and then not traced; one of a call
 * always is, unless a BPF program was just running: such hits are counted.
 */
static void weigh_untraced(const struct part *p, struct decided *all,
			   const struct seen_packet *rst)
{
	struct seen_reset kernel = {.ts_ns = rst->ts_ns,
				    .is_active = looks_active(rst)};
	struct decision d = decision_of(p, rst, &kernel);

	if (!kernel.is_active && !d.owner) {
		p->j->untraced++;
		return;
	}
	if (p->j->passed_over < p->skipped &&
	    all->guessed_count < DECIDED_MAX) {
		p->j->passed_over++;
		all->guessed[all->guessed_count] = kernel;
		d.kernel = &all->guessed[all->guessed_count++];
		decide(p, all, &d);
		return;
	}
	p->j->capture_only++;
	found(p, "a RST that the kernel does not speak of");
}

/* A network of an earlier storm may still be dying. */
static bool is_foreign(const struct part *p, const struct seen_reset *r)
{
	for (size_t i = 0; i < p->packet_count; i++)
		if (p->packets[i].port == r->port || !r->port)
			return false;
	return true;
}

static bool is_by_player(const struct part *p, size_t reset)
{
	for (size_t i = 0; i < p->call_count; i++)
		if (p->calls[i].tid == p->resets[reset].tid)
			return true;
	return false;
}

static void weigh_resets(const struct part *p)
{
	struct decided all = {.count = 0};

	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *rst = &p->packets[i];
		struct seen_reset *kernel;
		struct decision d;

		if (!(rst->flags & SEG_RST))
			continue;
		kernel = kernel_account(p, rst);
		if (!kernel) {
			weigh_untraced(p, &all, rst);
			continue;
		}
		kernel->is_matched = true;
		d = decision_of(p, rst, kernel);
		decide(p, &all, &d);
	}
	for (size_t k = 0; k < all.count; k++)
		weigh_reset(p, &all.d[k]);
	for (size_t i = 0; i < p->reset_count; i++) {
		if (p->resets[i].is_matched || is_foreign(p, &p->resets[i]))
			continue;
		/* What a softirq answers long after the play is no call's. */
		if (!p->resets[i].is_active && !is_by_player(p, i)) {
			p->j->untraced++;
			continue;
		}
		p->j->kernel_only++;
		found(p, "a reset of the kernel that is not in the capture");
	}
}

static const struct journal_entry *call_of(const struct part *p,
					   const struct seen_record *r)
{
	const struct journal_entry *best = NULL;

	for (size_t i = 0; i < p->call_count; i++)
		if (is_of_call(r, &p->calls[i]) &&
		    (!best || length_of(&p->calls[i]) < length_of(best)))
			best = &p->calls[i];
	return best;
}

/* What a call is to send if its prediction is right, or else if it is not. */
static bool is_effect(const struct seen_packet *s, const struct seen_record *r)
{
	return s->flags & (SEG_SYN | SEG_FIN | SEG_RST) ||
	       (s->len && r->sender == RST_SENDER_PEER);
}

/* When the call's first segment left, acknowledgments apart, or its end. */
static uint64_t effect_of(const struct part *p, const struct journal_entry *c,
			  const struct seen_record *r)
{
	uint64_t end_ns = c->end_ns ? c->end_ns : UINT64_MAX;

	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];

		if ((!r->port || s->port == r->port) &&
		    s->ts_ns >= c->begin_ns &&
		    s->is_from_server == r->is_of_server && is_effect(s, r))
			return s->ts_ns < end_ns ? s->ts_ns : end_ns;
	}
	return end_ns;
}

static void weigh_prediction(const struct part *p, struct seen_record *r)
{
	struct tally *t = &p->j->causes[r->cause];
	const struct journal_entry *c;
	char what[96];

	/* A listener's says how many there will be. */
	if (r->certainty == RST_CERTAIN && r->port == 0 && r->unaccepted)
		r->is_true = r->fulfilled == r->unaccepted;
	t->told[r->certainty]++;
	t->came[r->certainty] += r->is_true;
	if (r->is_true || r->certainty != RST_CERTAIN)
		return;
	c = call_of(p, r);
	if (c && is_race(p, &(struct span){r->ts_ns, effect_of(p, c, r)},
			 r->port, !r->is_of_server)) {
		t->false_races++;
		return;
	}
	snprintf(what, sizeof(what), "false certain %s by %s on port %u",
		 rst_cause_slug(r->cause), r->call, r->port);
	found(p, what);
}

/*
 * reset-received: once for each end, and there was a RST: towards it, or from
 * it where our own kernel answered data after shutdown(SHUT_RDWR), which the
 * program reads as the same errno.
 */
static void weigh_received(const struct part *p, const struct seen_record *r)
{
	bool is_true = false, is_again = false;

	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];

		is_true |= s->flags & SEG_RST &&
			   (!r->port || s->port == r->port) &&
			   s->ts_ns <= r->ts_ns &&
			   (r->sender == RST_SENDER_UNKNOWN ||
			    s->is_from_server == is_by_server(r));
	}
	for (const struct seen_record *o = p->records; o < r; o++)
		is_again |= o->action == RST_RESET_RECEIVED &&
			    o->port == r->port &&
			    o->is_of_server == r->is_of_server;
	p->j->received++;
	p->j->received_untrue += !is_true;
	p->j->received_twice += is_again;
	if (!is_true)
		found(p, "told of a reset that did not arrive");
	if (is_again)
		found(p, "told twice of one reset");
}

static void judge_play(const struct part *p)
{
	weigh_resets(p);
	for (size_t i = 0; i < p->record_count; i++) {
		if (is_predicted(&p->records[i]))
			weigh_prediction(p, &p->records[i]);
		else if (p->records[i].action == RST_RESET_RECEIVED)
			weigh_received(p, &p->records[i]);
	}
}

/* The elements of that play, which come next in the list. */
#define TAKE(part, name, counter, list, at, type) \
	do { \
		type *items_ = (list).items; \
		(part).name = items_ + (at); \
		while ((at) < (list).count && items_[at].play == (part).play) \
			(at)++; \
		(part).counter = (size_t)(items_ + (at) - (part).name); \
	} while (0)

void judge(struct accounts *a, struct judgement *j, judge_finding *say,
	   void *arg)
{
	size_t packets = 0, resets = 0, records = 0, fins = 0, calls = 0;
	struct journal_entry *c = a->calls.items;
	struct part p = {.j = j, .say = say, .arg = arg, .skipped = a->skipped};

	j->calls = a->calls.count;
	while (calls < a->calls.count) {
		p.play = c[calls].play;
		TAKE(p, calls, call_count, a->calls, calls,
		     struct journal_entry);
		TAKE(p, packets, packet_count, a->packets, packets,
		     struct seen_packet);
		TAKE(p, resets, reset_count, a->resets, resets,
		     struct seen_reset);
		TAKE(p, records, record_count, a->records, records,
		     struct seen_record);
		TAKE(p, fins, fin_count, a->fins, fins, struct seen_fin);
		judge_play(&p);
		j->plays++;
	}
}
