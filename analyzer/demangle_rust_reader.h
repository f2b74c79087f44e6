/* SPDX-License-Identifier: MIT */
/* demangle_rust_reader.h - the words that Rust's symbol names are made of. */
#ifndef RSTWATCH_DEMANGLE_RUST_READER_H
#define RSTWATCH_DEMANGLE_RUST_READER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Recursive descent over the grammar of RFC 2603: each function reads one
 * production at pos and appends what it stands for. Any fault sets has_failed;
 * then all of them return without effect, and the raw name is shown.
 *
 * A name may refer back to parts of itself, so a short one can stand for an
 * endless text: depth, steps and length are bounded.
 */
enum {
	RUST_DEPTH_MAX = 64,
	RUST_STEPS_MAX = 4096,
	RUST_LENGTH_MAX = 4096,
};

struct rust_reader {
	const char *name; /* behind "_R"; back references count from here */
	size_t len;
	size_t pos;
	unsigned depth;
	unsigned steps;
	unsigned silent;    /* above 0: read, but don't show */
	uint64_t lifetimes; /* that binders around here have named */
	_Bool has_failed;
	size_t text_len;
	char text[RUST_LENGTH_MAX];
};

__attribute__((format(printf, 2, 3))) void rust_show(struct rust_reader *r,
						     const char *format, ...);

/* The next character, NUL at the end; next() takes it. */
char rust_peek(const struct rust_reader *r);
char rust_next(struct rust_reader *r);

/* Takes c if it is next. */
_Bool rust_take(struct rust_reader *r, char c);

/* One level down: 1, or 0 where it is too deep or too long. */
_Bool rust_enter(struct rust_reader *r);
void rust_leave(struct rust_reader *r);

/*
 * Behind the tag "B" of a back reference: goes to where it points, always to
 * before the tag. The position to be set again after reading there.
 */
size_t rust_go_back(struct rust_reader *r);

/* base-62-number: "_" is 0, "0_" is 1. */
uint64_t rust_base62(struct rust_reader *r);

/* tag base-62-number, or nothing, which is 0. */
uint64_t rust_optional(struct rust_reader *r, char tag);

/* {hex-digit} "_", which may be more than 64 bits hold; is shown. */
void rust_number(struct rust_reader *r);

/* An identifier's bytes, as they stand in the name. */
struct rust_identifier {
	uint64_t disambiguator;
	const char *bytes;
	int len;
	_Bool is_punycode;
};

/* undisambiguated-identifier; identifier. Neither is shown. */
struct rust_identifier rust_bare_identifier(struct rust_reader *r);
struct rust_identifier rust_identifier(struct rust_reader *r);

void rust_show_identifier(struct rust_reader *r,
			  const struct rust_identifier *id);

/* Lifetimes count from the innermost binder; 0 is the one without a name. */
void rust_show_lifetime(struct rust_reader *r, uint64_t index);

/* binder = "G" base-62-number: "for<'a, 'b> ". How many lifetimes it has. */
uint64_t rust_binder(struct rust_reader *r);

/* {item} "E", shown with commas between. How many there were. */
unsigned rust_list(struct rust_reader *r, void (*read)(struct rust_reader *r));

/* A path, as it stands among values ("::<") or types ("<"). */
void rust_path(struct rust_reader *r, _Bool is_value);

/* A path that may end in generic arguments: 1 where their list stays open. */
_Bool rust_open_path(struct rust_reader *r);

void rust_type(struct rust_reader *r);
void rust_const(struct rust_reader *r);

#endif
