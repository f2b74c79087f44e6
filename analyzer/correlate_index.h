/* SPDX-License-Identifier: MIT */
/* correlate_index.h - finds the events of a connection. */
#ifndef ANALYZER_CORRELATE_INDEX_H
#define ANALYZER_CORRELATE_INDEX_H

#include "model.h"

/*
 * An event is found by what it knows of its connection: both ends; of a
 * connect() that has not been given a port yet, the peer alone; of a listener,
 * its port. Each is a key; an end that is not part of it is zero.
 */
struct index_key {
	struct rst_addr low;
	struct rst_addr high;
};

struct index_entry {
	struct index_key key;
	uint32_t event;
	uint32_t seen; /* of the first entry of a key: how many connections
			  the captures hold */
	uint64_t ts_ns;
};

struct event_index {
	struct index_entry *entries; /* by key, then time */
	size_t count;
};

/* The entries of one key. */
struct index_range {
	struct index_entry *first;
	struct index_entry *end;
};

int index_build(struct event_index *x, const struct log_event *events,
		size_t count);
/*
 * The same of what claims have not been made on, under each of its two ends,
 * as index_key_peer(): for what is known by another address elsewhere.
 */
int index_build_single(struct event_index *x, const struct log_event *events,
		       size_t count, const uint32_t *claims);
void index_free(struct event_index *x);

struct index_key index_key_ends(const struct rst_addr *a,
				const struct rst_addr *b);
struct index_key index_key_peer(const struct rst_addr *peer);
struct index_key index_key_listener(uint16_t port);

/* The key under which an event stands. */
struct index_key index_key_of(const struct log_event *e);

struct index_range index_find(const struct event_index *x,
			      const struct index_key *key);

/*
 * Of many entries under one key (a listener's, or of connects without a port
 * yet) so many around a time are enough to look at.
 */
enum { INDEX_NEAR = 64 };

struct index_range index_near(struct index_range r, uint64_t ts_ns);

#endif
