/* SPDX-License-Identifier: MIT */
/* witness_place.h - where in its program the kernel saw a call. */
#ifndef ANALYZER_WITNESS_PLACE_H
#define ANALYZER_WITNESS_PLACE_H

#include "places.h"
#include "witness.h"

/*
 * Fills w->called_at in, from w->stack, where that can be trusted: where the
 * file at path is the program that ran, by its name, and written in Go, which
 * keeps frame pointers and makes its system calls itself.
 */
void witness_place(struct witness_reset *w, const char *path, struct places *p);

#endif
