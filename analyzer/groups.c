/* SPDX-License-Identifier: MIT */
/* groups.c - puts findings together by cause, program, call, site. */
#include "groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_end(char *buf, struct rst_text *t)
{
	buf[t->len] = '\0';
}

/* Escaped, each byte may take four; a log's names have 63 at the most. */
static void plain(char to[GROUP_TEXT_MAX], const char *from)
{
	struct rst_text t = rst_text_on(to, GROUP_TEXT_MAX - 1);

	if (from)
		rst_text_plain(&t, from, strlen(from), GROUP_TEXT_MAX / 4 - 1);
	text_end(to, &t);
}

static uint64_t mix(uint64_t h, uint64_t n)
{
	h = (h ^ n) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint64_t mix_text(uint64_t h, const char *s)
{
	while (s && *s)
		h = mix(h, (unsigned char)*s++);
	return mix(h, 256);
}

static uint64_t place_hash(const struct place *p)
{
	uint64_t h = mix_text(1, p->function);

	h = mix_text(h, p->file);
	h = mix_text(h, p->module);
	h = mix_text(h, p->in);
	h = mix(h, (uint64_t)p->line);
	return p->function ? h : mix(h, p->offset);
}

static void site_of(struct group *g, const struct finding *f, struct places *p)
{
	struct rst_text t = rst_text_on(g->site, sizeof(g->site) - 1);

	g->has_where = places_site(p, f->event, &g->where);
	if (g->has_where) {
		place_write(&t, &g->where);
		g->place = place_hash(&g->where);
	}
	text_end(g->site, &t);
}

/* Who listens: by the SYN, or the lower port where that was not seen. */
static const struct rst_addr *server_of(const struct finding *f)
{
	if (f->client)
		return f->client > 0 ? &f->destination : &f->source;
	return f->source.port < f->destination.port ? &f->source
						    : &f->destination;
}

/* Of a finding with a log: the other host. */
static const struct rst_addr *peer_of(const struct finding *f)
{
	if (f->event->peer.family)
		return &f->event->peer;
	return f->event->sender == RST_SENDER_PEER ? &f->source
						   : &f->destination;
}

/* Without a log neither side is ours: the server with its port then. */
static void peer_write(struct group *g, const struct finding *f)
{
	struct rst_text t = rst_text_on(g->peer, sizeof(g->peer) - 1);

	if (!f->event)
		rst_text_endpoint(&t, server_of(f));
	else if (peer_of(f)->family)
		rst_text_ip(&t, peer_of(f));
	text_end(g->peer, &t);
}

static void describe(struct group *g, const struct finding *f, struct places *p)
{
	const struct log_event *e = f->event;

	memset(g, 0, sizeof(*g));
	g->kind = f->kind;
	g->cause = f->cause;
	g->has_log = e != NULL;
	plain(g->program, e ? e->process : NULL);
	plain(g->call, e ? e->call : NULL);
	site_of(g, f, p);
	peer_write(g, f);
}

static int by_name(const struct group *a, const struct group *b)
{
	int d = (int)a->kind - (int)b->kind;

	if (d == 0)
		d = (int)a->cause - (int)b->cause;
	if (d == 0)
		d = strcmp(a->program, b->program);
	if (d == 0)
		d = strcmp(a->call, b->call);
	if (d == 0)
		d = (int)a->has_log - (int)b->has_log;
	if (d == 0)
		d = strcmp(a->site, b->site);
	if (d == 0 && a->place != b->place)
		d = a->place < b->place ? -1 : 1;
	/* One mistake in the code may hit any number of hosts. */
	return d || a->has_log ? d : strcmp(a->peer, b->peer);
}

static int by_size(const void *x, const void *y)
{
	const struct group *a = x, *b = y;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return by_name(a, b);
}

/* Numbers of groups, plus one, by the hash of what makes a group one. */
struct table {
	struct groups *groups;
	size_t room; /* of groups; there are four slots for each */
	uint32_t *slots;
};

static size_t hash(const struct group *g)
{
	uint64_t h = mix((uint64_t)g->kind, (uint64_t)g->cause);

	h = mix_text(h, g->program);
	h = mix_text(h, g->call);
	h = mix(h, g->place);
	return (size_t)(g->has_log ? h : mix_text(h, g->peer));
}

static uint32_t *slot_of(const struct table *t, const struct group *wanted)
{
	size_t mask = 4 * t->room - 1, i = hash(wanted);

	/* A table with room has slots. */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	while (t->slots[i & mask] &&
	       by_name(wanted, &t->groups->group[t->slots[i & mask] - 1]))
		i++;
	return &t->slots[i & mask];
}

static int table_grow(struct table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct group *bigger =
		realloc(t->groups->group, room * sizeof(*bigger));
	uint32_t *slots = calloc(4 * room, sizeof(*slots));

	if (bigger)
		t->groups->group = bigger;
	if (!bigger || !slots) {
		free(slots);
		return -1;
	}
	free(t->slots);
	t->slots = slots;
	t->room = room;
	for (size_t i = 0; i < t->groups->count; i++)
		*slot_of(t, &bigger[i]) = (uint32_t)i + 1;
	return 0;
}

/* The group of a description, made if there is none; NULL without memory. */
static struct group *group_find(struct table *t, const struct group *wanted)
{
	struct groups *g = t->groups;
	uint32_t *slot;

	if (g->count == t->room && table_grow(t))
		return NULL;
	slot = slot_of(t, wanted);
	if (!*slot) {
		g->group[g->count++] = *wanted;
		*slot = (uint32_t)g->count;
	}
	return &g->group[*slot - 1];
}

/* The array doubles, so its size is always the power of two from count on. */
static int group_add(struct group *g, size_t finding, const struct finding *f)
{
	const struct log_event *e = f->event;

	if ((g->count & (g->count - 1)) == 0) {
		size_t more = g->count ? g->count * 2 : 1;
		size_t *bigger = realloc(g->findings, more * sizeof(*bigger));

		if (!bigger)
			return -1;
		g->findings = bigger;
	}
	g->findings[g->count++] = finding;
	g->predicted += f->verdict == VERDICT_PREDICTED;
	if (e && e->action == RST_RESET_PREDICTED) {
		g->unread += e->unread;
		g->unacked += e->unacked;
	}
	return 0;
}

static int by_ip(const void *x, const void *y)
{
	const struct rst_addr *a = x, *b = y;
	int d = (int)a->family - (int)b->family;

	return d ? d : memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* How many hosts the group's resets were towards; 0 without memory. */
static size_t count_hosts(const struct group *g, const struct report *r)
{
	struct rst_addr *hosts = calloc(g->count, sizeof(*hosts));
	size_t n = 0;

	if (!hosts)
		return 0;
	for (size_t i = 0; i < g->count; i++)
		hosts[i] = *peer_of(&r->findings[g->findings[i]]);
	qsort(hosts, g->count, sizeof(*hosts), by_ip);
	for (size_t i = 0; i < g->count; i++)
		n += i == 0 || by_ip(&hosts[i - 1], &hosts[i]) != 0;
	free(hosts);
	return n;
}

static int hosts_write(struct groups *g, const struct report *r)
{
	for (size_t i = 0; i < g->count; i++) {
		struct group *one = &g->group[i];
		size_t n = one->has_log ? count_hosts(one, r) : 1;

		if (n == 0)
			return -1;
		if (n > 1)
			snprintf(one->peer, sizeof(one->peer), "%zu hosts", n);
	}
	return 0;
}

int groups_make(struct groups *g, const struct report *r, struct places *p)
{
	struct table t = {.groups = g};
	int result;

	*g = (struct groups){0};
	result = table_grow(&t);
	for (size_t i = 0; !result && i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		struct group wanted, *found;

		describe(&wanted, f, p);
		found = group_find(&t, &wanted);
		result = found ? group_add(found, i, f) : -1;
	}
	free(t.slots);
	if (!result)
		result = hosts_write(g, r);
	if (result)
		groups_free(g);
	else if (g->count)
		qsort(g->group, g->count, sizeof(*g->group), by_size);
	return result;
}

void groups_free(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->group[i].findings);
	free(g->group);
	*g = (struct groups){0};
}
