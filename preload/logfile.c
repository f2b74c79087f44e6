/* SPDX-License-Identifier: MIT */
/* logfile.c - opens, keeps and reopens the log. */
#include "logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rstwatch/logpath.h"

#include "config.h"
#include "file.h"
#include "number.h"
#include "process.h"
#include "raw.h"
#include "stderr.h"

/*
 * Shared by all threads, without a lock. Whoever changes fd from NONE to
 * KEEPING may write the identity, and then shows both with the number.
 */
enum { NONE = -1, KEEPING = -2 };

static struct {
	int fd;
	struct file id;
	bool is_cut; /* the last line is not whole */
} log_file = {.fd = NONE};

/* Another number for fd, out of the program's way; negative if none is. */
static int number_high(int fd, bool is_alone)
{
	struct rlimit limit = {0};
	int high = -1;

	if (raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) != 0)
		return -1;
	if (is_alone)
		high = number_above(fd, &limit);
	if (high >= 0 || limit.rlim_cur < NUMBER_TIGHT)
		return high;
	if (limit.rlim_cur > NUMBER_COMMON)
		limit.rlim_cur = NUMBER_COMMON;
	return raw_fcntl(fd, F_DUPFD_CLOEXEC,
			 (long)(limit.rlim_cur - NUMBER_SPARE));
}

/* The log's path, NUL at the end; its descriptor or -errno. */
static int path_open(char *path, size_t size)
{
	/* Not through a link that somebody else may have put there, and not
	 * blocked by a pipe without a reader. */
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
			  O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
	const struct rst_log_names names = {process.pid, process.name,
					    process.host,
					    process.started_ns / 1000000000u};
	struct rst_text t = rst_text_on(path, size - 1);

	rst_log_path(&t, config.log, &names);
	path[t.len] = '\0';
	return t.cut ? -ENAMETOOLONG : raw_openat(AT_FDCWD, path, flags, 0600);
}

int logfile_number(void)
{
	int fd = __atomic_load_n(&log_file.fd, __ATOMIC_ACQUIRE);

	return fd >= 0 ? fd : -1;
}

/* True if fd, which is the number that we keep, still is the log. */
static bool is_log(int fd, struct file *now)
{
	return file_of(fd, now) && file_is(now, &log_file.id);
}

bool logfile_owns(int fd)
{
	struct file now;

	return fd >= 0 && fd == logfile_number() && is_log(fd, &now);
}

/*
 * Keeps fd under a high number, which is returned, and closes the low one.
 * Where that can't be, fd stays as it is and is not kept: then each record
 * opens the log anew.
 */
static int keep(int fd, bool *is_kept, bool is_alone)
{
	struct file id;
	int none = NONE;
	int high;

	*is_kept = false;
	if (!file_of(fd, &id) ||
	    !__atomic_compare_exchange_n(&log_file.fd, &none, KEEPING, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return fd;
	high = number_high(fd, is_alone);
	if (high >= 0) {
		raw_close(fd);
		log_file.id = id;
	}
	__atomic_store_n(&log_file.fd, high >= 0 ? high : NONE,
			 __ATOMIC_RELEASE);
	*is_kept = high >= 0;
	return high >= 0 ? high : fd;
}

int logfile_open(char *path, size_t size, bool is_alone)
{
	int fd = path_open(path, size);
	int old = logfile_number();
	struct file now;
	bool is_kept;

	if (fd < 0)
		return fd;
	if (logfile_owns(old)) {
		bool is_same = is_log(fd, &now);

		raw_close(is_same ? fd : old);
		if (is_same)
			return 0;
	}
	__atomic_store_n(&log_file.fd, NONE, __ATOMIC_RELAXED);
	fd = keep(fd, &is_kept, is_alone);
	if (!is_kept)
		raw_close(fd);
	return 0;
}

/* What a line is about to be written to. */
struct target {
	int fd;
	bool is_kept;
	struct file before;
};

static bool target_find(struct target *t)
{
	char path[1024];

	t->fd = logfile_number();
	t->is_kept = t->fd >= 0 && is_log(t->fd, &t->before);
	if (t->is_kept)
		return true;
	/* The program closed it without passing through us. */
	if (t->fd >= 0)
		__atomic_compare_exchange_n(&log_file.fd, &t->fd, NONE, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	t->fd = path_open(path, sizeof(path));
	if (t->fd < 0)
		return false;
	t->fd = keep(t->fd, &t->is_kept, false);
	return file_of(t->fd, &t->before);
}

/*
 * On a full disk a line can end in the middle, and another process's next one
 * would be glued to it. It is taken back if nothing came before or behind it.
 */
static bool took_back(const struct target *t, long written)
{
	struct file now;

	return t->before.is_regular && file_of(t->fd, &now) &&
	       now.size == t->before.size + (uint64_t)written &&
	       raw_call(SYS_ftruncate, t->fd, t->before.size) == 0;
}

static bool line_write(const struct target *t, const char *line, size_t len)
{
	bool is_file = t->before.is_regular;
	long r;

	/* Another line must not be glued to half of one. */
	if (__atomic_load_n(&log_file.is_cut, __ATOMIC_RELAXED) &&
	    quiet_write(t->fd, "\n", 1, is_file) == 1)
		__atomic_store_n(&log_file.is_cut, false, __ATOMIC_RELAXED);
	r = quiet_write(t->fd, line, len, is_file);
	if (r > 0 && r < (long)len && !took_back(t, r))
		__atomic_store_n(&log_file.is_cut, true, __ATOMIC_RELAXED);
	return r == (long)len;
}

bool logfile_write(const char *line, size_t len)
{
	struct target t;
	bool is_whole = target_find(&t) && line_write(&t, line, len);

	if (t.fd >= 0 && !t.is_kept)
		raw_close(t.fd);
	return is_whole;
}

void logfile_yield(void)
{
	int old = logfile_number();
	int fd = number_high(old, false);

	/* The old number is closed by the dup2() that wants it. */
	if (!__atomic_compare_exchange_n(&log_file.fd, &old,
					 fd >= 0 ? fd : NONE, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED) &&
	    fd >= 0)
		raw_close(fd);
}

void logfile_close(void)
{
	int fd = __atomic_exchange_n(&log_file.fd, NONE, __ATOMIC_ACQ_REL);

	if (fd >= 0)
		raw_close(fd);
}
