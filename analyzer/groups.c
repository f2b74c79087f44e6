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

static void peer_of(char *to, size_t size, const struct finding *f)
{
	const struct rst_addr *peer = &f->destination;
	struct rst_text t = rst_text_on(to, size - 1);

	if (f->event && f->event->peer.family)
		peer = &f->event->peer;
	else if (f->event && f->event->sender == RST_SENDER_PEER)
		peer = &f->source;
	if (peer->family)
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

/*
 * The group of a description: a search by name among those there are, kept in
 * the order of their names. There are few groups, however many resets.
 */
static struct group *group_find(struct groups *g, const struct group *wanted,
				size_t *room)
{
	size_t low = 0, high = g->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int d = by_name(wanted, &g->group[middle]);

		if (d == 0)
			return &g->group[middle];
		if (d < 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (g->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		struct group *bigger =
			realloc(g->group, more * sizeof(*bigger));

		if (!bigger)
			return NULL;
		g->group = bigger;
		*room = more;
	}
	memmove(&g->group[low + 1], &g->group[low],
		(g->count - low) * sizeof(*g->group));
	g->group[low] = *wanted;
	g->count++;
	return &g->group[low];
}

/* The array doubles, so its size is always the power of two from count on. */
static int group_add(struct group *g, size_t finding, bool is_predicted)
{
	if ((g->count & (g->count - 1)) == 0) {
		size_t more = g->count ? g->count * 2 : 1;
		size_t *bigger = realloc(g->findings, more * sizeof(*bigger));

		if (!bigger)
			return -1;
		g->findings = bigger;
	}
	g->findings[g->count++] = finding;
	g->predicted += is_predicted;
	return 0;
}

int groups_make(struct groups *g, const struct report *r, struct places *p)
{
	size_t room = 0;

	*g = (struct groups){0};
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		struct group wanted, *found;

		describe(&wanted, f, p);
		found = group_find(g, &wanted, &room);
		if (!found ||
		    group_add(found, i, f->verdict == VERDICT_PREDICTED)) {
			groups_free(g);
			return -1;
		}
	}
	qsort(g->group, g->count, sizeof(*g->group), by_size);
	return 0;
}

void groups_free(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->group[i].findings);
	free(g->group);
	*g = (struct groups){0};
}
