/* SPDX-License-Identifier: MIT */
/* suggest.h - what somebody who mistyped a word may have meant. */
#ifndef ANALYZER_SUGGEST_H
#define ANALYZER_SUGGEST_H

#include <stddef.h>

/*
 * The one of count words that is nearest to word, NULL if none is near. The
 * pointers to the words stand stride bytes apart, so that a table of structs
 * that begin with a name will do.
 */
const char *suggest(const char *word, const void *words, size_t count,
		    size_t stride);

#endif
