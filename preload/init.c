/* SPDX-License-Identifier: MIT */
/* init.c - the first and the last thing that happens in a process. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "clock.h"
#include "config.h"
#include "process.h"
#include "sink.h"
#include "watch.h"

static void at_quick_exit_look(void)
{
	watch_exit(CALL_quick_exit);
}

static void in_fork_child(void)
{
	if (process_is_ours())
		sink_forked();
}

/*
 * Constructors of other libraries may have made calls before: they went
 * through unseen (desc_limit is 0 until watch_start()).
 */
__attribute__((constructor)) static void start(void)
{
	int saved = errno;

	libc_bind_all();
	process_start();
	clock_start();
	sink_start();
	if (config.is_watched && config.level != RST_LEVEL_OFF) {
		pthread_atfork(process_forks_now, NULL, in_fork_child);
		at_quick_exit(at_quick_exit_look);
		watch_start();
	}
	errno = saved;
}

/* After the program's own atexit() handlers, for exit() and end of main. */
__attribute__((destructor)) static void end(void)
{
	watch_exit(CALL_exit);
}
