/* SPDX-License-Identifier: MIT */
/* places.c - resolves stacks once and picks the line that is to blame. */
#include "places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "symbols.h"

struct places {
	struct symbols *symbols;
};

struct places *places_new(void)
{
	struct places *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->symbols = symbols_new();
	if (!p->symbols) {
		free(p);
		return NULL;
	}
	return p;
}

void places_free(struct places *p)
{
	if (!p)
		return;
	symbols_free(p->symbols);
	free(p);
}

/* Where no build-id could tell, the time does: built anew after the record. */
static bool is_newer(const struct log_frame *frame, uint64_t ts_ns)
{
	struct stat st;

	if (!ts_ns || !frame->build_id || *frame->build_id ||
	    stat(frame->module, &st))
		return false;
	return (uint64_t)st.st_mtim.tv_sec * 1000000000 +
		       (uint64_t)st.st_mtim.tv_nsec >
	       ts_ns;
}

/* All lines of one frame, at most max; at least one, if only an offset. */
static size_t frame_places(struct places *p, const struct log_frame *frame,
			   uint64_t ts_ns, struct place *out, size_t max)
{
	struct symbol found[SYMBOL_INLINE_MAX];
	bool is_stale = frame->module && is_newer(frame, ts_ns);
	size_t n = 0;

	if (frame->module && !is_stale)
		n = symbols_resolve(p->symbols, frame->module, frame->build_id,
				    frame->offset, true, found, &is_stale);
	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct place){
			.function = found[i].function,
			.file = found[i].file,
			.line = found[i].line,
			.module = frame->module,
			.offset = frame->offset,
			.is_inlined = i + 1 < n,
		};
	if (n > 0 || max == 0)
		return n;
	out[0] = (struct place){.module = frame->module,
				.offset = frame->offset,
				.is_stale = is_stale};
	return 1;
}

size_t places_of_stack(struct places *p, const struct log_event *e,
		       struct place out[PLACES_MAX])
{
	size_t n = 0;

	for (unsigned i = 0; i < e->stack_len && n < PLACES_MAX; i++)
		n += frame_places(p, &e->stack[i], e->ts_ns, out + n,
				  PLACES_MAX - n);
	return n;
}

struct place places_of_frame(struct places *p, const struct log_event *e,
			     const struct log_frame *frame)
{
	struct place found[SYMBOL_INLINE_MAX];

	frame_places(p, frame, e->ts_ns, found, SYMBOL_INLINE_MAX);
	return found[0];
}

/* A stripped program still has the names of what it exports. */
static const char *named_caller(const struct place *stack, size_t n)
{
	for (size_t i = 1; i < n && stack[i].module; i++)
		if (stack[i].function &&
		    !strcmp(stack[i].module, stack[0].module))
			return stack[i].function;
	return NULL;
}

static bool begins(const char *s, const char *with)
{
	return s && strncmp(s, with, strlen(with)) == 0;
}

bool place_is_glue(const struct place *place)
{
	static const char *const functions[] = {
		"core::", "std::",    "alloc::",     "<core::",
		"<std::", "<alloc::", "__gnu_cxx::",
	};

	if (begins(place->file, "/rustc/") ||
	    begins(place->file, "/usr/include/c++/"))
		return true;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (begins(place->function, functions[i]))
			return true;
	return false;
}

/* Where a distribution keeps libraries (hier(7)): /lib64/, /usr/local/lib/. */
static bool is_installed_library(const char *path)
{
	if (begins(path, "/usr/local/"))
		path += strlen("/usr/local");
	else if (begins(path, "/usr/"))
		path += strlen("/usr");
	if (!begins(path, "/lib"))
		return false;
	path += strlen("/lib");
	path += strspn(path, "x3264");
	return *path == '/';
}

static bool is_own(const struct place *place, const char *executable)
{
	if (!place->module || place_is_glue(place))
		return false;
	return (executable && !strcmp(place->module, executable)) ||
	       !is_installed_library(place->module);
}

static bool is_libc(const struct place *place)
{
	const char *name = place->module ? place_base(place->module) : "";

	return begins(name, "libc.so") || begins(name, "libc-") ||
	       begins(name, "libpthread") || begins(name, "ld-");
}

/* The first that is not libc's and has a name, or that is only not libc's. */
static size_t innermost(const struct place *stack, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (stack[i].function && !is_libc(&stack[i]) &&
		    !place_is_glue(&stack[i]))
			return i;
	for (size_t i = 0; i < n; i++)
		if (stack[i].function)
			return i;
	return 0;
}

bool places_site(struct places *p, const struct log_event *e,
		 struct place *site)
{
	struct place stack[PLACES_MAX];
	size_t n = e ? places_of_stack(p, e, stack) : 0;
	size_t inner = innermost(stack, n), own = 0;

	while (own < n && !is_own(&stack[own], e->executable))
		own++;
	if (own == n)
		own = inner;
	if (n == 0)
		return false;
	*site = stack[own];
	if (!site->function)
		site->from = named_caller(&stack[own], n - own);
	if (inner < own)
		site->in = stack[inner].function;
	return true;
}
