/* SPDX-License-Identifier: MIT */
/* suggest.c - what somebody who mistyped a word may have meant. */
#include <string.h>

#include "suggest.h"

enum { LENGTH_MAX = 40 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned n = a < b ? a : b;

	return n < c ? n : c;
}

/* Levenshtein: letters to insert, delete or change. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[LENGTH_MAX + 1];
	size_t len = strlen(b);

	if (strlen(a) > LENGTH_MAX || len > LENGTH_MAX)
		return LENGTH_MAX;
	for (unsigned k = 0; k <= len; k++)
		row[k] = k;
	for (unsigned i = 1; *a; a++, i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= len; k++) {
			unsigned above = row[k];

			row[k] = least(row[k - 1] + 1, above + 1,
				       diagonal + (*a != b[k - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

/* The only one that begins so, as people abbreviate; NULL for several. */
static const char *begins_so(const char *word, const void *words, size_t count,
			     size_t stride)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *candidate;

		memcpy(&candidate, (const char *)words + i * stride,
		       sizeof(candidate));
		if (strncmp(word, candidate, strlen(word)) != 0)
			continue;
		if (found)
			return NULL;
		found = candidate;
	}
	return found;
}

const char *suggest(const char *word, const void *words, size_t count,
		    size_t stride)
{
	const char *best = begins_so(word, words, count, stride);
	unsigned nearest = (unsigned)strlen(word) / 3 + 2;

	if (best)
		return best;
	for (size_t i = 0; i < count; i++) {
		const char *candidate;
		unsigned n;

		memcpy(&candidate, (const char *)words + i * stride,
		       sizeof(candidate));
		n = distance(word, candidate);
		if (n >= nearest)
			continue;
		nearest = n;
		best = candidate;
	}
	return best;
}
