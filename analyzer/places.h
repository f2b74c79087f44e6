/* SPDX-License-Identifier: MIT */
/* places.h - where in the source a log's stacks point to. */
#ifndef ANALYZER_PLACES_H
#define ANALYZER_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "log.h"
#include "rstwatch/text.h"

/*
 * One line of a stack as people read it: a function that the compiler inlined
 * has a line of its own. The strings live as long as the log and the places.
 */
struct place {
	const char *function; /* NULL where unknown */
	const char *file;     /* NULL where unknown */
	int line;	      /* 0 where unknown */
	const char *module;   /* path, NULL where no file was mapped */
	uint64_t offset;      /* in the module */
	const char *from;     /* of a site without a function: who called it */
	const char *in;	      /* of a site: the library's function it called */
	bool is_inlined;      /* into the place that follows */
	bool is_stale;	      /* the module on disk is another by now */
};

enum { PLACES_MAX = 64 };

struct places;

struct places *places_new(void);
void places_free(struct places *p);

/* The stack, innermost first: at most PLACES_MAX; their number. */
size_t places_of_stack(struct places *p, const struct log_event *e,
		       struct place out[PLACES_MAX]);

/* The one place of a frame of e: the innermost function of what was inlined. */
struct place places_of_frame(struct places *p, const struct log_event *e,
			     const struct log_frame *frame);

/*
 * What the library of the language does, inlined or made for the program: the
 * drop of a Rust value, a C++ destructor.
 */
bool place_is_glue(const struct place *place);

/*
 * Where in the program the call was made: the first place of the stack that is
 * the program's own, in its executable or in a library or plugin that no
 * distribution installed; failing that, the first that has a function. False
 * where e has no stack, or is NULL.
 */
bool places_site(struct places *p, const struct log_event *e,
		 struct place *site);

/*
 * "handle_conn server.c:88", "libfoo.so+0x1234, from serve", "serve server.c:9,
 * in SSL_free", as far as it is known and as t has room: a long name is cut,
 * its parameters first. Untrusted bytes are escaped for a terminal.
 */
void place_write(struct rst_text *t, const struct place *place);

/* main(), or Rust's server::main: what is further out is not the program's. */
bool place_is_main(const struct place *place);

/* The part of a path behind its last slash. */
const char *place_base(const char *path);

#endif
