/* SPDX-License-Identifier: MIT */
/* holders.c - looks through /proc for other holders of a socket. */
#include "rstwatch/holders.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

#include "rstwatch/text.h"

#include "procfs.h"
#include "raw.h"
#include "temporary.h"

/*
 * The caller waits meanwhile: on a machine with more open files than can be
 * looked at in this time, who holds it stays unknown.
 */
enum { LOOK_NS_MAX = 10 * 1000 * 1000, LINKS_A_TIME = 256 };

struct search {
	char target[32]; /* "socket:[INODE]" */
	size_t target_len;
	uint64_t inode;
	int32_t subject;   /* the process that is about to close it */
	int first, last;   /* these descriptors */
	int32_t us;	   /* whose duplicate, made to ask, doesn't count */
	int32_t closer;	   /* subject, or the thread of it that asks */
	bool is_exec;	   /* of these those that are close-on-exec */
	uint64_t end_ns;   /* of the time for it */
	int32_t looked_at; /* whose descriptors are being looked at */
	int32_t parent;	   /* of subject: looked at already, 0 if not */
	int32_t holder;
	unsigned links;		   /* looked at */
	unsigned entries;	   /* of the table that is being looked at */
	const struct rst_kin *kin; /* NULL: anybody may have it */
};

/* The call that is about to be made closes it, too. */
static bool is_closed_as_well(const struct search *s, int number)
{
	return s->looked_at == s->subject && number >= s->first &&
	       number <= s->last &&
	       (!s->is_exec || number == s->last ||
		raw_fcntl(number, F_GETFD, 0) == FD_CLOEXEC);
}

static bool is_leaving(const struct search *s)
{
	return s->looked_at != s->subject && s->kin && s->kin->leaves &&
	       s->kin->leaves(s->looked_at, s->inode);
}

/* Our own time: that others had the processor is no reason to give up. */
static uint64_t now_ns(void)
{
	struct timespec t = {0, 0};

	raw_call(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Asked now and then: one process alone may have a million. */
static bool takes_too_long(struct search *s)
{
	return ++s->links % LINKS_A_TIME == 0 && now_ns() > s->end_ns;
}

/*
 * The same inode is not yet the same file: a descriptor of O_PATH is another.
 * And who shares our table (CLONE_FILES) has what we have, no more. Where
 * kcmp() isn't to be had a holder is one.
 */
static bool is_none(const struct search *s, int number)
{
	return s->closer &&
	       (raw_call(SYS_kcmp, s->closer, s->looked_at, KCMP_FILE, s->last,
			 number) > 0 ||
		(s->looked_at != s->subject &&
		 raw_call(SYS_kcmp, s->closer, s->looked_at, KCMP_FILES) == 0));
}

static long link_look(void *arg, int dir, int number)
{
	struct search *s = arg;
	char name[16], link[40];
	bool is_own = s->looked_at == s->subject;
	long len;

	s->entries++;
	procfs_name(name, sizeof(name), number, "");
	len = raw_call(SYS_readlinkat, dir, name, link, sizeof(link));
	/* Without capabilities root itself may open what it may not read. */
	if (len == -EACCES)
		return len;
	if (len != (long)s->target_len ||
	    memcmp(link, s->target, (size_t)len) ||
	    is_closed_as_well(s, number) || is_leaving(s) || is_none(s, number))
		return !is_own && takes_too_long(s) ? RST_HOLDER_FEARED
						    : PROCFS_GO_ON;
	s->holder = is_own ? number : s->looked_at;
	return is_own ? RST_HOLDER_FD : RST_HOLDER_PROCESS;
}

enum { STAT_PPID = 4, STAT_STARTTIME = 22 }; /* proc(5) */

/* A field behind the name, which is in parentheses and the second; or 0. */
static uint64_t stat_field(int dir, int pid, int field)
{
	char path[32], buf[512];
	uint64_t value = 0;
	const char *p;

	procfs_name(path, sizeof(path), pid, "/stat");
	procfs_read(dir, path, buf, sizeof(buf));
	p = strrchr(buf, ')');
	for (int i = 2; p && i < field; i++)
		p = strchr(p + 1, ' ');
	for (; p && p[1] >= '0' && p[1] <= '9'; p++)
		value = value * 10 + (uint64_t)(p[1] - '0');
	return value;
}

static int parent_of(int dir, int pid)
{
	return (int)stat_field(dir, pid, STAT_PPID);
}

static bool is_kin(const struct search *s, int dir, int pid)
{
	if (!s->kin || s->kin->since == 0)
		return true;
	for (int i = 0; i < RST_ELDERS_MAX && s->kin->elders[i]; i++)
		if (s->kin->elders[i] == pid)
			return true;
	return stat_field(dir, pid, STAT_STARTTIME) >= s->kin->since;
}

/* A descriptor spreads by fork: only relatives are to be feared. */
static bool is_relative(int dir, int pid, int subject)
{
	int our_parent = parent_of(dir, subject);
	int parent = parent_of(dir, pid);

	return pid == our_parent || parent == subject ||
	       (parent == our_parent && parent > 1);
}

/* The directory is its effective user's, even where what is in it is root's. */
static uid_t user_of(int dir, int pid)
{
	struct stat st = {0};
	char path[16];
	int fd;

	procfs_name(path, sizeof(path), pid, "");
	fd = raw_openat(dir, path, O_PATH | O_CLOEXEC, 0);
	raw_fstat(fd, &st);
	raw_close(fd);
	return st.st_uid;
}

/* Of who can't be looked at, whether it may have it nevertheless. */
static bool is_feared(const struct search *s, int dir, int pid, long error)
{
	/* Of ourselves we know that we are there: it is /proc that is not. */
	if (pid == s->subject)
		return true;
	/* A parent is there, too: hidepid= hides it. */
	if (error == -ENOENT)
		return pid == s->parent && is_kin(s, dir, pid);
	return error == -EACCES &&
	       (is_relative(dir, pid, s->subject) ||
		(s->kin && user_of(dir, pid) == user_of(dir, s->subject)));
}

/* The table of a thread, by the number that it has in dir. */
static long table_look(struct search *s, int dir, int pid)
{
	char path[32];
	long fds, r;

	procfs_name(path, sizeof(path), pid, "/fd");
	r = fds = temporary_open(dir, path, O_DIRECTORY);
	if (fds >= 0) {
		r = procfs_each((int)fds, link_look, s);
		raw_close((int)fds);
	}
	if (r < 0)
		return is_feared(s, dir, pid, r) ? RST_HOLDER_FEARED
						 : PROCFS_GO_ON;
	return r;
}

static long thread_look(void *arg, int dir, int tid)
{
	struct search *s = arg;

	return tid == s->looked_at ? PROCFS_GO_ON : table_look(s, dir, tid);
}

/* The first thread may have ended, and then has none: others go on with it. */
static long process_look(struct search *s, int dir, int pid)
{
	char path[32];
	long tasks, r;

	s->looked_at = pid;
	s->entries = 0;
	r = table_look(s, dir, pid);
	if (r != PROCFS_GO_ON || s->entries > 0)
		return r;
	procfs_name(path, sizeof(path), pid, "/task");
	tasks = temporary_open(dir, path, O_DIRECTORY);
	if (tasks < 0)
		return PROCFS_GO_ON;
	r = procfs_each((int)tasks, thread_look, s);
	raw_close((int)tasks);
	return r < 0 ? PROCFS_GO_ON : r;
}

static long other_look(void *arg, int dir, int pid)
{
	struct search *s = arg;

	if (pid == s->us || pid == s->subject || pid == s->parent)
		return PROCFS_GO_ON;
	if (now_ns() > s->end_ns)
		return RST_HOLDER_FEARED;
	return is_kin(s, dir, pid) ? process_look(s, dir, pid) : PROCFS_GO_ON;
}

/* The number that ends at p, in a list of numbers. */
static int number_before(const char *list, const char **p)
{
	int number = 0;

	for (int ten = 1; *p > list && (*p)[-1] >= '0' && (*p)[-1] <= '9';
	     ten *= 10)
		number += ten * (*--*p - '0');
	return number;
}

/*
 * Those that its main thread made, the last first: who forks and closes its own
 * descriptor has just made one.
 */
static long children_look(struct search *s, int proc)
{
	char path[48], list[4096];
	struct rst_text t = rst_text_on(path, sizeof(path) - 1);
	long len, r = PROCFS_GO_ON;

	rst_text_i64(&t, s->subject);
	rst_text_str(&t, "/task/");
	rst_text_i64(&t, s->subject);
	rst_text_str(&t, "/children");
	path[t.len] = '\0';
	len = procfs_read(proc, path, list, sizeof(list));
	for (const char *p = list + (len > 0 ? len : 0);
	     p > list && r == PROCFS_GO_ON;) {
		int pid = number_before(list, &p);

		if (pid > 0)
			r = other_look(s, proc, pid);
		else
			p--;
	}
	return r;
}

/* The likeliest first; 1, init, adopts and holds nothing of anybody's. */
static long all_look(struct search *s, int proc)
{
	long r = process_look(s, proc, s->subject);
	int parent;

	if (r != PROCFS_GO_ON)
		return r;
	r = children_look(s, proc);
	if (r != PROCFS_GO_ON)
		return r;
	parent = parent_of(proc, s->subject);
	if (parent > 1 && parent != s->us) {
		s->parent = parent;
		r = process_look(s, proc, parent);
	}
	return r == PROCFS_GO_ON ? procfs_each(proc, other_look, s) : r;
}

/* Our own number there, where /proc may be another namespace's; or 0. */
static int32_t own_number(int proc)
{
	char link[16] = "";
	long len = raw_call(SYS_readlinkat, proc, "self", link, sizeof(link));
	const char *end = link + (len > 0 ? len : 0);

	return number_before(link, &end);
}

/* Numbers that getpid() gave mean nothing in another namespace. */
static void own_begin(struct search *s, int proc)
{
	int32_t number = own_number(proc);

	s->closer = number == s->subject ? raw_gettid() : 0;
	if (!s->closer && s->kin && s->kin->elders[0])
		s->kin = NULL;
	s->us = s->subject = number;
}

static long search_run(struct search *s, int proc, unsigned how)
{
	s->us = raw_getpid();
	s->closer = s->subject;
	if (s->us == s->subject)
		own_begin(s, proc);
	if (s->subject == 0)
		return RST_HOLDER_FEARED;
	return how & RST_HOLDERS_ALONE ? process_look(s, proc, s->subject)
				       : all_look(s, proc);
}

enum rst_holder rst_holders_find(int32_t pid, int first, int last,
				 uint64_t inode, unsigned how,
				 const struct rst_kin *kin, int32_t *holder)
{
	struct search s = {.subject = pid,
			   .first = first,
			   .last = last,
			   .kin = kin,
			   .inode = inode};
	struct rst_text t = rst_text_on(s.target, sizeof(s.target));
	long proc = temporary_open(AT_FDCWD, "/proc", O_DIRECTORY);
	long r;

	if (proc < 0)
		return RST_HOLDER_FEARED;
	rst_text_str(&t, "socket:[");
	rst_text_u64(&t, inode);
	rst_text_str(&t, "]");
	s.target_len = t.len;
	s.end_ns = now_ns() + LOOK_NS_MAX;
	s.is_exec = how & RST_HOLDERS_EXEC;
	r = search_run(&s, (int)proc, how);
	raw_close((int)proc);
	*holder = s.holder;
	return r < 0 ? RST_HOLDER_FEARED : (enum rst_holder)r;
}
