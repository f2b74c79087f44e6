/* SPDX-License-Identifier: MIT */
/* counter.h - what the kernel counts in this network (/proc/net/netstat). */
#ifndef PROGRAMS_COUNTER_H
#define PROGRAMS_COUNTER_H

#include "tcp.h"

/* Lines of names, each followed by one of their values; -1: no such name. */
static inline long counter(const char *wanted)
{
	static char names[8192], values[8192];
	FILE *f = fopen("/proc/net/netstat", "r");
	long found = -1;

	MUST(f != NULL);
	while (fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		char *n_at, *v_at;
		char *n = strtok_r(names, " \n", &n_at);
		char *v = strtok_r(values, " \n", &v_at);

		for (; n && v; n = strtok_r(NULL, " \n", &n_at),
			       v = strtok_r(NULL, " \n", &v_at))
			if (strcmp(n, wanted) == 0)
				found = atol(v);
	}
	fclose(f);
	return found;
}

#endif
