/* SPDX-License-Identifier: MIT */
/* demangle.c - makes C++ and Rust symbol names readable. */
#include "demangle.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "demangle_rust.h"

/*
 * The one well-kept demangler with a C interface is in the C++ runtime. It is
 * loaded only when a mangled name comes up, and where it isn't installed the
 * raw name is shown: no program on that host can be in C++ then.
 */
typedef char *demangler_fn(const char *name, char *buf, size_t *len, int *rc);

static demangler_fn *find_demangler(void)
{
	static const char *const runtimes[] = {
		"libstdc++.so.6",
		"libc++abi.so.1",
	};

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		void *runtime = dlopen(runtimes[i], RTLD_LAZY | RTLD_LOCAL);

		if (runtime)
			return (demangler_fn *)dlsym(runtime, "__cxa_demangle");
	}
	return NULL;
}

/* What Rust writes for characters that a linker might not take (v0's elder,
 * rustc_symbol_mangling::legacy). */
static const struct escape {
	const char *code;
	char character;
} ESCAPES[] = {
	{"$LT$", '<'}, {"$GT$", '>'}, {"$LP$", '('}, {"$RP$", ')'},
	{"$C$", ','},  {"$RF$", '&'}, {"$BP$", '*'}, {"$SP$", '@'},
};

/* Turns the escape at from into a character: its length, 0 where there is
 * none. */
static size_t unescape(const char *from, char *character)
{
	unsigned long code;
	char *end;

	for (size_t i = 0; i < sizeof(ESCAPES) / sizeof(ESCAPES[0]); i++) {
		size_t len = strlen(ESCAPES[i].code);

		if (!strncmp(from, ESCAPES[i].code, len)) {
			*character = ESCAPES[i].character;
			return len;
		}
	}
	if (from[0] != '$' || from[1] != 'u' || !isxdigit(from[2]))
		return 0;
	code = strtoul(from + 2, &end, 16);
	if (*end != '$' || code < ' ' || code > '~')
		return 0;
	*character = (char)code;
	return (size_t)(end + 1 - from);
}

enum { HASH_LEN = 19 }; /* "::h" and 16 hex digits */

/* Where Rust's hash begins in a demangled name, NULL where there is none. */
static char *find_hash(char *name)
{
	size_t len = strlen(name);
	char *hash = len > HASH_LEN ? name + len - HASH_LEN : NULL;

	if (!hash || strncmp(hash, "::h", 3) ||
	    strspn(hash + 3, "0123456789abcdef") != HASH_LEN - 3)
		return NULL;
	return hash;
}

/* In place: what is written is never longer than what is read. */
static void unescape_rust(char *name)
{
	const char *from = name;
	char *to = name;

	while (*from) {
		size_t len;

		/* A segment that would begin with an escape has a _ first. */
		if (from[0] == '_' && from[1] == '$' &&
		    (from == name || from[-1] == ':'))
			from++;
		len = unescape(from, to);
		if (len) {
			from += len;
			to++;
		} else if (from[0] == '.' && from[1] == '.') {
			*to++ = ':';
			*to++ = ':';
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

_Bool demangle_is_mangled(const char *name)
{
	return !strncmp(name, "_Z", 2) || !strncmp(name, "_R", 2);
}

/* LLVM adds a hash to what it makes visible to other units: no part of the
 * name, and behind one without arguments, as Rust's, no demangler takes it. */
static char *without_llvm(const char *name)
{
	const char *end = strstr(name, ".llvm.");

	return strndup(name, end ? (size_t)(end - name) : strlen(name));
}

/* C++, and Rust's older scheme, which borrows the shape from it. */
static char *demangle_cxx(const char *mangled)
{
	static demangler_fn *demangler;
	static _Bool is_sought;
	char *name = without_llvm(mangled);
	char *readable;
	char *hash;
	int rc;

	if (!is_sought)
		demangler = find_demangler();
	is_sought = 1;
	readable = demangler && name ? demangler(name, NULL, NULL, &rc) : NULL;
	free(name);
	hash = readable ? find_hash(readable) : NULL;
	if (hash) {
		*hash = '\0';
		unescape_rust(readable);
	}
	return readable;
}

char *demangle(const char *name)
{
	char *readable = NULL;

	if (!strncmp(name, "_Z", 2))
		readable = demangle_cxx(name);
	else if (!strncmp(name, "_R", 2))
		readable = demangle_rust(name);
	return readable ? readable : strdup(name);
}
