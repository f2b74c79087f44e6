/* SPDX-License-Identifier: MIT */
/* run_own.c - leaves out of a run's report what other programs did. */
#include "run_own.h"

#include <stdio.h>
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

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_told(const struct finding *f)
{
	return f->kind != FINDING_RESET || f->event || f->received;
}

/* Another record is of the same connection: sockets come from elsewhere too. */
static bool is_logged(const struct report *r, const struct finding *f)
{
	for (size_t i = 0; i < r->event_count; i++) {
		const struct log_event *e = &r->events[i];

		if ((is_same(&e->local, &f->source) &&
		     is_same(&e->peer, &f->destination)) ||
		    (is_same(&e->peer, &f->source) &&
		     is_same(&e->local, &f->destination)))
			return true;
	}
	return false;
}

uint64_t run_own_keep(struct report *r, const char *path)
{
	static struct own o;
	size_t n = 0;
	uint64_t left_out;

	if (!load(&o, path))
		return 0;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (is_told(f) || own_has(&o, &f->source) ||
		    own_has(&o, &f->destination) || is_logged(r, f))
			r->findings[n++] = *f;
	}
	left_out = r->finding_count - n;
	r->finding_count = n;
	return left_out;
}

uint64_t run_own_unknown(const struct report *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->finding_count; i++)
		n += !is_told(&r->findings[i]) &&
		     !is_logged(r, &r->findings[i]);
	return n;
}
