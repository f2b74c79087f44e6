/* SPDX-License-Identifier: MIT */
/* process.c - notices forks, whichever way they were made. */
#include "process.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "libc.h"
#include "raw.h"
#include "relatives.h"

struct process process;

/*
 * A page that the kernel wipes in the child of a fork (MADV_WIPEONFORK, Linux
 * 4.14) but not in a child that shares our memory: it tells a raw clone() and
 * a vfork() apart, which getpid() alone can't. Where the kernel is older the
 * word is never wiped, and the child of a raw clone() is taken for a vfork
 * child: it is left alone. fork() itself is also announced by pthread_atfork.
 */
static uint32_t never_wiped = 1;
uint32_t *process_survives = &never_wiped;

static void survivor_map(void)
{
	long size = sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, (size_t)size, MADV_WIPEONFORK) != 0) {
		munmap(page, (size_t)size);
		return;
	}
	*(uint32_t *)page = 1;
	process_survives = page;
}

static void copy(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size)
		len = size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

/* The unit of starttime in /proc/PID/stat: USER_HZ is 100 in every ABI. */
enum { STAT_TICK_NS = 10 * 1000 * 1000 };

void process_start(void)
{
	ssize_t len = readlink("/proc/self/exe", process.executable,
			       sizeof(process.executable) - 1);
	struct utsname u;

	process.executable[len > 0 ? len : 0] = '\0';
	copy(process.name, sizeof(process.name), program_invocation_short_name);
	if (uname(&u) == 0)
		copy(process.host, sizeof(process.host), u.nodename);
	process.started_ns = clock_ns(CLOCK_REALTIME);
	process.kin.since = clock_ns(CLOCK_BOOTTIME) / STAT_TICK_NS;
	process.kin.leaves = relatives_leaves;
	survivor_map();
	relatives_start();
	process.pid = (int32_t)raw_getpid();
	process.born = 1;
}

/* Asked once, and again by whoever is the child of a fork. */
int32_t process_thread(void)
{
	static __thread uint32_t born;
	static __thread int32_t tid;

	if (UNLIKELY(born !=
		     __atomic_load_n(&process.born, __ATOMIC_RELAXED))) {
		/* A vfork child has its parent's memory, this too. */
		if (!process_is_ours())
			return (int32_t)raw_gettid();
		tid = (int32_t)raw_gettid();
		born = process.born;
	}
	return tid;
}

void process_forks_now(void)
{
	__atomic_fetch_add(&process.forks, 1, __ATOMIC_RELAXED);
}

/* After too many generations anybody may be one of them. */
static void elder_add(struct rst_kin *kin, int32_t pid)
{
	int i = 0;

	while (i < RST_ELDERS_MAX && kin->elders[i])
		i++;
	if (i < RST_ELDERS_MAX)
		kin->elders[i] = pid;
	else
		kin->since = 0;
}

void process_reborn(int32_t pid)
{
	elder_add(&process.kin, process.pid);
	relatives_reborn(pid);
	__atomic_store_n(process_survives, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&process.pid, pid, __ATOMIC_RELAXED);
	__atomic_fetch_add(&process.born, 1, __ATOMIC_RELAXED);
	process.started_ns = clock_ns(CLOCK_REALTIME);
	process_forks_now();
	/* Who is forked off as number 1 is the first in a new namespace. */
	if (pid == 1)
		process.outside = process_forks();
}
