/* SPDX-License-Identifier: MIT */
/* only.h - which programs RSTWATCH_ONLY names. */
#ifndef RSTWATCH_ONLY_H
#define RSTWATCH_ONLY_H

#include <stdbool.h>

/* Whether a list, comma-separated, has the name; NULL and "" have all. Pure. */
bool rst_only_has(const char *list, const char *name);

#endif
