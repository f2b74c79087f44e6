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

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* A listener's reset names no peer: it is of no connection. */
static bool tells_of(const struct witness_reset *w, const struct finding *f)
{
	return !w->is_received && is_same(&w->local, &f->source) &&
	       (w->peer.family == 0 || is_same(&w->peer, &f->destination)) &&
	       apart(w->realtime_ns, f->ts_ns) < NEAR_NS;
}

static struct witness_reset *find(const struct account *a,
				  const struct finding *f)
{
	struct witness_reset *best = NULL;

	for (size_t i = 0; i < a->count; i++) {
		struct witness_reset *w = &a->resets[i];

		if (tells_of(w, f) &&
		    (!best || apart(w->realtime_ns, f->ts_ns) <
				      apart(best->realtime_ns, f->ts_ns)))
			best = w;
	}
	return best;
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

	if (load(&a, path) != 0)
		return NULL;
	places = places_new();
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
	return a.resets;
}
