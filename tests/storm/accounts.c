/* SPDX-License-Identifier: MIT */
/* accounts.c - the lists, the log's part, and whose address is whose. */
#include "accounts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jsonlog.h"

void *list_add(struct list *l)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->items = realloc(l->items, l->room * l->elem);
		if (!l->items)
			abort();
	}
	return memset((char *)l->items + l->count++ * l->elem, 0, l->elem);
}

bool play_of(const struct rst_addr *a, uint32_t *play)
{
	static const uint32_t mask = STORM_REMOTE4 - 1;
	uint8_t net[16];
	uint32_t ip;

	if (a->family == 4) {
		memcpy(&ip, a->ip, sizeof(ip));
		ip = ntohl(ip);
		*play = (ip & mask) - 1;
		return (ip & 0xff000000) == STORM_NET4 && (ip & mask) > 0;
	}
	inet_pton(AF_INET6, STORM_NET6, net);
	memcpy(&ip, a->ip + 12, sizeof(ip));
	*play = ntohl(ip) - 1;
	return a->family == 6 && memcmp(a->ip, net, 12) == 0 && ip;
}

#define COMPARE(type, when) \
	static int compare_##type(const void *x, const void *y) \
	{ \
		const struct type *a = x, *b = y; \
		if (a->play != b->play) \
			return a->play < b->play ? -1 : 1; \
		return (a->when > b->when) - (a->when < b->when); \
	}

COMPARE(seen_packet, ts_ns)
COMPARE(seen_reset, ts_ns)
COMPARE(seen_fin, ts_ns)
COMPARE(seen_record, ts_ns)
COMPARE(journal_entry, begin_ns)

/* Takes out what happened after the end. */
#define CUT(list, type) \
	do { \
		struct type *items_ = (list).items; \
		size_t kept_ = 0; \
		for (size_t i = 0; i < (list).count; i++) \
			if (items_[i].ts_ns <= a->end_ns) \
				items_[kept_++] = items_[i]; \
		(list).count = kept_; \
	} while (0)

#define SORT(list, type) \
	qsort((list).items, (list).count, (list).elem, compare_##type)

/*
 * A process that ends in a call is gone when its parent has waited for it; the
 * wait may have begun before.
 */
static void ends_fill_in(struct list *calls)
{
	struct journal_entry *c = calls->items;

	for (size_t first = 0, next; first < calls->count; first = next) {
		for (next = first; next < calls->count; next++)
			if (c[next].play != c[first].play)
				break;
		for (size_t i = first; i < next; i++)
			for (size_t k = first; k < next && !c[i].end_ns; k++)
				if (c[k].call == STORM_waitpid &&
				    c[k].arg == c[i].pid)
					c[i].end_ns = c[k].end_ns;
	}
}

static bool is_same_segment(const struct seen_packet *a,
			    const struct seen_packet *b)
{
	return a->play == b->play && a->port == b->port &&
	       a->is_from_server == b->is_from_server && a->seq == b->seq &&
	       a->ack == b->ack && a->len == b->len && a->window == b->window &&
	       a->flags == b->flags;
}

/*
 * Each segment is seen as it is sent and as it arrives, in that order: the
 * first one alike that has not arrived yet is the one that arrives.
 */
static void arrivals_fold(struct list *packets)
{
	struct seen_packet *p = packets->items;
	size_t kept = 0, first = 0;

	for (size_t i = 0; i < packets->count; i++) {
		size_t k;

		if (kept > 0 && p[kept - 1].play != p[i].play)
			first = kept;
		if (!p[i].arrived_ns) {
			p[kept++] = p[i];
			continue;
		}
		for (k = first; k < kept; k++)
			if (!p[k].arrived_ns && is_same_segment(&p[k], &p[i]))
				break;
		if (k < kept)
			p[k].arrived_ns = p[i].ts_ns;
	}
	packets->count = kept;
}

void accounts_sort(struct accounts *a)
{
	const struct journal *j = a->journal;

	for (uint32_t i = 0; i < j->count && i < j->capacity; i++)
		memcpy(list_add(&a->calls), &j->entries[i],
		       sizeof(j->entries[i]));
	CUT(a->packets, seen_packet);
	CUT(a->resets, seen_reset);
	SORT(a->packets, seen_packet);
	arrivals_fold(&a->packets);
	SORT(a->resets, seen_reset);
	SORT(a->fins, seen_fin);
	SORT(a->records, seen_record);
	SORT(a->calls, journal_entry);
	ends_fill_in(&a->calls);
}

/* "2026-11-22T12:00:00.123456789Z" */
static uint64_t time_of(const char *text)
{
	struct tm t = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &t);

	if (!rest || *rest != '.')
		return 0;
	return (uint64_t)timegm(&t) * 1000000000 + strtoull(rest + 1, NULL, 10);
}

static bool address_of(json_object *o, const char *key, const char *port_key,
		       struct rst_addr *a)
{
	const char *text = jsonlog_text(o, key);

	memset(a, 0, sizeof(*a));
	a->port = (uint16_t)jsonlog_number(o, port_key, 0);
	if (inet_pton(AF_INET, text, a->ip) == 1)
		a->family = 4;
	else if (inet_pton(AF_INET6, text, a->ip) == 1)
		a->family = 6;
	return a->family != 0;
}

static enum rst_action action_of(const char *name)
{
	int i = 0;

	while (i < RST_ACTION_COUNT && strcmp(name, rst_action_name(i)) != 0)
		i++;
	return (enum rst_action)i;
}

static enum rst_sender sender_of(const char *name)
{
	if (!strcmp(name, "self"))
		return RST_SENDER_SELF;
	return strcmp(name, "peer") ? RST_SENDER_UNKNOWN : RST_SENDER_PEER;
}

static bool is_server_port(uint16_t port)
{
	return port == STORM_PORT || port == STORM_DEAD_PORT;
}

/* False where the record is about no connection of the storm's. */
static bool endpoints_fill(json_object *o, struct seen_record *r)
{
	struct rst_addr local, peer;
	bool has_local = address_of(o, "network.local.address",
				    "network.local.port", &local);
	bool has_peer = address_of(o, "network.peer.address",
				   "network.peer.port", &peer);

	r->is_of_server = is_server_port(local.port);
	if (r->is_of_server ? !has_local || !play_of(&local, &r->play)
			    : !has_peer || !play_of(&peer, &r->play))
		return false;
	r->port = r->is_of_server ? peer.port : local.port;
	return true;
}

static void take_record(struct accounts *a, json_object *o)
{
	struct seen_record r = {0};
	const char *certainty = jsonlog_text(o, "rstwatch.certainty");
	const char *cause = jsonlog_text(o, "rstwatch.cause");

	r.action = action_of(jsonlog_text(o, "event.action"));
	if (!endpoints_fill(o, &r))
		return;
	r.ts_ns = time_of(jsonlog_text(o, "@timestamp"));
	r.tid = (int32_t)jsonlog_number(o, "process.thread.id", 0);
	r.cause = rst_cause_find(cause, strlen(cause));
	r.certainty = rst_certainty_find(certainty, strlen(certainty));
	r.sender = sender_of(jsonlog_text(o, "rstwatch.sender"));
	r.unaccepted = (uint32_t)jsonlog_number(o, "rstwatch.unaccepted", 0);
	snprintf(r.call, sizeof(r.call), "%s",
		 jsonlog_text(o, "rstwatch.call"));
	memcpy(list_add(&a->records), &r, sizeof(r));
}

/* One process image and its records. */
struct source {
	int32_t pid;
	char name[16];
	uint64_t count, last;
};

/* Newest first: a process writes its records in one go, more or less. */
static struct source *source_of(struct list *sources, json_object *o)
{
	struct source *s = sources->items;
	int32_t pid = (int32_t)jsonlog_number(o, "process.pid", 0);
	const char *name = jsonlog_text(o, "process.name");

	for (size_t i = sources->count; i-- > 0;)
		if (s[i].pid == pid && !strncmp(s[i].name, name, 15))
			return &s[i];
	s = list_add(sources);
	s->pid = pid;
	snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

/* Of each process there must be all numbers from 1 on. */
static void count_record(struct list *sources, json_object *o)
{
	struct source *s = source_of(sources, o);
	uint64_t seq = (uint64_t)jsonlog_number(o, "rstwatch.seq", 0);

	s->count++;
	if (seq > s->last)
		s->last = seq;
}

static uint64_t gaps_of(const struct list *sources)
{
	const struct source *s = sources->items;
	uint64_t gaps = 0;

	for (size_t i = 0; i < sources->count; i++)
		gaps += s[i].last > s[i].count ? s[i].last - s[i].count : 0;
	return gaps;
}

int accounts_read_log(struct accounts *a, const char *path, char why[256])
{
	struct list sources = {.elem = sizeof(struct source)};
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0, number = 0;
	int rc = 0;

	if (!f) {
		snprintf(why, 256, "%s: %s", path, strerror(errno));
		return -1;
	}
	while (rc == 0 && getline(&line, &cap, f) >= 0) {
		json_object *o = json_tokener_parse(line);

		number++;
		if (o) {
			count_record(&sources, o);
			take_record(a, o);
		} else {
			rc = -1;
		}
		json_object_put(o);
	}
	if (rc < 0)
		snprintf(why, 256, "%s:%zu: not JSON", path, number);
	a->records_lost += gaps_of(&sources);
	free(sources.items);
	free(line);
	fclose(f);
	return rc;
}
