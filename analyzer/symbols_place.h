/* SPDX-License-Identifier: MIT */
/* symbols_place.h - the functions and lines at one address of a module. */
#ifndef RSTWATCH_SYMBOLS_PLACE_H
#define RSTWATCH_SYMBOLS_PLACE_H

#include <elfutils/libdwfl.h>

#include "symbols.h"

/* All strings are the place's own. */
struct symbols_place {
	size_t count;
	struct symbol symbols[SYMBOL_INLINE_MAX]; /* innermost first */
};

/*
 * Looks up an address of the file's own address space: by its debug
 * information, or the symbol table where it has none. count stays 0 where
 * neither knows it.
 */
void symbols_place_find(Dwfl_Module *module, uint64_t address,
			struct symbols_place *p);

/* Frees the strings. */
void symbols_place_clear(struct symbols_place *p);

#endif
