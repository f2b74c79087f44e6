/* SPDX-License-Identifier: MIT */
/* fuzz.h - what the targets share: one input, handed on as a file. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

enum { FUZZ_PATH_MAX = 32, FUZZ_FILES_MAX = 4 };

/*
 * A memory file with these bytes, to be opened by path; number below
 * FUZZ_FILES_MAX. It is written over by the next call with its number.
 */
const char *fuzz_file(unsigned number, const uint8_t *data, size_t size);

/* Ends the program, as a finding, unless what is claimed is so. */
void fuzz_must(_Bool is_so, const char *claim);

/* Called by libFuzzer for each input; always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
