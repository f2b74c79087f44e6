/* SPDX-License-Identifier: MIT */
/* strings.c - strings kept once each, all freed together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "strings.h"

enum { CHUNK = 1 << 16 };

struct chunk {
	struct chunk *next;
	_Alignas(max_align_t) char bytes[];
};

struct strings {
	struct chunk *chunks;
	size_t left; /* in the first chunk */
	char *at;
	const char **table; /* open addressing, at most half full */
	size_t mask;
	size_t count;
};

struct strings *strings_new(void)
{
	struct strings *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->mask = 1023;
	s->table = calloc(s->mask + 1, sizeof(*s->table));
	if (s->table)
		return s;
	free(s);
	return NULL;
}

void strings_free(struct strings *s)
{
	if (!s)
		return;
	while (s->chunks) {
		struct chunk *next = s->chunks->next;

		free(s->chunks);
		s->chunks = next;
	}
	free(s->table);
	free(s);
}

void *strings_room(struct strings *s, size_t n)
{
	size_t align = _Alignof(max_align_t);
	void *room;

	n = (n + align - 1) / align * align;
	if (n > s->left) {
		size_t size = n > CHUNK ? n : CHUNK;
		struct chunk *c = malloc(sizeof(*c) + size);

		if (!c)
			return NULL;
		c->next = s->chunks;
		s->chunks = c;
		s->at = c->bytes;
		s->left = size;
	}
	room = s->at;
	s->at += n;
	s->left -= n;
	return room;
}

static size_t hash(const char *text, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 0x100000001b3ull;
	return (size_t)(h ^ h >> 32);
}

static const char **find(const char **table, size_t mask, const char *text,
			 size_t len)
{
	size_t i = hash(text, len);

	while (table[i & mask] &&
	       (strncmp(table[i & mask], text, len) || table[i & mask][len]))
		i++;
	return &table[i & mask];
}

static int grow(struct strings *s)
{
	size_t mask = s->mask * 2 + 1;
	const char **table = calloc(mask + 1, sizeof(*table));

	if (!table)
		return -1;
	for (size_t i = 0; i <= s->mask; i++)
		if (s->table[i])
			*find(table, mask, s->table[i], strlen(s->table[i])) =
				s->table[i];
	free(s->table);
	s->table = table;
	s->mask = mask;
	return 0;
}

const char *strings_keep(struct strings *s, const char *text, size_t len)
{
	const char **slot, *kept;
	char *copy;

	len = strnlen(text, len);
	if (s->count * 2 > s->mask && grow(s))
		return NULL;
	slot = find(s->table, s->mask, text, len);
	kept = *slot;
	if (kept)
		return kept;
	copy = strings_room(s, len + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	s->count++;
	*slot = copy;
	return copy;
}
