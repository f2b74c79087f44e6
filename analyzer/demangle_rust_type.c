/* SPDX-License-Identifier: MIT */
/* demangle_rust_type.c - types and constants in Rust's symbol names. */
#include "demangle_rust_reader.h"

/* fn-sig = [binder] ["U"] ["K" abi] {type} "E" type */
static void read_function(struct rust_reader *r)
{
	uint64_t bound = rust_binder(r);

	if (rust_take(r, 'U'))
		rust_show(r, "unsafe ");
	if (rust_take(r, 'K')) {
		struct rust_identifier abi = {.bytes = "C", .len = 1};

		if (!rust_take(r, 'C'))
			abi = rust_bare_identifier(r);
		rust_show(r, "extern \"");
		for (int i = 0; i < abi.len; i++)
			rust_show(r, "%c",
				  abi.bytes[i] == '_' ? '-' : abi.bytes[i]);
		rust_show(r, "\" ");
	}
	rust_show(r, "fn(");
	rust_list(r, rust_type);
	rust_show(r, ")");
	if (!rust_take(r, 'u')) {
		rust_show(r, " -> ");
		rust_type(r);
	}
	r->lifetimes -= bound;
}

/* dyn-trait = path {"p" undisambiguated-identifier type} */
static void read_dyn_trait(struct rust_reader *r)
{
	_Bool is_open = rust_open_path(r);

	while (rust_take(r, 'p')) {
		struct rust_identifier id = rust_bare_identifier(r);

		rust_show(r, is_open ? ", " : "<");
		is_open = 1;
		rust_show_identifier(r, &id);
		rust_show(r, " = ");
		rust_type(r);
	}
	if (is_open)
		rust_show(r, ">");
}

/* dyn-bounds lifetime */
static void read_dyn(struct rust_reader *r)
{
	uint64_t bound;
	unsigned n = 0;

	rust_show(r, "dyn ");
	bound = rust_binder(r);
	while (!r->has_failed && !rust_take(r, 'E')) {
		if (n++)
			rust_show(r, " + ");
		read_dyn_trait(r);
	}
	r->lifetimes -= bound;
	if (rust_next(r) != 'L')
		r->has_failed = 1;
	bound = rust_base62(r);
	if (bound) {
		rust_show(r, " + ");
		rust_show_lifetime(r, bound);
	}
}

static const char *basic_type(char tag)
{
	static const char *const names[] = {
		"i8",	"bool",	 "char",  "f64", "str", "f32", NULL,
		"u8",	"isize", "usize", NULL,	 "i32", "u32", "i128",
		"u128", "_",	 NULL,	  NULL,	 "i16", "u16", "()",
		"...",	NULL,	 "i64",	  "u64", "!",
	};

	_Static_assert(sizeof(names) / sizeof(names[0]) == 26, "a to z");
	return tag >= 'a' && tag <= 'z' ? names[tag - 'a'] : NULL;
}

/* "R" or "Q", [lifetime] type */
static void read_reference(struct rust_reader *r, const char *qualifier)
{
	rust_show(r, "&");
	if (rust_take(r, 'L')) {
		uint64_t lifetime = rust_base62(r);

		if (lifetime) {
			rust_show_lifetime(r, lifetime);
			rust_show(r, " ");
		}
	}
	rust_show(r, "%s", qualifier);
	rust_type(r);
}

static void read_array(struct rust_reader *r, _Bool has_length)
{
	rust_show(r, "[");
	rust_type(r);
	if (has_length) {
		rust_show(r, "; ");
		rust_const(r);
	}
	rust_show(r, "]");
}

static void read_type_of(struct rust_reader *r, char tag)
{
	size_t here;

	switch (tag) {
	case 'A': read_array(r, 1); break;
	case 'S': read_array(r, 0); break;
	case 'R': read_reference(r, ""); break;
	case 'Q': read_reference(r, "mut "); break;
	case 'P':
	case 'O':
		rust_show(r, tag == 'P' ? "*const " : "*mut ");
		rust_type(r);
		break;
	case 'T':
		rust_show(r, "(");
		rust_show(r, rust_list(r, rust_type) == 1 ? ",)" : ")");
		break;
	case 'F': read_function(r); break;
	case 'D': read_dyn(r); break;
	case 'B':
		here = rust_go_back(r);
		rust_type(r);
		r->pos = here;
		break;
	default: r->pos--; rust_path(r, 0);
	}
}

void rust_type(struct rust_reader *r)
{
	if (rust_enter(r)) {
		char tag = rust_next(r);
		const char *name = basic_type(tag);

		if (name)
			rust_show(r, "%s", name);
		else if (tag)
			read_type_of(r, tag);
	}
	rust_leave(r);
}

static void read_const_of(struct rust_reader *r, char tag)
{
	size_t here;

	switch (tag) {
	case 'p': rust_show(r, "_"); break;
	case 'B':
		here = rust_go_back(r);
		rust_const(r);
		r->pos = here;
		break;
	case 'b':
		rust_show(r, rust_take(r, '0')	 ? "false"
			     : rust_take(r, '1') ? "true"
						 : "?");
		if (!rust_take(r, '_'))
			r->has_failed = 1;
		break;
	case 'a':
	case 's':
	case 'l':
	case 'x':
	case 'n':
	case 'i':
		if (rust_take(r, 'n'))
			rust_show(r, "-");
		/* fall through */
	case 'h':
	case 't':
	case 'm':
	case 'y':
	case 'o':
	case 'j': rust_number(r); break;
	default: r->has_failed = 1;
	}
}

void rust_const(struct rust_reader *r)
{
	if (rust_enter(r))
		read_const_of(r, rust_next(r));
	rust_leave(r);
}
