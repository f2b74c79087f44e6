/* SPDX-License-Identifier: MIT */
/* supervise_serve.c - the supervisor at work: answers calls, sees ends. */
#include "supervise_serve.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "known.h"
#include "supervise_calls.h"
#include "supervise_log.h"
#include "supervise_stack.h"

/*
 * Two threads. One does nothing but answer: it waits in the kernel for the
 * next call, without poll(2) before it, for each switch less is felt in every
 * call of the program. The other sees to all that is rare. What both use, the
 * table of processes and the log, is behind one lock.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What epoll's data says, below any pid's: pids are positive. */
enum { FROM_LISTENER = 0, FROM_SIGNALS = -1, FROM_RUN = -2 };

static const struct serving *self;
static int rare;
static pid_t run; /* 0 once it has ended */

static void event_send(int events, const struct supervise_event *e)
{
	/* Nobody is hurt if nobody reads it: SIGPIPE is blocked. */
	if (write(events, e, sizeof(*e)) != sizeof(*e))
		return;
}

void supervise_tell(int events, enum supervise_event_kind kind, int value)
{
	event_send(events,
		   &(struct supervise_event){.kind = kind, .value = value});
}

/* Once a process, and only of what is watched. */
static void on_hidden(struct target *t)
{
	struct supervise_event e = {.kind = SUPERVISE_HIDDEN};
	static int count;

	if (t->is_hidden_told || !t->is_started ||
	    count == SUPERVISE_HIDDEN_MAX)
		return;
	t->is_hidden_told = true;
	count++;
	snprintf(e.text, sizeof(e.text), "%s[%d] can't be looked at (%s)",
		 t->name, (int)t->pid,
		 target_is_dumpable(t) ? strerror(EPERM) : "not dumpable");
	event_send(self->events, &e);
}

static bool is_valid(const struct seccomp_notif *n)
{
	return ioctl(self->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &n->id) == 0;
}

/* linux/sched/types.h, which newer C libraries have in sched.h. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

/*
 * Until a call is taken a signal may cut it short, with EINTR where its handler
 * is without SA_RESTART (seccomp_do_user_notification()): so soon. Who asks for
 * a short slice (Linux 6.12) runs before those with a long one, without any
 * privilege; a priority is only root's.
 */
static void hurry(void)
{
	const uint64_t shortest_ns = 100000; /* sched_setattr(2) */
	struct attributes a = {.size = sizeof(a), .runtime_ns = shortest_ns};

	setpriority(PRIO_PROCESS, (id_t)gettid(), -20);
	a.nice = getpriority(PRIO_PROCESS, (id_t)gettid());
	/* A realtime policy that the command was given is better still. */
	if (sched_getscheduler(0) == SCHED_OTHER)
		syscall(SYS_sched_setattr, 0, &a, 0);
}

static void *answer_all(void *arg)
{
	union notification *taken = self->taken;

	(void)arg;
	hurry();
	for (;;) {
		memset(taken, 0, sizeof(*taken));
		if (ioctl(self->listener, SECCOMP_IOCTL_NOTIF_RECV, taken) !=
		    0) {
			/* A thread was killed while it waited; or none is
			 * left, then the other thread ends us. */
			sched_yield();
			continue;
		}
		pthread_mutex_lock(&lock);
		if (supervise_log_shows(RST_WARN))
			supervise_call(&taken->n, is_valid);
		pthread_mutex_unlock(&lock);
		standby_continue(self->listener, taken->n.id);
	}
	return NULL;
}

static void listen_to(int fd, int who, unsigned events)
{
	struct epoll_event e = {.events = events};

	e.data.u64 = (uint64_t)(int64_t)who;
	epoll_ctl(rare, EPOLL_CTL_ADD, fd, &e);
}

static void on_new_target(struct target *t)
{
	listen_to(t->pidfd, t->pid, EPOLLIN);
}

static void target_over(pid_t pid)
{
	struct target *t = targets_find(pid);

	if (!t)
		return;
	supervise_log_ended(t);
	known_forget(t->pid);
	supervise_stack_forget(t);
	targets_forget(t);
}

static bool is_end(int status)
{
	return WIFEXITED(status) || WIFSIGNALED(status);
}

/*
 * What our parent would have learned by wait(2), were it the command's. True
 * if the command is over.
 */
static bool children_wait(void)
{
	struct signalfd_siginfo info;
	bool is_over = false;
	pid_t pid;
	int status;

	if (read(self->signals, &info, sizeof(info)) < 0)
		return false;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) >
	       0) {
		if (pid != self->command)
			continue;
		if (is_end(status)) {
			target_over(pid);
			is_over = true;
		}
		supervise_tell(self->events, SUPERVISE_STATUS, status);
		/* It may have stopped when the command had been told to go on,
		 * and was about to. */
		if (WIFCONTINUED(status) && run)
			kill(run, SIGCONT);
	}
	return is_over;
}

static void run_is_over(void)
{
	epoll_ctl(rare, EPOLL_CTL_DEL, self->alive, NULL);
	run = 0;
	if (self->is_log_temporary)
		supervise_log_stop();
}

struct left {
	bool command, listener;
};

static void handle(const struct epoll_event *e, struct left *left)
{
	int who = (int)(int64_t)e->data.u64;

	pthread_mutex_lock(&lock);
	if (who == FROM_LISTENER)
		left->listener = false; /* no process has the filter */
	else if (who == FROM_RUN)
		run_is_over();
	else if (who > 0)
		target_over(who);
	else if (children_wait())
		left->command = false;
	pthread_mutex_unlock(&lock);
}

_Noreturn void supervise_serve(const struct serving *s)
{
	struct left left = {.command = true, .listener = s->listener >= 0};
	struct epoll_event events[16];
	pthread_t answering;
	int n;

	self = s;
	run = s->run;
	rare = epoll_create1(EPOLL_CLOEXEC);
	targets_on_new = on_new_target;
	targets_on_hidden = on_hidden;
	listen_to(s->signals, FROM_SIGNALS, EPOLLIN);
	listen_to(s->alive, FROM_RUN, EPOLLIN);
	if (left.listener) {
		listen_to(s->listener, FROM_LISTENER, 0); /* EPOLLHUP */
		if (pthread_create(&answering, NULL, answer_all, NULL) != 0)
			_exit(125); /* the standby goes on */
	}
	while (left.listener || left.command) {
		n = epoll_wait(rare, events, 16, -1);
		for (int i = 0; i < n; i++)
			handle(&events[i], &left);
	}
	_exit(0);
}
