/* SPDX-License-Identifier: MIT */
/* demangle_rust.h - reads Rust's symbol names, version 0 (RFC 2603). */
#ifndef RSTWATCH_DEMANGLE_RUST_H
#define RSTWATCH_DEMANGLE_RUST_H

/*
 * The path that a symbol of the form "_R..." stands for, without the hashes of
 * its crates, in memory that the caller frees; NULL where it is none, or needs
 * more than a readable name may.
 */
char *demangle_rust(const char *name);

#endif
