/* SPDX-License-Identifier: MIT */
/* strings.h - strings kept once each, all freed together. */
#ifndef ANALYZER_STRINGS_H
#define ANALYZER_STRINGS_H

#include <stddef.h>

struct strings;

struct strings *strings_new(void);
void strings_free(struct strings *s);

/* The kept copy of a string of len bytes; NULL where memory is short. */
const char *strings_keep(struct strings *s, const char *text, size_t len);

/* n bytes, aligned for anything, freed with s; NULL where memory is short. */
void *strings_room(struct strings *s, size_t n);

#endif
