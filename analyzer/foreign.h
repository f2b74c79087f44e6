/* SPDX-License-Identifier: MIT */
/* foreign.h - files that other programs read, and how to make them readable. */
#ifndef ANALYZER_FOREIGN_H
#define ANALYZER_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a file is that begins with these bytes, and what to do about it: "an xz
 * file; unpack it first: xz -dc FILE | rstwatch analyze -". NULL if unknown.
 */
const char *foreign_advice(const uint8_t *head, size_t len);

#endif
