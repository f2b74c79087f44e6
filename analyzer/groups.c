/* SPDX-License-Identifier: MIT */
/* groups.c - puts findings together by cause, program, call, site, peer. */
#include "groups.h"

#include <stdlib.h>
#include <string.h>

static void text_end(char *buf, struct rst_text *t)
{
	buf[t->len] = '\0';
}

static void plain(char *to, size_t size, const char *from)
{
	struct rst_text t = rst_text_on(to, size - 1);

	if (from)
		rst_text_plain(&t, from, strlen(from), size / 4);
	text_end(to, &t);
}

static void site_of(char *to, size_t size, const struct finding *f,
		    struct places *p)
{
	struct rst_text t = rst_text_on(to, size - 1);
	struct place site;

	if (places_site(p, f->event, &site))
		place_write(&t, &site);
	text_end(to, &t);
}

/* Who listens: by the SYN, or the lower port where that was not seen. */
static const struct rst_addr *server_of(const struct finding *f)
{
	if (f->client)
		return f->client > 0 ? &f->destination : &f->source;
	return f->source.port < f->destination.port ? &f->source
						    : &f->destination;
}

/* Without a log neither side is ours: the server with its port then. */
static void peer_of(char *to, size_t size, const struct finding *f)
{
	const struct rst_addr *peer = &f->destination;
	struct rst_text t = rst_text_on(to, size - 1);

	if (f->event && f->event->peer.family)
		peer = &f->event->peer;
	else if (f->event && f->event->sender == RST_SENDER_PEER)
		peer = &f->source;
	if (!f->event)
		rst_text_endpoint(&t, server_of(f));
	else if (peer->family)
		rst_text_ip(&t, peer);
	text_end(to, &t);
}

static void describe(struct group *g, const struct finding *f, struct places *p)
{
	memset(g, 0, sizeof(*g));
	g->kind = f->kind;
	g->cause = f->cause;
	plain(g->program, sizeof(g->program), f->event ? f->event->process : 0);
	plain(g->call, sizeof(g->call), f->event ? f->event->call : 0);
	site_of(g->site, sizeof(g->site), f, p);
	peer_of(g->peer, sizeof(g->peer), f);
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
		d = strcmp(a->site, b->site);
	return d ? d : strcmp(a->peer, b->peer);
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
	const char *const texts[] = {g->program, g->call, g->site, g->peer};
	size_t h = 2166136261u ^ (size_t)g->kind << 8 ^ (size_t)g->cause;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (const char *s = texts[i]; *s; s++)
			h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ h >> 15;
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
