/* SPDX-License-Identifier: MIT */
/* proc_stat.c - the line of /proc/PID/stat. */
#include "proc_stat.h"

#include <stdio.h>
#include <string.h>

const char *proc_stat_read(pid_t pid, char line[PROC_STAT_MAX])
{
	char path[64];
	const char *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	/* The name is in brackets and may hold any, of both kinds too. */
	if (fgets(line, PROC_STAT_MAX, f))
		end = strrchr(line, ')');
	fclose(f);
	return end && end[1] ? end + 2 : NULL;
}
