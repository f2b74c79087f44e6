/* SPDX-License-Identifier: MIT */
/* sha1.h - SHA-1 of a few bytes, as community ids need it. */
#ifndef ANALYZER_SHA1_H
#define ANALYZER_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_LEN = 20, SHA1_INPUT_MAX = 55 };

/* The digest of n bytes, at most SHA1_INPUT_MAX: what fits one block. */
void sha1_block(const uint8_t *p, size_t n, uint8_t digest[SHA1_LEN]);

#endif
