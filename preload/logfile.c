/* SPDX-License-Identifier: MIT */
/* logfile.c - opens, keeps and reopens the log. */
#include "logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rstwatch/text.h"

#include "config.h"
#include "libc.h"
#include "process.h"
#include "raw.h"
#include "stderr.h"

static struct {
	int fd; /* number + 1, 0 where none is open */
	struct identity id;
	bool is_cut; /* the last line is not whole */
} log_file;

/*
 * High enough to be out of the way of programs that count upwards or close a
 * handful, low enough that the kernel needn't grow the table of descriptors.
 */
static int high_number(void)
{
	struct rlimit limit = {0};
	const rlim_t most = 1024, room = 8;

	raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit);
	if (limit.rlim_cur > most)
		limit.rlim_cur = most;
	return limit.rlim_cur > room ? (int)(limit.rlim_cur - room) : 0;
}

/* Takes fd out of the low numbers, which belong to the program. */
static int number_raise(int fd)
{
	int high = (int)raw_fcntl(fd, F_DUPFD_CLOEXEC, high_number());

	if (high < 0)
		return fd;
	raw_close(fd);
	return high;
}

static void path_expand(struct rst_text *t, const char *template)
{
	for (; *template; template ++) {
		if (*template != '%' || template[1] == '\0') {
			rst_text_char(t, *template);
			continue;
		}
		switch (*++template) {
		case 'p': rst_text_i64(t, process.pid); break;
		case 'e': rst_text_str(t, process.name); break;
		case 'h': rst_text_str(t, process.host); break;
		case 't':
			rst_text_u64(t, process.started_ns / 1000000000u);
			break;
		case '%': rst_text_char(t, '%'); break;
		default: rst_text_char(t, '%'); rst_text_char(t, *template);
		}
	}
}

static int path_open(const char *path)
{
	/* Not through a link that somebody else may have put there, and not
	 * blocked by a pipe without a reader. */
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
			  O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;

	return (int)raw_openat(AT_FDCWD, path, flags, 0600);
}

static bool still_ours(void)
{
	struct identity now;

	return log_file.fd > 0 && identity_of(log_file.fd - 1, &now) &&
	       identity_is(&now, &log_file.id);
}

int logfile_open(char *path, size_t size)
{
	struct rst_text t = rst_text_on(path, size - 1);
	struct identity id;
	int fd;

	path_expand(&t, config.log);
	path[t.len] = '\0';
	if (t.cut)
		return -ENAMETOOLONG;
	fd = path_open(path);
	if (fd < 0)
		return fd;
	if (!identity_of(fd, &id)) {
		raw_close(fd);
		return -EBADF;
	}
	if (still_ours()) {
		bool is_same = identity_is(&id, &log_file.id);

		raw_close(is_same ? fd : log_file.fd - 1);
		if (is_same)
			return 0;
	}
	log_file.id = id;
	log_file.fd = number_raise(fd) + 1;
	return 0;
}

/* The program closed it without passing through us, or chdir()ed. */
static bool reopened(void)
{
	char path[1024];

	log_file.fd = 0;
	return logfile_open(path, sizeof(path)) == 0;
}

bool logfile_write(const char *line, size_t len)
{
	long r;

	if (!still_ours() && !reopened())
		return false;
	/* Another line must not be glued to half of one. */
	if (log_file.is_cut && quiet_write(log_file.fd - 1, "\n", 1) == 1)
		log_file.is_cut = false;
	r = quiet_write(log_file.fd - 1, line, len);
	if (r > 0 && r < (long)len)
		log_file.is_cut = true;
	return r == (long)len;
}

bool logfile_owns(int fd)
{
	return log_file.fd > 0 && fd == log_file.fd - 1 && still_ours();
}

void logfile_yield(void)
{
	int fd =
		(int)raw_fcntl(log_file.fd - 1, F_DUPFD_CLOEXEC, high_number());

	if (fd >= 0 && log_file.fd > 0) {
		raw_close(log_file.fd - 1);
		log_file.fd = fd + 1;
	}
}
