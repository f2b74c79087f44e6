/* SPDX-License-Identifier: MIT */
/* run_witness.c - what the kernel said of the resets that were found. */
#include "run_witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "witness_place.h"

/*
 * The tracepoint is hit before or after the packet is sent (kernel.md section
 * 5), the capture's time is taken in between: on one clock, microseconds.
 */
static const uint64_t NEAR_NS = 20000000;

struct account {
	struct witness_reset *resets;
	size_t count;
	struct witness_reset **sent; /* ordered by order() */
	size_t sent_count;
};

static int load(struct account *a, const char *path)
{
	FILE *f = fopen(path, "re");
	long size = -1;

	if (f && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (size > 0) {
		rewind(f);
		a->resets = malloc((size_t)size);
		a->count = (size_t)size / sizeof(*a->resets);
		if (a->resets)
			a->count = fread(a->resets, sizeof(*a->resets),
					 a->count, f);
	}
	if (f)
		fclose(f);
	return a->resets ? 0 : -1;
}

/* A listener's reset names no peer: it is of no connection. */
static int order(const struct witness_reset *w, const struct rst_addr *local,
		 const struct rst_addr *peer, uint64_t ns)
{
	int r = memcmp(&w->local, local, sizeof(*local));

	if (!r)
		r = memcmp(&w->peer, peer, sizeof(*peer));
	return r ? r : (w->realtime_ns > ns) - (w->realtime_ns < ns);
}

static int by_order(const void *a, const void *b)
{
	const struct witness_reset *x = *(struct witness_reset *const *)a;
	const struct witness_reset *y = *(struct witness_reset *const *)b;
	int r = order(x, &y->local, &y->peer, y->realtime_ns);

	return r ? r : (x > y) - (x < y);
}

/* There are as many findings as resets: each is looked up, not searched. */
static int index_make(struct account *a)
{
	a->sent = calloc(a->count + 1, sizeof(*a->sent));
	if (!a->sent)
		return -1;
	for (size_t i = 0; i < a->count; i++)
		if (!a->resets[i].is_received)
			a->sent[a->sent_count++] = &a->resets[i];
	qsort(a->sent, a->sent_count, sizeof(*a->sent), by_order);
	return 0;
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* The nearest in time between these ends, or what was found before. */
static struct witness_reset *nearer(const struct account *a,
				    const struct finding *f,
				    const struct rst_addr *peer,
				    struct witness_reset *best)
{
	size_t first = 0, end = a->sent_count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (order(a->sent[middle], &f->source, peer, f->ts_ns) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (size_t i = first ? first - 1 : 0; i <= first && i < a->sent_count;
	     i++) {
		struct witness_reset *w = a->sent[i];
		uint64_t ns = apart(w->realtime_ns, f->ts_ns);

		if (ns < NEAR_NS &&
		    !order(w, &f->source, peer, w->realtime_ns) &&
		    (!best || ns < apart(best->realtime_ns, f->ts_ns)))
			best = w;
	}
	return best;
}

static struct witness_reset *find(const struct account *a,
				  const struct finding *f)
{
	static const struct rst_addr none;

	return nearer(a, f, &none, nearer(a, f, &f->destination, NULL));
}

/*
 * A9, A7 and A8, A6, A1, A11 of kernel.md; the other reasons have more than one
 * cause. Of an active reset, mptcp_do_fastclose() says TCP_ABORT_ON_CLOSE too,
 * but in a live state, and only tcp_abort() says TCP_STATE in one.
 */
static enum rst_cause cause_of(const struct witness_reset *w)
{
	if (strcmp(w->reason, "TCP_KEEPALIVE_TIMEOUT") == 0)
		return RST_CAUSE_KEEPALIVE_TIMEOUT;
	if (strcmp(w->reason, "TCP_ABORT_ON_MEMORY") == 0)
		return RST_CAUSE_OUT_OF_MEMORY;
	if (strcmp(w->reason, "TCP_ABORT_ON_LINGER") == 0)
		return RST_CAUSE_LINGER2_NEGATIVE;
	if (strcmp(w->reason, "TCP_ABORT_ON_CLOSE") == 0 &&
	    w->state == RST_CLOSE)
		return RST_CAUSE_UNREAD_DATA;
	if (w->is_active && strcmp(w->reason, "TCP_STATE") == 0 &&
	    (w->state == RST_ESTABLISHED || w->state == RST_CLOSE_WAIT ||
	     w->state == RST_FIN_WAIT1 || w->state == RST_FIN_WAIT2))
		return RST_CAUSE_DESTROYED;
	return RST_CAUSE_NONE;
}

static void tie(struct finding *f, const struct witness_reset *w)
{
	enum rst_cause cause = cause_of(w);

	f->witness = w;
	evidence_add(f, EVIDENCE_WITNESS, 0, 0);
	if (cause == RST_CAUSE_NONE || f->verdict == VERDICT_PREDICTED)
		return;
	f->cause = cause;
	f->certainty = RST_CERTAIN;
	f->verdict = VERDICT_EXPLAINED;
}

struct witness_reset *run_witness_tie(struct report *r, const char *path,
				      const char *program)
{
	struct account a = {0};
	struct witness_reset *w;
	struct places *places;

	if (load(&a, path) != 0 || index_make(&a) != 0)
		return a.resets;
	/* Looked at once, for all of them. */
	places = witness_place_can(program) ? places_new() : NULL;
	for (size_t i = 0; i < r->finding_count; i++) {
		if (r->findings[i].kind != FINDING_RESET)
			continue;
		w = find(&a, &r->findings[i]);
		if (!w)
			continue;
		tie(&r->findings[i], w);
		if (places && !r->findings[i].event)
			witness_place(w, program, places);
	}
	places_free(places);
	free(a.sent);
	return a.resets;
}
