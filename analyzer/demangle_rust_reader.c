/* SPDX-License-Identifier: MIT */
/* demangle_rust_reader.c - the words that Rust's symbol names are made of. */
#include "demangle_rust_reader.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void rust_show(struct rust_reader *r, const char *format, ...)
{
	size_t room = sizeof(r->text) - r->text_len;
	va_list args;
	int len;

	if (r->has_failed || r->silent)
		return;
	va_start(args, format);
	len = vsnprintf(r->text + r->text_len, room, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room)
		r->has_failed = 1;
	else
		r->text_len += (size_t)len;
}

char rust_peek(const struct rust_reader *r)
{
	return r->pos < r->len ? r->name[r->pos] : '\0';
}

char rust_next(struct rust_reader *r)
{
	char c = rust_peek(r);

	if (c)
		r->pos++;
	else
		r->has_failed = 1;
	return c;
}

_Bool rust_take(struct rust_reader *r, char c)
{
	if (r->has_failed || rust_peek(r) != c)
		return 0;
	r->pos++;
	return 1;
}

_Bool rust_enter(struct rust_reader *r)
{
	if (++r->depth > RUST_DEPTH_MAX || ++r->steps > RUST_STEPS_MAX)
		r->has_failed = 1;
	return !r->has_failed;
}

void rust_leave(struct rust_reader *r)
{
	r->depth--;
}

static uint64_t digit_of(struct rust_reader *r, char c)
{
	if (isdigit(c))
		return (uint64_t)(c - '0');
	if (islower(c))
		return (uint64_t)(c - 'a') + 10;
	if (isupper(c))
		return (uint64_t)(c - 'A') + 36;
	r->has_failed = 1;
	return 0;
}

uint64_t rust_base62(struct rust_reader *r)
{
	uint64_t n = 0;

	if (rust_take(r, '_'))
		return 0;
	while (!r->has_failed && !rust_take(r, '_')) {
		uint64_t digit = digit_of(r, rust_next(r));

		if (__builtin_mul_overflow(n, 62, &n) ||
		    __builtin_add_overflow(n, digit, &n))
			r->has_failed = 1;
	}
	if (n == UINT64_MAX)
		r->has_failed = 1;
	return n + 1;
}

uint64_t rust_optional(struct rust_reader *r, char tag)
{
	return rust_take(r, tag) ? rust_base62(r) + 1 : 0;
}

struct rust_identifier rust_bare_identifier(struct rust_reader *r)
{
	struct rust_identifier id = {.is_punycode = rust_take(r, 'u')};

	if (!isdigit(rust_peek(r)))
		r->has_failed = 1;
	else if (!rust_take(r, '0'))
		while (isdigit(rust_peek(r)) && id.len < RUST_LENGTH_MAX)
			id.len = id.len * 10 + (rust_next(r) - '0');
	rust_take(r, '_');
	if ((size_t)id.len > r->len - r->pos) {
		r->has_failed = 1;
		id.len = 0;
	}
	id.bytes = r->name + r->pos;
	r->pos += (size_t)id.len;
	return id;
}

struct rust_identifier rust_identifier(struct rust_reader *r)
{
	uint64_t disambiguator = rust_optional(r, 's');
	struct rust_identifier id = rust_bare_identifier(r);

	id.disambiguator = disambiguator;
	return id;
}

void rust_show_identifier(struct rust_reader *r,
			  const struct rust_identifier *id)
{
	rust_show(r, id->is_punycode ? "punycode{%.*s}" : "%.*s", id->len,
		  id->bytes);
}

void rust_show_lifetime(struct rust_reader *r, uint64_t index)
{
	uint64_t depth = r->lifetimes - index;

	if (index == 0)
		rust_show(r, "'_");
	else if (index > r->lifetimes)
		r->has_failed = 1;
	else if (depth < 26)
		rust_show(r, "'%c", 'a' + (char)depth);
	else
		rust_show(r, "'_%" PRIu64, depth);
}

unsigned rust_list(struct rust_reader *r, void (*read)(struct rust_reader *r))
{
	unsigned n = 0;

	while (!r->has_failed && !rust_take(r, 'E')) {
		if (n++)
			rust_show(r, ", ");
		read(r);
	}
	return n;
}

void rust_number(struct rust_reader *r)
{
	size_t begin = r->pos;
	size_t len;
	uint64_t n = 0;

	while (isxdigit(rust_peek(r)) && !isupper(rust_peek(r)))
		n = n << 4 | digit_of(r, rust_next(r));
	len = r->pos - begin;
	if (!rust_take(r, '_'))
		r->has_failed = 1;
	if (len <= 16)
		rust_show(r, "%" PRIu64, n);
	else if (len < RUST_LENGTH_MAX)
		rust_show(r, "0x%.*s", (int)len, r->name + begin);
}

uint64_t rust_binder(struct rust_reader *r)
{
	uint64_t n = rust_optional(r, 'G');

	if (n > RUST_LENGTH_MAX)
		r->has_failed = 1;
	if (!n || r->has_failed)
		return 0;
	rust_show(r, "for<");
	for (uint64_t i = 0; i < n; i++) {
		if (i)
			rust_show(r, ", ");
		r->lifetimes++;
		rust_show_lifetime(r, 1);
	}
	rust_show(r, "> ");
	return n;
}

size_t rust_go_back(struct rust_reader *r)
{
	size_t tag = r->pos - 1;
	uint64_t to = rust_base62(r);
	size_t here = r->pos;

	if (to >= tag)
		r->has_failed = 1;
	else
		r->pos = to;
	return here;
}
