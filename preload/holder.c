/* SPDX-License-Identifier: MIT */
/* holder.c - looks through /proc for other holders of a socket. */
#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "rstwatch/text.h"

#include "process.h"
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
	int fd, first;
	int links;   /* looked at so far */
	int32_t pid; /* whose descriptors are being looked at */
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

static void number_write(char *buf, size_t size, const char *prefix, int n,
			 const char *suffix)
{
	struct rst_text t = rst_text_on(buf, size - 1);

	rst_text_str(&t, prefix);
	rst_text_i64(&t, n);
	rst_text_str(&t, suffix);
	buf[t.len] = '\0';
}

static long link_look(struct search *s, int dir, int number)
{
	char name[16], link[40];
	long len;

	if (s->pid == process.pid && number >= s->first && number <= s->fd)
		return GO_ON;
	if (++s->links > LINKS_MAX)
		return RST_HOLDER_FEARED;
	number_write(name, sizeof(name), "", number, "");
	len = raw_call(SYS_readlinkat, dir, name, link, sizeof(link));
	if (len != (long)s->target_len || memcmp(link, s->target, (size_t)len))
		return GO_ON;
	return s->pid == process.pid ? RST_HOLDER_FD : RST_HOLDER_PROCESS;
}

/* The fourth field of /proc/PID/stat, behind the name in parentheses. */
static int parent_of(int dir, int pid)
{
	char path[32], buf[512];
	int ppid = 0;
	long fd, n;
	char *p;

	number_write(path, sizeof(path), "", pid, "/stat");
	fd = raw_openat(dir, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	n = raw_read(fd, buf, sizeof(buf) - 1);
	raw_close(fd);
	buf[n > 0 ? n : 0] = '\0';
	p = strrchr(buf, ')');
	if (p && strlen(p) > 4)
		for (p += 4; *p >= '0' && *p <= '9'; p++)
			ppid = ppid * 10 + (*p - '0');
	return ppid;
}

/* A descriptor spreads by fork: only relatives are to be feared. */
static bool is_relative(int dir, int pid)
{
	int our_parent = (int)raw_call(SYS_getppid);
	int parent = parent_of(dir, pid);

	return pid == our_parent || parent == process.pid ||
	       (parent == our_parent && parent > 1);
}

static long process_look(struct search *s, int dir, int pid)
{
	char path[32];
	long fds, r;

	number_write(path, sizeof(path), "", pid, "/fd");
	fds = raw_openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fds < 0)
		return fds == -EACCES && is_relative(dir, pid)
			       ? RST_HOLDER_FEARED
			       : GO_ON;
	s->pid = pid;
	r = each_entry((int)fds, s, link_look);
	raw_close(fds);
	return r < 0 ? GO_ON : r;
}

static enum rst_holder proc_look(struct search *s)
{
	long proc = raw_openat(AT_FDCWD, "/proc",
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long r;

	if (proc < 0)
		return RST_HOLDER_FEARED;
	r = each_entry((int)proc, s, process_look);
	raw_close(proc);
	return r < 0 ? RST_HOLDER_FEARED : (enum rst_holder)r;
}

/* A vfork child or one of a raw clone() may have it; fork() is counted. */
static bool has_children(void)
{
	return raw_call(SYS_waitid, P_ALL, 0, 0,
			WEXITED | WNOHANG | WNOWAIT | __WALL, 0) != -ECHILD;
}

enum rst_holder holder_find(int fd, const struct desc *d, int first,
			    int32_t *holder_pid)
{
	struct search s = {.fd = fd, .first = first};
	struct rst_text t = rst_text_on(s.target, sizeof(s.target));
	enum rst_holder holder;
	struct stat st;

	if (!desc_has(d, DESC_SHARED) &&
	    DESC_GET(d->forks) == process_forks() && !has_children())
		return RST_HOLDER_NONE;
	if (raw_fstat(fd, &st) != 0)
		return RST_HOLDER_FEARED;
	rst_text_str(&t, "socket:[");
	rst_text_u64(&t, st.st_ino);
	rst_text_str(&t, "]");
	s.target_len = t.len;
	holder = proc_look(&s);
	*holder_pid = s.pid;
	/* On its way through a UNIX socket nobody has it in a table. */
	if (holder == RST_HOLDER_NONE && desc_has(d, DESC_PASSED))
		return RST_HOLDER_FEARED;
	return holder;
}
