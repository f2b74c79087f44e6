/* SPDX-License-Identifier: MIT */
/* history.c - the last packets of all connections, in one ring. */
#include <stddef.h>

#include "history.h"
#include "room.h"

enum {
	COPY_SEARCH_MAX = 64, /* packets of the connection to look back */
};
static const int64_t COPY_NS_MAX = 1000000000;

struct history {
	uint32_t end; /* the newest position */
	struct past ring[HISTORY_MAX];
};

struct history *history_new(void)
{
	return room_map(sizeof(struct history));
}

void history_free(struct history *h)
{
	room_unmap(h, sizeof(*h));
}

void history_clear(struct history *h)
{
	h->end = 0;
}

static struct past *at(struct history *h, struct past_link link)
{
	struct past *p = &h->ring[link.before % HISTORY_MAX];

	if (!link.before || h->end - link.before >= HISTORY_MAX ||
	    p->owner != link.owner)
		return NULL;
	return p;
}

static struct past *before(struct history *h, const struct past *p)
{
	return at(h, (struct past_link){p->before, p->owner});
}

uint32_t history_add(struct history *h, struct past_link link, int dir,
		     const struct segment *s, unsigned tap)
{
	h->end++;
	h->ring[h->end % HISTORY_MAX] = (struct past){
		.ts_ns = s->ts_ns,
		.frame = s->frame,
		.before = link.before,
		.owner = link.owner,
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.taps = 1u << tap,
		.window = s->window,
		.ip_id = s->ip_id,
		.capture = s->capture,
		.flags = s->flags,
		.dir = (uint8_t)dir,
	};
	return h->end;
}

static bool is_copy(const struct past *p, const struct segment *s, int dir)
{
	int64_t apart = (int64_t)(s->ts_ns - p->ts_ns);

	return p->seq == s->seq && p->ack == s->ack && p->len == s->len &&
	       p->flags == s->flags && p->dir == dir &&
	       p->window == s->window && p->ip_id == s->ip_id &&
	       apart < COPY_NS_MAX && apart > -COPY_NS_MAX;
}

const struct past *history_take_copy(struct history *h, struct past_link link,
				     int dir, const struct segment *s,
				     unsigned tap)
{
	struct past *p = at(h, link);

	for (int i = 0; p && i < COPY_SEARCH_MAX; i++) {
		if (is_copy(p, s, dir) && !(p->taps & 1u << tap)) {
			p->taps |= 1u << tap;
			return p;
		}
		p = before(h, p);
	}
	return NULL;
}

size_t history_walk(const struct history *h, struct past_link link,
		    struct past *out, size_t max)
{
	/* at() gives a pointer to write through; this function does not. */
	struct history *ring = (struct history *)h;
	const struct past *p = at(ring, link);
	size_t n = 0;

	for (; p && n < max; p = before(ring, p))
		out[n++] = *p;
	return n;
}
