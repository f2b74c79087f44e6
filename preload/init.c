/* SPDX-License-Identifier: MIT */
/* init.c - the first and the last thing that happens in a process. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "clock.h"
#include "config.h"
#include "process.h"
#include "sink.h"
#include "temporary.h"
#include "watch.h"
#include "wrap_stdio.h"

/*
 * What pthread_atfork(3) and at_quick_exit(3) come down to: these insist that
 * there be such functions, as another libc has none.
 */
extern void *__dso_handle __attribute__((visibility("hidden")));
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void),
			     void *) __attribute__((weak));
extern int __cxa_at_quick_exit(void (*)(void *), void *) __attribute__((weak));

static void at_quick_exit_look(void *unused)
{
	(void)unused;
	watch_exit(CALL_quick_exit);
}

static void forked_aside(void *unused)
{
	(void)unused;
	sink_forked();
}

static void in_fork_child(void)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	temporary_forked();
	aside_forked();
	watch_forked();
	aside_run(forked_aside, NULL);
}

/*
 * A second copy of this library behind us, under another path: it watches, we
 * only hand on. (The loader itself takes the same file but once.)
 */
static bool is_doubled(void)
{
	static const char name[] = "/librstwatch.so";
	const size_t len = sizeof(name) - 1;
	Dl_info next;
	size_t n;

	if (!dladdr(libc_table[CALL_close], &next) || !next.dli_fname)
		return false;
	n = strlen(next.dli_fname);
	return n >= len && strcmp(next.dli_fname + n - len, name) == 0;
}

/*
 * Constructors of other libraries may have made calls before: they went
 * through unseen (desc_limit is 0 until watch_start()).
 */
__attribute__((constructor)) static void start(void)
{
	int saved = errno;

	libc_bind_all();
	if (!libc_is_glibc() || is_doubled()) {
		errno = saved;
		return;
	}
	process_start();
	clock_start();
	sink_start();
	if (config.is_watched && config.level != RST_LEVEL_OFF) {
		__register_atfork(process_forks_now, NULL, in_fork_child,
				  &__dso_handle);
		__cxa_at_quick_exit(at_quick_exit_look, &__dso_handle);
		watch_start();
	}
	errno = saved;
}

/* After the program's own atexit() handlers, for exit() and end of main. */
__attribute__((destructor)) static void end(void)
{
	stdio_exit();
	watch_exit(CALL_exit);
}
