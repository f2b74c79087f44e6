/* SPDX-License-Identifier: MIT */
/* run_own.c - leaves out of a run's report what other programs did. */
#include "run_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"

static bool load(struct own *o, const char *path)
{
	FILE *f = fopen(path, "re");
	bool ok = f && fread(o, sizeof(*o), 1, f) == 1;

	if (f)
		fclose(f);
	return ok;
}

static bool is_told(const struct finding *f)
{
	return f->kind != FINDING_RESET || f->event || f->received;
}

/* A connection, whichever end is told first. */
struct ends {
	struct rst_addr low, high;
};

/* Those of all records, in order. */
struct logged {
	struct ends *ends;
	size_t count;
};

static struct ends ends_of(const struct rst_addr *a, const struct rst_addr *b)
{
	return memcmp(a, b, sizeof(*a)) < 0 ? (struct ends){*a, *b}
					    : (struct ends){*b, *a};
}

static int by_ends(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ends));
}

/* Nothing where memory is short: then more is left out, and counted. */
static struct logged logged_make(const struct report *r)
{
	struct logged l = {calloc(r->event_count + 1, sizeof(*l.ends)), 0};

	for (size_t i = 0; l.ends && i < r->event_count; i++)
		l.ends[l.count++] =
			ends_of(&r->events[i].local, &r->events[i].peer);
	if (l.ends)
		qsort(l.ends, l.count, sizeof(*l.ends), by_ends);
	return l;
}

/* Another record is of the same connection: sockets come from elsewhere too. */
static bool is_logged(const struct logged *l, const struct finding *f)
{
	struct ends e = ends_of(&f->source, &f->destination);

	return l->ends &&
	       bsearch(&e, l->ends, l->count, sizeof(*l->ends), by_ends);
}

uint64_t run_own_keep(struct report *r, const char *path)
{
	static struct own o;
	struct logged logged;
	size_t n = 0;
	uint64_t left_out;

	if (!load(&o, path))
		return 0;
	logged = logged_make(r);
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (is_told(f) || own_has(&o, &f->source) ||
		    own_has(&o, &f->destination) || is_logged(&logged, f))
			r->findings[n++] = *f;
	}
	free(logged.ends);
	left_out = r->finding_count - n;
	r->finding_count = n;
	return left_out;
}

uint64_t run_own_unknown(const struct report *r)
{
	struct logged logged = logged_make(r);
	uint64_t n = 0;

	for (size_t i = 0; i < r->finding_count; i++)
		n += !is_told(&r->findings[i]) &&
		     !is_logged(&logged, &r->findings[i]);
	free(logged.ends);
	return n;
}
