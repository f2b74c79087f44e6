/* SPDX-License-Identifier: MIT */
/* holders.c - looks through /proc for other holders of a socket. */
#include "rstwatch/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

#include "rstwatch/text.h"

#include "raw.h"

/* On a machine with more open files than this, who holds it stays unknown. */
enum { LINKS_MAX = 20000, DIR_BUF = 1024 };

struct kernel_dirent { /* getdents64(2) */
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

struct search {
	char target[32]; /* "socket:[INODE]" */
	size_t target_len;
	int32_t subject;   /* the process that is about to close it */
	int first, last;   /* these descriptors */
	int32_t us;	   /* whose duplicate, made to ask, doesn't count */
	int links;	   /* looked at so far */
	int32_t looked_at; /* whose descriptors are being looked at */
};

/* What each_entry()'s function returns to go on. */
enum { GO_ON = 0 };

/*
 * Calls each for every numeric name in directory dir until it returns
 * something else than GO_ON; that, or GO_ON, or -errno.
 */
static long each_entry(int dir, struct search *s,
		       long (*each)(struct search *, int dir, int number))
{
	char buf[DIR_BUF] __attribute__((aligned(8)));
	long n, r = GO_ON;

	while ((n = raw_call(SYS_getdents64, dir, buf, DIR_BUF)) > 0)
		for (long at = 0; at < n && r == GO_ON;) {
			struct kernel_dirent *e = (void *)(buf + at);
			int number = 0;
			const char *p = e->name;

			at += e->reclen;
			while (*p >= '0' && *p <= '9')
				number = number * 10 + (*p++ - '0');
			if (*p == '\0' && p > e->name)
				r = each(s, dir, number);
		}
	return r == GO_ON ? n : r;
}

static void number_write(char *buf, size_t size, int n, const char *suffix)
{
	struct rst_text t = rst_text_on(buf, size - 1);

	rst_text_i64(&t, n);
	rst_text_str(&t, suffix);
	buf[t.len] = '\0';
}

static long link_look(struct search *s, int dir, int number)
{
	char name[16], link[40];
	long len;

	if (s->looked_at == s->subject && number >= s->first &&
	    number <= s->last)
		return GO_ON;
	if (++s->links > LINKS_MAX)
		return RST_HOLDER_FEARED;
	number_write(name, sizeof(name), number, "");
	len = raw_call(SYS_readlinkat, dir, name, link, sizeof(link));
	if (len != (long)s->target_len || memcmp(link, s->target, (size_t)len))
		return GO_ON;
	return s->looked_at == s->subject ? RST_HOLDER_FD : RST_HOLDER_PROCESS;
}

/* The fourth field of /proc/PID/stat, behind the name in parentheses. */
static int parent_of(int dir, int pid)
{
	char path[32], buf[512];
	int ppid = 0;
	long fd, n;
	char *p;

	number_write(path, sizeof(path), pid, "/stat");
	fd = raw_openat(dir, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	n = raw_read((int)fd, buf, sizeof(buf) - 1);
	raw_close((int)fd);
	buf[n > 0 ? n : 0] = '\0';
	p = strrchr(buf, ')');
	if (p && strlen(p) > 4)
		for (p += 4; *p >= '0' && *p <= '9'; p++)
			ppid = ppid * 10 + (*p - '0');
	return ppid;
}

/* A descriptor spreads by fork: only relatives are to be feared. */
static bool is_relative(int dir, int pid, int subject)
{
	int our_parent = parent_of(dir, subject);
	int parent = parent_of(dir, pid);

	return pid == our_parent || parent == subject ||
	       (parent == our_parent && parent > 1);
}

static long process_look(struct search *s, int dir, int pid)
{
	char path[32];
	long fds, r;

	if (pid == s->us && pid != s->subject)
		return GO_ON;
	number_write(path, sizeof(path), pid, "/fd");
	fds = raw_openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fds < 0)
		return fds == -EACCES && is_relative(dir, pid, s->subject)
			       ? RST_HOLDER_FEARED
			       : GO_ON;
	s->looked_at = pid;
	r = each_entry((int)fds, s, link_look);
	raw_close((int)fds);
	return r < 0 ? GO_ON : r;
}

enum rst_holder rst_holders_find(int32_t pid, int first, int last,
				 uint64_t inode, bool is_alone,
				 int32_t *holder_pid)
{
	struct search s = {.subject = pid, .first = first, .last = last};
	struct rst_text t = rst_text_on(s.target, sizeof(s.target));
	long proc = raw_openat(AT_FDCWD, "/proc",
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long r;

	if (proc < 0)
		return RST_HOLDER_FEARED;
	rst_text_str(&t, "socket:[");
	rst_text_u64(&t, inode);
	rst_text_str(&t, "]");
	s.target_len = t.len;
	s.us = raw_getpid();
	r = is_alone ? process_look(&s, (int)proc, pid)
		     : each_entry((int)proc, &s, process_look);
	raw_close((int)proc);
	*holder_pid = s.looked_at;
	return r < 0 ? RST_HOLDER_FEARED : (enum rst_holder)r;
}
