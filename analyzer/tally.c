/* SPDX-License-Identifier: MIT */
/* tally.c - resets counted by cause, by program and call, by hosts. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_cause(const struct finding *f, const struct finding *g)
{
	return (int)f->cause - (int)g->cause;
}

static int compare_call(const struct finding *f, const struct finding *g)
{
	int order = compare_text(f->event->process, g->event->process);

	return order ? order : compare_text(f->event->call, g->event->call);
}

static int compare_ip(const struct rst_addr *a, const struct rst_addr *b)
{
	int order = (int)a->family - (int)b->family;

	return order ? order : memcmp(a->ip, b->ip, sizeof(a->ip));
}

static const struct rst_addr *low(const struct finding *f)
{
	return compare_ip(&f->source, &f->destination) < 0 ? &f->source
							   : &f->destination;
}

static const struct rst_addr *high(const struct finding *f)
{
	return low(f) == &f->source ? &f->destination : &f->source;
}

static int compare_hosts(const struct finding *f, const struct finding *g)
{
	int order = compare_ip(low(f), low(g));

	return order ? order : compare_ip(high(f), high(g));
}

static int (*const compare[TALLY_COUNT])(const struct finding *,
					 const struct finding *) = {
	[TALLY_CAUSES] = compare_cause,
	[TALLY_CALLS] = compare_call,
	[TALLY_HOSTS] = compare_hosts,
};

static int by_likeness(const void *a, const void *b, void *by)
{
	const struct tally_row *x = a, *y = b;

	return compare[*(const enum tally_by *)by](x->like, y->like);
}

static int by_count(const void *a, const void *b, void *by)
{
	const struct tally_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return by_likeness(a, b, by);
}

static size_t take_resets(struct tally_row *row, const struct report *r,
			  enum tally_by by)
{
	size_t n = 0;

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (f->kind == FINDING_RESET && (by != TALLY_CALLS || f->event))
			row[n++] = (struct tally_row){f, 1};
	}
	return n;
}

int tally_make(struct tally *t, const struct report *r, enum tally_by by)
{
	size_t n, last = 0;

	t->count = 0;
	t->row = calloc(r->finding_count + 1, sizeof(*t->row));
	if (!t->row)
		return -1;
	n = take_resets(t->row, r, by);
	if (!n)
		return 0;
	qsort_r(t->row, n, sizeof(*t->row), by_likeness, &by);
	for (size_t i = 1; i < n; i++) {
		if (!by_likeness(&t->row[last], &t->row[i], &by))
			t->row[last].count++;
		else
			t->row[++last] = t->row[i];
	}
	t->count = last + 1;
	qsort_r(t->row, t->count, sizeof(*t->row), by_count, &by);
	return 0;
}

void tally_free(struct tally *t)
{
	free(t->row);
	*t = (struct tally){0};
}

static void write_name(struct rst_text *t, const char *s)
{
	if (s)
		rst_text_plain(t, s, strlen(s), 120);
}

void tally_write(struct rst_text *t, const struct finding *f, enum tally_by by)
{
	switch (by) {
	case TALLY_CAUSES: rst_text_str(t, rst_cause_slug(f->cause)); break;
	case TALLY_CALLS:
		write_name(t, f->event->process);
		rst_text_char(t, ' ');
		write_name(t, f->event->call);
		rst_text_str(t, f->event->call ? "()" : "");
		break;
	case TALLY_HOSTS:
		rst_text_ip(t, low(f));
		rst_text_str(t, " - ");
		rst_text_ip(t, high(f));
		break;
	default: break;
	}
}
