/* SPDX-License-Identifier: MIT */
/* places.c - resolves stacks once and picks the line that is to blame. */
#include "places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* All lines of one frame, at most max; at least one, if only an offset. */
static size_t frame_places(struct places *p, const struct log_frame *frame,
			   struct place *out, size_t max)
{
	struct symbol found[SYMBOL_INLINE_MAX];
	bool is_stale = false;
	size_t n = 0;

	if (frame->module)
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
		n += frame_places(p, &e->stack[i], out + n, PLACES_MAX - n);
	return n;
}

struct place places_of_frame(struct places *p, const struct log_frame *frame)
{
	struct place found[SYMBOL_INLINE_MAX];

	frame_places(p, frame, found, SYMBOL_INLINE_MAX);
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

bool places_site(struct places *p, const struct log_event *e,
		 struct place *site)
{
	struct place stack[PLACES_MAX];
	size_t n = e ? places_of_stack(p, e, stack) : 0;
	const struct place *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (stack[i].module && e->executable &&
		    strcmp(stack[i].module, e->executable) == 0) {
			*site = stack[i];
			if (!site->function)
				site->from = named_caller(&stack[i], n - i);
			return true;
		}
		if (!first && stack[i].function)
			first = &stack[i];
	}
	if (n > 0)
		*site = first ? *first : stack[0];
	return n > 0;
}

bool place_is_main(const struct place *place)
{
	const char *name = place->function;
	const char *last = name ? strrchr(name, ':') : NULL;

	return name && !strcmp(last ? last + 1 : name, "main");
}

const char *place_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void untrusted(struct rst_text *t, const char *s)
{
	rst_text_plain(t, s, strlen(s), 200);
}

static void offset_write(struct rst_text *t, const struct place *place)
{
	char digits[20];

	snprintf(digits, sizeof(digits), "0x%" PRIx64, place->offset);
	rst_text_str(t, place->module ? "+" : "");
	rst_text_str(t, digits);
}

void place_write(struct rst_text *t, const struct place *place)
{
	if (place->function)
		untrusted(t, place->function);
	if (place->file) {
		rst_text_str(t, place->function ? " " : "");
		untrusted(t, place_base(place->file));
		if (place->line > 0) {
			rst_text_char(t, ':');
			rst_text_i64(t, place->line);
		}
		return;
	}
	rst_text_str(t, place->function ? " (" : "");
	if (place->module)
		untrusted(t, place_base(place->module));
	if (!place->function)
		offset_write(t, place);
	rst_text_str(t, place->function ? ")" : "");
	if (place->is_stale)
		rst_text_str(t, " (changed since)");
	if (place->from) {
		rst_text_str(t, ", from ");
		untrusted(t, place->from);
	}
}
