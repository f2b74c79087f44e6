/* SPDX-License-Identifier: MIT */
/* demangle_rust.c - reads Rust's symbol names, version 0 (RFC 2603). */
#include "demangle_rust.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "demangle_rust_reader.h"

static void read_generic_arg(struct rust_reader *r)
{
	if (rust_take(r, 'L'))
		rust_show_lifetime(r, rust_base62(r));
	else if (rust_take(r, 'K'))
		rust_const(r);
	else
		rust_type(r);
}

/* The place of an impl says less than its type: it is read, not shown. */
static void skip_impl_path(struct rust_reader *r)
{
	r->silent++;
	rust_optional(r, 's');
	rust_path(r, 0);
	r->silent--;
}

/* "N" namespace path identifier. Upper case: what has no name of its own. */
static void read_nested(struct rust_reader *r, _Bool is_value)
{
	char space = rust_next(r);
	struct rust_identifier id;

	rust_path(r, is_value);
	id = rust_identifier(r);
	if (islower(space)) {
		if (id.len)
			rust_show(r, "::");
		rust_show_identifier(r, &id);
		return;
	}
	if (space == 'C')
		rust_show(r, "::{closure");
	else if (space == 'S')
		rust_show(r, "::{shim");
	else
		rust_show(r, "::{%c", space);
	if (id.len) {
		rust_show(r, ":");
		rust_show_identifier(r, &id);
	}
	rust_show(r, "#%" PRIu64 "}", id.disambiguator);
}

/* "I" path {generic-arg} "E" without the closing bracket. */
static void open_generics(struct rust_reader *r, _Bool is_value)
{
	rust_path(r, is_value);
	rust_show(r, is_value ? "::<" : "<");
	rust_list(r, read_generic_arg);
}

static void read_path_of(struct rust_reader *r, char tag, _Bool is_value)
{
	struct rust_identifier id;
	size_t here;

	switch (tag) {
	case 'C': /* crate root */
		id = rust_identifier(r);
		rust_show_identifier(r, &id);
		break;
	case 'M': /* <T>, inherent impl */
		skip_impl_path(r);
		rust_show(r, "<");
		rust_type(r);
		rust_show(r, ">");
		break;
	case 'X': /* <T as Trait>, impl */
		skip_impl_path(r);
		/* fall through */
	case 'Y': /* <T as Trait>, definition */
		rust_show(r, "<");
		rust_type(r);
		rust_show(r, " as ");
		rust_path(r, 0);
		rust_show(r, ">");
		break;
	case 'N': read_nested(r, is_value); break;
	case 'I':
		open_generics(r, is_value);
		rust_show(r, ">");
		break;
	case 'B':
		here = rust_go_back(r);
		rust_path(r, is_value);
		r->pos = here;
		break;
	default: r->has_failed = 1;
	}
}

void rust_path(struct rust_reader *r, _Bool is_value)
{
	if (rust_enter(r))
		read_path_of(r, rust_next(r), is_value);
	rust_leave(r);
}

_Bool rust_open_path(struct rust_reader *r)
{
	_Bool is_open = 0;

	if (!rust_enter(r)) {
		rust_leave(r);
		return 0;
	}
	if (rust_take(r, 'I')) {
		open_generics(r, 0);
		is_open = 1;
	} else if (rust_take(r, 'B')) {
		size_t here = rust_go_back(r);

		is_open = rust_open_path(r);
		r->pos = here;
	} else {
		rust_path(r, 0);
	}
	rust_leave(r);
	return is_open;
}

char *demangle_rust(const char *name)
{
	struct rust_reader r = {0};

	if (strncmp(name, "_R", 2))
		return NULL;
	r.name = name + 2;
	/* What compilers append to a clone's name is behind a dot or dollar. */
	r.len = strcspn(r.name, ".$");
	rust_path(&r, 1);
	/* The crate that a generic was made for. */
	r.silent++;
	if (r.pos < r.len)
		rust_path(&r, 0);
	if (r.has_failed || r.pos != r.len)
		return NULL;
	return strdup(r.text);
}
