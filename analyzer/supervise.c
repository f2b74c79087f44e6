/* SPDX-License-Identifier: MIT */
/* supervise.c - starts the command under a supervisor. */
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "executable.h"
#include "standby.h"
#include "supervise_filter.h"
#include "supervise_log.h"
#include "supervise_serve.h"

/*
 * How command and supervisor agree, by futex(2), which the filter lets pass:
 * each word is 0 until it is decided.
 */
struct handshake {
	int may_filter; /* 1 yes, -1 no */
	int listener;	/* the number + 1, or -errno */
	int may_exec;
	union notification taken;
};

static struct {
	struct handshake *page;
	struct filter filter;
	int filter_error;
	pid_t run;
	pid_t command;
	int listener;
} self = {.listener = -1};

static const int HANDSHAKE_S = 10;

static void word_set(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* 0 where the other side is dead or stuck. */
static int word_await(int *word)
{
	const struct timespec patience = {HANDSHAKE_S, 0};
	int value;

	while ((value = __atomic_load_n(word, __ATOMIC_ACQUIRE)) == 0)
		if (syscall(SYS_futex, word, FUTEX_WAIT, 0, &patience, NULL,
			    0) != 0 &&
		    errno == ETIMEDOUT)
			return 0;
	return value;
}

static _Noreturn void command(const struct launch *l)
{
	int r;

	/* With file capabilities we may not be looked at ourselves. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (word_await(&self.page->may_filter) > 0) {
		r = filter_install(&self.filter);
		word_set(&self.page->listener, r < 0 ? r : r + 1);
	}
	/* Without an answer nobody holds the listener: better not to begin. */
	if (word_await(&self.page->may_exec) == 0)
		_exit(125);
	launch_exec(l);
}

/*
 * Gets hold of the command's listener. What can't be had later must be tried
 * before the filter is there, because it can't be taken off again. 0 or
 * -errno.
 */
static int listener_get(int known_fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, self.command, 0);
	int copy, r;

	if (pidfd < 0)
		return -errno;
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, known_fd, 0);
	r = copy < 0 ? -errno : self.filter_error;
	if (copy >= 0)
		close(copy);
	word_set(&self.page->may_filter, r == 0 ? 1 : -1);
	if (r == 0) {
		r = word_await(&self.page->listener);
		if (r > 0) {
			self.listener =
				(int)syscall(SYS_pidfd_getfd, pidfd, r - 1, 0);
			r = self.listener < 0 ? -errno : 0;
		} else if (r == 0) {
			r = -ESRCH;
		}
	}
	close(pidfd);
	return r;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void files_allow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/*
 * Stays in the command's session: with sched_autogroup each switch between
 * two sessions costs 1 to 2 us, and there are two in every call. And in its
 * process group, because a parent in another one of the same session would
 * keep the command's from being orphaned (setpgid(2)).
 */
static _Noreturn void supervisor(const struct supervise *s, int alive,
				 int events, int standby)
{
	struct serving serving = {.is_log_temporary = s->is_log_temporary,
				  .alive = alive,
				  .events = events};
	int r;

	serving.signals = signals_open();
	self.filter_error = filter_build(&self.filter);
	self.command = fork();
	if (self.command == 0)
		command(&s->launch);
	launch_close_others((int[]){events, alive, s->launch.error_fd,
				    serving.signals, standby},
			    5);
	supervise_tell(events, SUPERVISE_STARTED, self.command);
	r = self.command < 0 ? -errno : listener_get(s->launch.error_fd);
	close(s->launch.error_fd);
	files_allow();
	if (r == 0) {
		filter_wake_here(self.listener);
		standby_hand(standby, self.listener);
		supervise_log_open(s->log, s->level, self.command,
				   executable_basename(s->launch.argv[0]));
	} else {
		supervise_tell(events, SUPERVISE_REFUSED, -r);
	}
	serving.run = self.run;
	serving.command = self.command;
	serving.listener = self.listener;
	serving.taken = &self.page->taken;
	word_set(&self.page->may_exec, 1);
	supervise_serve(&serving);
}

/* The supervisor, and over it the standby, which sees its end. */
static _Noreturn void both(const struct supervise *s, int alive, int events)
{
	int hand[2];
	pid_t pid;

	self.page = mmap(NULL, sizeof(*self.page), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (self.page == MAP_FAILED ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hand) != 0)
		_exit(125);
	pid = fork();
	if (pid == 0)
		supervisor(s, alive, events, hand[1]);
	if (pid < 0)
		_exit(125);
	standby(pid, hand[0], &self.page->taken);
}

int supervise_start(const struct supervise *s, int *alive)
{
	int events[2], life[2];
	pid_t pid;

	if (pipe2(events, O_CLOEXEC) != 0 || pipe2(life, O_CLOEXEC) != 0)
		return -errno;
	self.run = getpid();
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(events[0]);
		close(life[1]);
		both(s, life[0], events[1]);
	}
	close(events[1]);
	close(life[0]);
	*alive = life[1];
	return events[0];
}
