/* SPDX-License-Identifier: MIT */
/* target.c - which process a thread belongs to, and its descriptors. */
#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "executable.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

enum { BUCKETS = 1024, THREADS = 4096 };

static struct target *buckets[BUCKETS];
static unsigned long ever; /* processes that were seen */

/*
 * Which process a thread is of. A number is free for another one after exit(2)
 * or execve(2), which are seen, or when the process has ended; before a warning
 * is written target_has_thread() makes sure.
 */
static struct {
	pid_t tid, pid;
} threads[THREADS];

void (*targets_on_new)(struct target *t);
void (*targets_on_hidden)(struct target *t);

static struct target **bucket(pid_t pid)
{
	return &buckets[(unsigned)pid % BUCKETS];
}

struct target *targets_find(pid_t pid)
{
	struct target *t = *bucket(pid);

	while (t && t->pid != pid)
		t = t->next;
	return t;
}

void targets_forget(struct target *t)
{
	struct target **at = bucket(t->pid);

	target_threads_end(t);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	close(t->pidfd);
	free(t);
}

static ssize_t proc_read(pid_t pid, const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

static pid_t number_after(const char *key, const char *status)
{
	const char *line = strstr(status, key);

	return line ? (pid_t)atoi(line + strlen(key)) : 0;
}

static pid_t process_of(pid_t tid, pid_t *parent)
{
	char buf[1024];

	if (proc_read(tid, "status", buf, sizeof(buf)) <= 0)
		return 0;
	*parent = number_after("\nPPid:", buf);
	return number_after("\nTgid:", buf);
}

/* The kernel cuts what it takes from the path. */
static void comm_learn(pid_t pid, const char *executable,
		       char name[TARGET_NAME_MAX])
{
	enum { COMM_LEN = 15 };
	const char *file = executable_basename(executable);
	char comm[COMM_LEN + 2];

	proc_read(pid, "comm", comm, sizeof(comm));
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(name, TARGET_NAME_MAX, "%s",
		 strncmp(comm, file, COMM_LEN) == 0 ? file : comm);
}

/*
 * argv[0] as it is in memory: a zombie has none, and a title that was written
 * over it, "nginx: worker process", has spaces.
 */
static void argument_learn(pid_t pid, const char *executable,
			   char name[TARGET_NAME_MAX])
{
	char buf[PATH_MAX];

	if (proc_read(pid, "cmdline", buf, sizeof(buf)) <= 0 ||
	    strchr(buf, ' '))
		comm_learn(pid, executable, name);
	else
		snprintf(name, TARGET_NAME_MAX, "%s", executable_basename(buf));
}

static void executable_learn(pid_t pid, char executable[PATH_MAX])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	n = readlink(path, executable, PATH_MAX - 1);
	executable[n > 0 ? n : 0] = '\0';
}

/*
 * What the preload takes from argv[0] at the start, and keeps: by now a title
 * may stand there. So a process has the name that it was forked with, until an
 * execve() that has succeeded, which the file tells, or else the argument.
 */
void target_names(const struct target *t, char name[TARGET_NAME_MAX],
		  char executable[PATH_MAX])
{
	char argument[TARGET_NAME_MAX];
	bool is_same_file;

	executable_learn(t->pid, executable);
	argument_learn(t->pid, executable, argument);
	is_same_file = !executable[0] || strcmp(executable, t->executable) == 0;
	if (t->name[0] && is_same_file &&
	    (!t->next_name[0] || strcmp(argument, t->name) == 0))
		strcpy(name, t->name);
	else
		strcpy(name, t->next_name[0] ? t->next_name : argument);
}

/* The number may have been given to another process since. */
static bool is_over(const struct target *t)
{
	return syscall(SYS_pidfd_send_signal, t->pidfd, 0, NULL, 0) != 0 &&
	       errno == ESRCH;
}

/* Each execve() is seen: who makes its first call has its parent's name. */
static void name_inherit(struct target *t, pid_t pid)
{
	const struct target *parent = targets_find(pid);

	if (!parent || is_over(parent))
		return;
	strcpy(t->name, parent->name);
	strcpy(t->next_name, parent->next_name);
	strcpy(t->executable, parent->executable);
}

static struct target *target_new(pid_t pid, pid_t parent)
{
	struct target *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->pid = pid;
	t->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (t->pidfd < 0) {
		free(t);
		return NULL;
	}
	t->may_have_exec = true;
	name_inherit(t, parent);
	t->next = *bucket(pid);
	*bucket(pid) = t;
	ever++;
	targets_on_new(t);
	return t;
}

/* /proc/PID/task/TID/children; without it (CONFIG_PROC_CHILDREN) who knows. */
static bool has_children(pid_t pid)
{
	char path[64], file[300], buf[16];
	struct dirent *entry;
	bool is_found = false;
	ssize_t n;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	d = opendir(path);
	while (d && !is_found && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "task/%s/children", entry->d_name);
		n = proc_read(pid, file, buf, sizeof(buf));
		/* A thread may end while we look. */
		is_found = n > 0 || (n < 0 && errno != ENOENT) ||
			   (n < 0 && atoi(entry->d_name) == pid);
	}
	if (d)
		closedir(d);
	return is_found || !d;
}

bool target_is_alone(const struct target *t)
{
	return ever == 1 && !has_children(t->pid);
}

bool target_has_thread(const struct target *t, pid_t tid)
{
	return syscall(SYS_tgkill, t->pid, tid, 0) == 0 || errno != ESRCH;
}

void target_thread_ends(pid_t tid)
{
	threads[(unsigned)tid % THREADS].tid = 0;
}

void target_threads_end(const struct target *t)
{
	for (size_t i = 0; i < THREADS; i++)
		if (threads[i].pid == t->pid)
			threads[i].tid = 0;
}

struct target *targets_of_thread(pid_t tid)
{
	unsigned slot = (unsigned)tid % THREADS;
	struct target *t;
	pid_t pid, parent = 0;

	if (threads[slot].tid != tid) {
		pid = process_of(tid, &parent);
		if (pid <= 0)
			return NULL;
		threads[slot].tid = tid;
		threads[slot].pid = pid;
		t = targets_find(pid);
		if (t && is_over(t))
			targets_forget(t);
	}
	pid = threads[slot].pid;
	t = targets_find(pid);
	return t ? t : target_new(pid, parent);
}

static int duplicate(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

/* A first thread that has ended has no descriptors any more; another has. */
static int duplicate_of_thread(pid_t tid, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD);
	int copy;

	if (pidfd < 0)
		return -1;
	copy = duplicate(pidfd, fd);
	close(pidfd);
	return copy;
}

int target_duplicate(struct target *t, pid_t tid, int fd)
{
	int copy = duplicate(t->pidfd, fd);

	if (copy < 0 && errno == EBADF && tid != t->pid)
		return duplicate_of_thread(tid, fd);
	if (copy < 0 && errno == EPERM)
		targets_on_hidden(t);
	return copy;
}

/* proc(5): its directory is its own, what is in it is root's then. */
bool target_is_dumpable(const struct target *t)
{
	struct stat process, inside;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", (int)t->pid);
	if (stat(path, &process) != 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)t->pid);
	return stat(path, &inside) != 0 || process.st_uid == inside.st_uid;
}

/* Its flags, in octal, say so. */
bool target_is_cloexec(pid_t tid, int fd)
{
	char file[64], buf[256];
	const char *flags;

	snprintf(file, sizeof(file), "fdinfo/%d", fd);
	if (proc_read(tid, file, buf, sizeof(buf)) <= 0)
		return false;
	flags = strstr(buf, "flags:");
	return flags && strtoul(flags + 6, NULL, 8) & O_CLOEXEC;
}

bool target_read(pid_t tid, uint64_t address, void *to, size_t len)
{
	struct iovec local = {to, len};
	struct iovec remote = {(void *)(uintptr_t)address, len};

	return process_vm_readv(tid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}
