/* SPDX-License-Identifier: MIT */
/* clock.c - the length of a tick, measured between start and now. */
#include "clock.h"

#include <dlfcn.h>

static uint64_t start_ticks, start_ns;

#if defined(__aarch64__)
static const char vdso_clock[] = "__kernel_clock_gettime";
#else
static const char vdso_clock[] = "__vdso_clock_gettime";
#endif

/* vdso(7): what it returns is what the system call would. */
static int (*clock_read)(clockid_t, struct timespec *);

uint64_t clock_ns(clockid_t id)
{
	struct timespec t = {0};

	if (!clock_read || clock_read(id, &t) != 0)
		raw_call(SYS_clock_gettime, id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void clock_start(void)
{
	void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);

	if (vdso)
		clock_read = (int (*)(clockid_t, struct timespec *))dlsym(
			vdso, vdso_clock);
	start_ns = clock_ns(CLOCK_MONOTONIC);
	start_ticks = clock_ticks();
}

uint64_t clock_ago(uint64_t ticks)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t now = clock_ticks();

	if (ticks == 0 || now <= ticks || now <= start_ticks)
		return 0;
	return (uint64_t)((double)(now - ticks) * (double)(now_ns - start_ns) /
			  (double)(now - start_ticks));
}
