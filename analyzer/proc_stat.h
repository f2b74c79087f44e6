/* SPDX-License-Identifier: MIT */
/* proc_stat.h - the line of /proc/PID/stat. */
#ifndef ANALYZER_PROC_STAT_H
#define ANALYZER_PROC_STAT_H

#include <sys/types.h>

enum { PROC_STAT_MAX = 1024 };

/*
 * Its fields behind the name, from the state on (the third of proc(5)): "S 1
 * ...", in line. NULL where there is no such process.
 */
const char *proc_stat_read(pid_t pid, char line[PROC_STAT_MAX]);

#endif
