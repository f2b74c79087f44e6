/* SPDX-License-Identifier: MIT */
/* causes_option.h - the value of --cause, of every command that has it. */
#ifndef ANALYZER_CAUSES_OPTION_H
#define ANALYZER_CAUSES_OPTION_H

#include <stdint.h>

/*
 * Adds the slugs of value, between commas, to the set of bits. -1 after it has
 * said, in the name of command, which of them is none.
 */
int causes_take(const char *command, const char *value, uint32_t *causes);

#endif
