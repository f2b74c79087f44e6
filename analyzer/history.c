/* SPDX-License-Identifier: MIT */
/* history.c - the last packets of all connections, in one ring. */
#include <stddef.h>
#include <sys/mman.h>

#include "history.h"

enum {
	COPY_SEARCH_MAX = 64, /* packets of the connection to look back */
};
static const int64_t COPY_NS_MAX = 1000000000;

struct history {
	uint64_t end; /* the newest position */
	struct past ring[HISTORY_MAX];
};

/* Written from end to end: large pages save thousands of faults. */
struct history *history_new(void)
{
	void *p = mmap(NULL, sizeof(struct history), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, sizeof(struct history), MADV_HUGEPAGE);
	return p;
}

void history_free(struct history *h)
{
	if (h)
		munmap(h, sizeof(*h));
}

void history_clear(struct history *h)
{
	h->end = 0;
}

static struct past *at(struct history *h, uint64_t position)
{
	if (!position || position + HISTORY_MAX <= h->end)
		return NULL;
	return &h->ring[position % HISTORY_MAX];
}

uint64_t history_add(struct history *h, uint64_t before, int dir,
		     const struct segment *s, unsigned tap)
{
	h->end++;
	h->ring[h->end % HISTORY_MAX] = (struct past){
		.ts_ns = s->ts_ns,
		.frame = s->frame,
		.before = before,
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

bool history_take_copy(struct history *h, uint64_t newest, int dir,
		       const struct segment *s, unsigned tap)
{
	struct past *p = at(h, newest);

	for (int i = 0; p && i < COPY_SEARCH_MAX; i++) {
		if (is_copy(p, s, dir) && !(p->taps & 1u << tap)) {
			p->taps |= 1u << tap;
			return true;
		}
		p = at(h, p->before);
	}
	return false;
}

size_t history_walk(const struct history *h, uint64_t newest, struct past *out,
		    size_t max)
{
	/* at() gives a pointer to write through; this function does not. */
	struct history *ring = (struct history *)h;
	const struct past *p = at(ring, newest);
	size_t n = 0;

	for (; p && n < max; p = at(ring, p->before))
		out[n++] = *p;
	return n;
}
