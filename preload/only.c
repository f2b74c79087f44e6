/* SPDX-License-Identifier: MIT */
/* only.c - which programs RSTWATCH_ONLY names. */
#include "rstwatch/only.h"

#include <stddef.h>
#include <string.h>

bool rst_only_has(const char *list, const char *name)
{
	size_t len = strlen(name);

	if (!list || !*list)
		return true;
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && memcmp(list, name, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}
