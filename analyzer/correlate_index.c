/* SPDX-License-Identifier: MIT */
/* correlate_index.c - finds the events of a connection. */
#include <stdlib.h>
#include <string.h>

#include "correlate_index.h"
#include "correlate_match.h"

struct index_key index_key_ends(const struct rst_addr *a,
				const struct rst_addr *b)
{
	if (memcmp(a, b, sizeof(*a)) > 0)
		return (struct index_key){*b, *a};
	return (struct index_key){*a, *b};
}

struct index_key index_key_peer(const struct rst_addr *peer)
{
	return (struct index_key){.high = *peer};
}

struct index_key index_key_listener(uint16_t port)
{
	return (struct index_key){.high.port = port};
}

struct index_key index_key_of(const struct log_event *e)
{
	if (match_is_listener(e))
		return index_key_listener(e->local.port);
	if (match_is_unspecified(&e->local) || !e->local.port)
		return index_key_peer(&e->peer);
	return index_key_ends(&e->local, &e->peer);
}

static int compare(const void *a, const void *b)
{
	const struct index_entry *p = a, *q = b;
	int order = memcmp(&p->key, &q->key, sizeof(p->key));

	if (order)
		return order;
	if (p->ts_ns != q->ts_ns)
		return p->ts_ns < q->ts_ns ? -1 : 1;
	return p->event < q->event ? -1 : p->event > q->event;
}

int index_build(struct event_index *x, const struct log_event *events,
		size_t count)
{
	x->entries = calloc(count ? count : 1, sizeof(*x->entries));
	if (!x->entries)
		return -1;
	x->count = count;
	for (size_t i = 0; i < count; i++) {
		x->entries[i].key = index_key_of(&events[i]);
		x->entries[i].event = (uint32_t)i;
		x->entries[i].ts_ns = events[i].ts_ns;
	}
	qsort(x->entries, count, sizeof(*x->entries), compare);
	return 0;
}

static void add_single(struct event_index *x, const struct rst_addr *end,
		       const struct log_event *e, size_t event)
{
	x->entries[x->count++] = (struct index_entry){
		.key = index_key_peer(end),
		.event = (uint32_t)event,
		.ts_ns = e->ts_ns,
	};
}

int index_build_single(struct event_index *x, const struct log_event *events,
		       size_t count, const uint32_t *claims)
{
	x->entries = calloc(2 * count + 1, sizeof(*x->entries));
	if (!x->entries)
		return -1;
	x->count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct log_event *e = &events[i];

		if (claims[i] || e->action != RST_RESET_PREDICTED ||
		    !(e->have & RST_HAVE_BYTES) || match_is_listener(e) ||
		    match_is_unspecified(&e->local))
			continue;
		add_single(x, &e->local, e, i);
		add_single(x, &e->peer, e, i);
	}
	qsort(x->entries, x->count, sizeof(*x->entries), compare);
	return 0;
}

void index_free(struct event_index *x)
{
	free(x->entries);
	*x = (struct event_index){0};
}

/* The first entry whose key is at least (or, past, above) key. */
static size_t bound(const struct event_index *x, const struct index_key *key,
		    bool past)
{
	size_t low = 0, high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(&x->entries[middle].key, key, sizeof(*key));

		if (order < 0 || (past && !order))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct index_range index_find(const struct event_index *x,
			      const struct index_key *key)
{
	return (struct index_range){
		.first = x->entries + bound(x, key, false),
		.end = x->entries + bound(x, key, true),
	};
}

struct index_range index_near(struct index_range r, uint64_t ts_ns)
{
	const struct index_range all = r;

	while (r.first < r.end) {
		struct index_entry *middle = r.first + (r.end - r.first) / 2;

		if (middle->ts_ns < ts_ns)
			r.first = middle + 1;
		else
			r.end = middle;
	}
	if (r.first - all.first > INDEX_NEAR / 2)
		r.first -= INDEX_NEAR / 2;
	else
		r.first = all.first;
	r.end = all.end - r.first > INDEX_NEAR ? r.first + INDEX_NEAR : all.end;
	return r;
}
