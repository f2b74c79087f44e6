/* SPDX-License-Identifier: MIT */
/* maps.h - which file the kernel says is mapped at an address. */
#ifndef RSTWATCH_MAPS_H
#define RSTWATCH_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/text.h"

/*
 * Appends that file's absolute path, and a NUL; what it was, where it was
 * removed since. False, and nothing appended, where none is mapped there, t has
 * no room or /proc can't be read. Reads the whole list, so that it takes a
 * while; may be called from a signal handler.
 */
bool maps_path(uintptr_t address, struct rst_text *t);

#endif
