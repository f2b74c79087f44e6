/* SPDX-License-Identifier: MIT */
/* place_write.c - a line of a stack in words. */
#include "places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In bytes as they are shown. */
enum { NAME_SHOWN = 200, SHORT_SHOWN = 64, LEAST_SHOWN = 16 };

static const char cut_mark[] = "...";

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

/* s, escaped and then cut so that it takes `most` bytes, or what t has left. */
static void fit(struct rst_text *t, const char *s, size_t len, size_t most)
{
	char buf[4 * NAME_SHOWN];
	struct rst_text part = rst_text_on(buf, sizeof(buf));
	size_t room = t->cap - t->len < most ? t->cap - t->len : most;

	rst_text_plain(&part, s, len, NAME_SHOWN);
	if (len <= NAME_SHOWN && part.len <= room) {
		rst_text_bytes(t, buf, part.len);
		return;
	}
	if (room < sizeof(cut_mark))
		return;
	room -= sizeof(cut_mark) - 1;
	if (part.len > room)
		part.len = room;
	/* Not in the middle of a character. */
	while (part.len && part.len == room &&
	       ((unsigned char)buf[part.len] & 0xc0) == 0x80)
		room = --part.len;
	rst_text_bytes(t, buf, part.len);
	rst_text_str(t, cut_mark);
}

static void fit_short(struct rst_text *t, const char *s)
{
	fit(t, s, strlen(s), SHORT_SHOWN);
}

/* Where the parameters of a C++ or Rust name begin; NULL if it has none. */
static const char *parameters_of(const char *name)
{
	const char *found = NULL;
	int angles = 0, brackets = 0;

	for (const char *p = name; *p; p++) {
		if (*p == '(' && brackets++ == 0 && angles == 0 && p > name)
			found = p;
		brackets -= *p == ')';
		angles += *p == '<';
		angles -= *p == '>';
	}
	return found;
}

static void function_write(struct rst_text *t, const char *name, size_t room)
{
	const char *parameters = parameters_of(name);
	size_t len = strlen(name);

	if (room > NAME_SHOWN)
		room = NAME_SHOWN;
	if (len <= room || !parameters) {
		fit(t, name, len, room);
		return;
	}
	fit(t, name, (size_t)(parameters - name), room - strlen("(...)"));
	rst_text_str(t, "(...)");
}

static void offset_write(struct rst_text *t, const struct place *place)
{
	char digits[20];

	snprintf(digits, sizeof(digits), "0x%" PRIx64, place->offset);
	rst_text_str(t, place->module ? "+" : "");
	rst_text_str(t, digits);
}

static void line_write(struct rst_text *t, const struct place *place)
{
	fit_short(t, place_base(place->file));
	if (place->line <= 0)
		return;
	rst_text_char(t, ':');
	rst_text_i64(t, place->line);
}

static void module_write(struct rst_text *t, const struct place *place)
{
	rst_text_str(t, place->function ? "(" : "");
	if (place->module)
		fit_short(t, place_base(place->module));
	if (!place->function)
		offset_write(t, place);
	rst_text_str(t, place->function ? ")" : "");
	if (place->is_stale)
		rst_text_str(t, " (changed since)");
}

static void beside_write(struct rst_text *t, const char *how, const char *name)
{
	if (!name)
		return;
	rst_text_str(t, how);
	fit_short(t, name);
}

/* All but the function's name, which is cut so that this has room. */
static void rest_write(struct rst_text *t, const struct place *place)
{
	if (place->file)
		line_write(t, place);
	else
		module_write(t, place);
	beside_write(t, ", from ", place->from);
	beside_write(t, ", in ", place->in);
}

void place_write(struct rst_text *t, const struct place *place)
{
	char buf[4 * SHORT_SHOWN];
	struct rst_text rest = rst_text_on(buf, sizeof(buf));
	size_t room = t->cap - t->len;

	rest_write(&rest, place);
	if (place->function) {
		function_write(t, place->function,
			       room > rest.len + LEAST_SHOWN
				       ? room - rest.len - 1
				       : LEAST_SHOWN);
		rst_text_char(t, ' ');
	}
	fit(t, buf, rest.len, rest.len);
}
