/* SPDX-License-Identifier: MIT */
/* symbols.h - turns module, build-id and offset into function, file, line. */
#ifndef RSTWATCH_SYMBOLS_H
#define RSTWATCH_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct symbols; /* a cache of opened modules and resolved addresses */

struct symbol {
	const char *function; /* demangled; NULL where unknown */
	const char *file;     /* source path; NULL where unknown */
	int line;	      /* 0 where unknown */
};

enum { SYMBOL_INLINE_MAX = 8 };

struct symbols *symbols_new(void);
void symbols_free(struct symbols *s);

/*
 * Where to look for separate debug files, instead of ":.debug:/usr/lib/debug":
 * directories as in dwfl_standard_find_debuginfo() of libdwfl.h. To be said
 * before the first symbols_resolve(). 0, or -1 where memory is short.
 */
int symbols_debug_path(struct symbols *s, const char *path);

/*
 * Resolves one frame of a log. build_id is its hex string, "" where the module
 * had none, or NULL where that isn't known; a module on disk whose build-id
 * differs, or that has one by now, is not trusted (then *stale is set and
 * nothing is resolved, unless a debug file of the right build-id is found).
 * offset is the frame's ELF virtual address as record.h has it;
 * is_return_address says to look one byte before it, as a record's frames want.
 * out receives the frame, innermost inlined function first; the strings live as
 * long as s. The number of entries, 0 where nothing is known.
 */
size_t symbols_resolve(struct symbols *s, const char *module,
		       const char *build_id, uint64_t offset,
		       _Bool is_return_address,
		       struct symbol out[SYMBOL_INLINE_MAX], _Bool *stale);

#endif
