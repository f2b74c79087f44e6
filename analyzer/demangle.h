/* SPDX-License-Identifier: MIT */
/* demangle.h - makes C++ and Rust symbol names readable. */
#ifndef RSTWATCH_DEMANGLE_H
#define RSTWATCH_DEMANGLE_H

/*
 * The name as a person wrote it, in memory that the caller frees; a copy of
 * the name where it isn't mangled or can't be read. NULL where memory is
 * short.
 */
char *demangle(const char *name);

/* True for a name that only a demangler makes readable. */
_Bool demangle_is_mangled(const char *name);

#endif
