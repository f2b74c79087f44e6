/* SPDX-License-Identifier: MIT */
/* job.c - stands between the shell and the command without being noticed. */
#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hidden.h"
#include "proc_stat.h"
#include "supervise.h"

/* linux/pidfd.h of Linux 6.15: how a process ended, without being its parent.
 */
struct exit_info {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t ids[11];
	int32_t exit_code;
};
enum { EXIT_INFO_EXIT = 1 << 3 };
#define PIDFD_GET_INFO _IOWR(0xFF, 11, struct exit_info)

int job_begin(struct job *j, struct launch *l)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t set;

	j->events = j->pidfd = -1;
	sigemptyset(&j->early);
	sigfillset(&set);
	/* Those are our own mistakes, and must end us. */
	for (const int *s = (const int[]){SIGSEGV, SIGBUS, SIGILL, SIGFPE,
					  SIGTRAP, SIGSYS, SIGABRT, 0};
	     *s; s++)
		sigdelset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, &l->mask);
	/* An ignored SIGCHLD would keep wait(2) from us. */
	sigaction(SIGCHLD, &standard, &l->chld);
	j->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (j->signals < 0)
		return -errno;
	canary_start(&j->canary);
	return 0;
}

void job_end(struct job *j, const struct launch *l)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	struct signalfd_siginfo late;

	/* Meant for the command, which is no more. */
	while (read(j->signals, &late, sizeof(late)) > 0)
		;
	close(j->signals);
	canary_end(&j->canary);
	sigaction(SIGPIPE, &ignored, NULL);
	sigprocmask(SIG_SETMASK, &l->mask, NULL);
}

/*
 * The command is there now. What came before, from the terminal too, came too
 * early for it; it has all signals blocked until it is itself, so that what
 * reached it as well is taken once.
 */
static void command_is(struct job *j, pid_t pid)
{
	j->pid = pid;
	j->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	for (int s = 1; s < NSIG; s++)
		if (sigismember(&j->early, s) == 1)
			kill(pid, s);
}

/* What we did ourselves, by writing what nobody reads. */
static bool is_our_own(const struct signalfd_siginfo *s)
{
	return (pid_t)s->ssi_pid == getpid();
}

static void remember_early(struct job *j, const struct signalfd_siginfo *s)
{
	if (s->ssi_signo != SIGCHLD && !is_our_own(s))
		sigaddset(&j->early, (int)s->ssi_signo);
}

int job_start(struct job *j, const struct launch *l)
{
	struct signalfd_siginfo s;
	pid_t pid;

	while (read(j->signals, &s, sizeof(s)) > 0)
		remember_early(j, &s);
	pid = fork();
	if (pid == 0)
		launch_exec(l);
	if (pid < 0)
		return -errno;
	command_is(j, pid);
	return 0;
}

void job_adopt(struct job *j, int events)
{
	j->events = events;
}

/* 'S' for asleep..., 0 where there is no such process. */
static char state_of(pid_t pid, pid_t *parent)
{
	char line[PROC_STAT_MAX];
	const char *fields = proc_stat_read(pid, line);
	char state = 0;
	int ppid = 0;

	if (fields && sscanf(fields, "%c %d", &state, &ppid) == 2)
		*parent = ppid;
	return state;
}

static bool is_below(pid_t pid, pid_t ancestor)
{
	while (pid > 1 && pid != ancestor)
		if (!state_of(pid, &pid))
			return false;
	return pid == ancestor;
}

/* What the terminal sends, it sends to the whole foreground: the command too.
 */
static bool is_from_terminal(const struct signalfd_siginfo *s)
{
	switch (s->ssi_signo) {
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGHUP:
	case SIGCONT:
	case SIGWINCH: return s->ssi_code == SI_KERNEL;
	default: return false;
	}
}

/* sigqueue(3): with its value, and from whom. */
static void send_on(const struct job *j, const struct signalfd_siginfo *s)
{
	siginfo_t info = {.si_signo = (int)s->ssi_signo, .si_code = SI_QUEUE};

	if (s->ssi_code != SI_QUEUE) {
		kill(j->pid, (int)s->ssi_signo);
		return;
	}
	info.si_pid = (pid_t)s->ssi_pid;
	info.si_uid = s->ssi_uid;
	info.si_value.sival_ptr = (void *)(uintptr_t)s->ssi_ptr;
	syscall(SYS_rt_sigqueueinfo, j->pid, s->ssi_signo, &info);
}

static void pass_on(struct job *j, const struct signalfd_siginfo *s)
{
	pid_t parent;

	if (j->pid == 0) {
		remember_early(j, s);
		return;
	}
	if (s->ssi_signo == SIGCHLD || is_from_terminal(s) || is_our_own(s))
		return;
	if (canary_had(&j->canary, (int)s->ssi_signo))
		return;
	/* kill(0, ...) by the command reaches us as one of its group. */
	if (s->ssi_code <= 0 && is_below((pid_t)s->ssi_pid, j->pid))
		return;
	if (s->ssi_signo == SIGCONT && state_of(j->pid, &parent) != 'T')
		return;
	send_on(j, s);
}

/*
 * The shell sees us, not the command: we stop as it does, by the same signal,
 * so that the shell takes the terminal back, and wake it if it isn't awake
 * when we are.
 */
static void stop_too(struct job *j, int signal)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	struct signalfd_siginfo pending;
	struct sigaction before;
	pid_t parent;
	sigset_t set;

	/* The terminal may have stopped us as well: once is enough. */
	while (read(j->signals, &pending, sizeof(pending)) > 0)
		pass_on(j, &pending);
	/* So may a SIGSTOP to all of us, and by now all go on again. */
	if (state_of(j->pid, &parent) != 'T')
		return;
	sigemptyset(&set);
	sigaddset(&set, signal);
	if (signal != SIGSTOP)
		sigaction(signal, &standard, &before);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (signal != SIGSTOP)
		sigaction(signal, &before, NULL);
	if (state_of(j->pid, &parent) == 'T')
		kill(j->pid, SIGCONT);
}

/* True when the command is over. */
static bool take_status(struct job *j, int status)
{
	if (WIFSTOPPED(status))
		stop_too(j, WSTOPSIG(status));
	else if (!WIFCONTINUED(status))
		j->status = status;
	return WIFEXITED(status) || WIFSIGNALED(status);
}

static bool wait_child(struct job *j)
{
	int status;

	while (waitpid(j->pid, &status, WNOHANG | WUNTRACED) > 0)
		if (take_status(j, status))
			return true;
	return false;
}

/* The last field of /proc/PID/stat, told while it is a zombie. */
static bool zombie_status(pid_t pid, int *status)
{
	char line[PROC_STAT_MAX];
	const char *fields = proc_stat_read(pid, line);

	return fields && *fields == 'Z' &&
	       sscanf(strrchr(fields, ' '), "%d", status) == 1;
}

/* Once its parent knows, the kernel tells all who hold a pidfd. */
static bool reaped_status(int pidfd, int *status)
{
	struct exit_info info = {.mask = EXIT_INFO_EXIT};

	if (ioctl(pidfd, PIDFD_GET_INFO, &info) != 0 ||
	    !(info.mask & EXIT_INFO_EXIT))
		return false;
	*status = info.exit_code;
	return true;
}

/* The supervisor is dead: the command is init's child now. */
static bool supervisor_gone(struct job *j)
{
	struct pollfd over = {.fd = j->pidfd, .events = POLLIN};
	struct pollfd reaped = {.fd = j->pidfd, .events = 0};
	const int reaped_ms = 1000;

	close(j->events);
	j->events = -1;
	j->is_abandoned = j->is_status_lost = true;
	if (j->pidfd < 0)
		return true;
	while (poll(&over, 1, -1) < 0)
		;
	if (!zombie_status(j->pid, &j->status)) {
		poll(&reaped, 1, reaped_ms);
		j->is_status_lost = !reaped_status(j->pidfd, &j->status);
	} else {
		j->is_status_lost = false;
	}
	return true;
}

static bool take_event(struct job *j)
{
	struct supervise_event e;

	if (read(j->events, &e, sizeof(e)) != sizeof(e))
		return supervisor_gone(j);
	switch (e.kind) {
	case SUPERVISE_STARTED: command_is(j, e.value); return false;
	case SUPERVISE_REFUSED: j->refused = e.value; return false;
	case SUPERVISE_STATUS: return take_status(j, e.value);
	case SUPERVISE_HIDDEN: hidden_note(e.text); return false;
	}
	return false;
}

void job_wait(struct job *j)
{
	struct pollfd p[] = {{.fd = j->signals, .events = POLLIN},
			     {.fd = j->events, .events = POLLIN}};
	struct signalfd_siginfo s;
	bool is_over = false;

	while (!is_over) {
		if (poll(p, 2, -1) < 0)
			continue;
		while (read(j->signals, &s, sizeof(s)) == sizeof(s))
			pass_on(j, &s);
		if (j->events < 0)
			is_over = wait_child(j);
		else if (p[1].revents)
			is_over = take_event(j);
	}
}
