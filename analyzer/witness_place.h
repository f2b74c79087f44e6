/* SPDX-License-Identifier: MIT */
/* witness_place.h - where in its program the kernel saw a call. */
#ifndef ANALYZER_WITNESS_PLACE_H
#define ANALYZER_WITNESS_PLACE_H

#include <stdbool.h>

#include "places.h"
#include "witness.h"

/*
 * True if the stacks of the program at path can be trusted: it is written in
 * Go, which keeps frame pointers and makes its system calls itself.
 */
bool witness_place_can(const char *path);

/*
 * Fills w->called_at in, from w->stack, where such a file at path is the
 * program that ran, by its name.
 */
void witness_place(struct witness_reset *w, const char *path, struct places *p);

#endif
