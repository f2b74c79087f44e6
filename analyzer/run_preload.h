/* SPDX-License-Identifier: MIT */
/* run_preload.h - finds the preload, and the environment that loads it. */
#ifndef ANALYZER_RUN_PRELOAD_H
#define ANALYZER_RUN_PRELOAD_H

#include <limits.h>

/* Where librstwatch.so is; -1 where it is nowhere to be found. */
int run_preload_find(char path[PATH_MAX]);

/*
 * LD_PRELOAD takes a blank or a colon for the end of a path: such a one gives
 * way to a link to it in dir, which others may search (keeper.c). Once dir is
 * removed, ld.so complains to what is still started with it. 0 or -errno;
 * -EINVAL where dir has one as well.
 */
int run_preload_alias(char path[PATH_MAX], const char *dir);

/*
 * The environment that we were started with. Where we have file capabilities
 * the loader has taken away some of ours, but not of the command's. NULL where
 * memory is short.
 */
char **run_environment(void);

/*
 * env with the preload before all others and the log named. The caller never
 * frees it: it is for the command.
 */
char **run_preload_environment(char **env, const char *preload,
			       const char *log);

#endif
