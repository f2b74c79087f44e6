/* SPDX-License-Identifier: MIT */
/* supervise_calls.c - from a system call that waits to the reset it causes. */
#include "supervise_calls.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rstwatch/probe.h"
#include "rstwatch/verdict.h"

#include "known.h"
#include "supervise_exec.h"
#include "supervise_filter.h"
#include "supervise_look.h"
#include "supervise_log.h"
#include "supervise_stack.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static int arg_fd(const struct waiting *w, int i)
{
	return (int)w->n->data.args[i];
}

static void call_close(const struct waiting *w)
{
	look_close(w, arg_fd(w, 0), arg_fd(w, 0));
}

/* dup2() on itself closes nothing, nor does one whose source isn't open. */
static void call_dup(const struct waiting *w)
{
	int source;

	if (arg_fd(w, 0) == arg_fd(w, 1))
		return;
	source = target_duplicate(w->t, w->tid, arg_fd(w, 0));
	if (source < 0)
		return;
	close(source);
	look_close(w, arg_fd(w, 1), arg_fd(w, 1));
}

static void call_shutdown(const struct waiting *w)
{
	look_shutdown(w, arg_fd(w, 0), (int)w->n->data.args[1]);
}

static void call_connect(const struct waiting *w)
{
	look_connect(w, arg_fd(w, 0), w->n->data.args[1],
		     (socklen_t)w->n->data.args[2]);
}

static int64_t bytes_written(const struct waiting *w)
{
	return (int64_t)w->n->data.args[2];
}

static void call_write(const struct waiting *w)
{
	look_send(w, arg_fd(w, 0), bytes_written);
}

static int64_t bytes_of_vector(const struct waiting *w, uint64_t at,
			       uint64_t count)
{
	struct iovec part;
	int64_t sum = 0;

	for (uint64_t i = 0; i < count && i < IOV_MAX; i++) {
		if (!target_read(w->tid, at + i * sizeof(part), &part,
				 sizeof(part)))
			return -1;
		sum += (int64_t)part.iov_len;
	}
	return sum;
}

static int64_t bytes_in_vector(const struct waiting *w)
{
	return bytes_of_vector(w, w->n->data.args[1], w->n->data.args[2]);
}

static void call_writev(const struct waiting *w)
{
	look_send(w, arg_fd(w, 0), bytes_in_vector);
}

static int64_t bytes_in_message(const struct waiting *w)
{
	struct msghdr m;

	if (!target_read(w->tid, w->n->data.args[1], &m, sizeof(m)))
		return -1;
	return bytes_of_vector(w, (uint64_t)(uintptr_t)m.msg_iov, m.msg_iovlen);
}

static void call_sendmsg(const struct waiting *w)
{
	look_send(w, arg_fd(w, 0), bytes_in_message);
}

/* The first message draws the reset, or one behind it if it is empty. */
static int64_t bytes_in_messages(const struct waiting *w)
{
	int64_t first = bytes_in_message(w);

	return first || w->n->data.args[2] < 2 ? first : -1;
}

static void call_sendmmsg(const struct waiting *w)
{
	look_send(w, arg_fd(w, 0), bytes_in_messages);
}

/* As many as the file has, which only the kernel counts. */
static int64_t bytes_unknown(const struct waiting *w)
{
	(void)w;
	return -1;
}

static void call_sendfile(const struct waiting *w)
{
	look_send(w, arg_fd(w, 0), bytes_unknown);
}

static void call_splice(const struct waiting *w)
{
	look_send(w, arg_fd(w, 2), bytes_unknown);
}

/* The filter lets only SUPERVISED_OPTIONS come here. */
static void call_setsockopt(const struct waiting *w)
{
	look_option_set(w, arg_fd(w, 0),
			(int)w->n->data.args[1] == SOL_SOCKET &&
				(int)w->n->data.args[2] == SO_LINGER);
}

static bool is_socket(const char *dir, const char *name)
{
	char path[350], link[16];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return readlink(path, link, sizeof(link)) > 8 &&
	       memcmp(link, "socket:[", 8) == 0;
}

/* Every socket among first..last is closed, lowest first. */
static void close_all(const struct waiting *w, unsigned first, unsigned last,
		      bool only_cloexec)
{
	struct dirent *entry;
	char dir[64];
	DIR *d;

	snprintf(dir, sizeof(dir), "/proc/%d/fd", (int)w->tid);
	d = opendir(dir);
	/* That of a thread that was killed meanwhile is root's. */
	if (!d && errno == EACCES && w->is_valid(w->n))
		targets_on_hidden(w->t);
	while (d && (entry = readdir(d))) {
		char *end;
		unsigned long fd = strtoul(entry->d_name, &end, 10);

		if (*end || end == entry->d_name || fd < first || fd > last)
			continue;
		if (is_socket(dir, entry->d_name) &&
		    (!only_cloexec || target_is_cloexec(w->tid, (int)fd)))
			look_close(w, (int)fd,
				   only_cloexec ? (int)fd : (int)first);
	}
	if (d)
		closedir(d);
}

static void call_close_range(const struct waiting *w)
{
	if (!(w->n->data.args[2] & CLOSE_RANGE_CLOEXEC))
		close_all(w, (unsigned)w->n->data.args[0],
			  (unsigned)w->n->data.args[1], false);
	known_closing_all(w->tid);
}

static void call_exit_group(const struct waiting *w)
{
	close_all(w, 0, UINT_MAX, false);
}

/* The last thread that leaves takes the descriptors with it. */
static void call_exit(const struct waiting *w)
{
	char path[64];
	struct dirent *entry;
	int threads = 0;
	DIR *d;

	target_thread_ends(w->tid);
	snprintf(path, sizeof(path), "/proc/%d/task", (int)w->t->pid);
	d = opendir(path);
	while (d && (entry = readdir(d)))
		threads += entry->d_name[0] != '.';
	if (d)
		closedir(d);
	if (threads == 1)
		call_exit_group(w);
}

/* What can't succeed closes nothing; of what may, nothing is certain. */
static void exec_closes(const struct waiting *w, enum rst_exec r)
{
	struct waiting closing = *w;

	if (r == RST_EXEC_UNSURE)
		closing.how = RST_CLOSE_PERHAPS;
	if (r >= RST_EXEC_UNSURE)
		close_all(&closing, 0, UINT_MAX, true);
}

static void call_execve(const struct waiting *w)
{
	enum rst_exec r = supervise_exec_look(w, w->t->next_name);

	if (w->t->is_started)
		exec_closes(w, r);
	known_closing_all(w->tid);
	target_threads_end(w->t);
	supervise_stack_forget(w->t);
	w->t->may_have_exec = true;
}

static const struct {
	int nr;
	const char *name;
	void (*look)(const struct waiting *w);
} calls[] = {
#define X(call, function) {SYS_##call, #call, function},
	SUPERVISED_CALLS(X)
#undef X
};

void supervise_call(const struct seccomp_notif *n,
		    bool (*is_valid)(const struct seccomp_notif *n))
{
	struct waiting w = {.n = n, .tid = (pid_t)n->pid, .is_valid = is_valid};

	known_goes_on(w.tid);
	w.t = targets_of_thread(w.tid);
	if (!w.t)
		return;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].nr == n->data.nr) {
			w.call = calls[i].name;
			if (calls[i].look != call_execve)
				supervise_log_seen(w.t);
			calls[i].look(&w);
			return;
		}
}
