/* SPDX-License-Identifier: MIT */
/* standby.c - keeps supervised programs alive if the supervisor can't. */
#include "standby.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"

void standby_continue(int listener, unsigned long long id)
{
	struct seccomp_notif_resp answer = {
		.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	while (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0 &&
	       errno == EINTR)
		;
}

enum { LISTENER, CHILD, PLACES };

struct watch {
	struct pollfd p[PLACES];
	pid_t supervisor;
	const union notification *taken;
	bool is_ours; /* the calls are ours to answer */
};

/* Nobody is looked at: every call goes on. */
static void answer(int listener)
{
	union notification taken;

	memset(&taken, 0, sizeof(taken));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &taken) == 0)
		standby_continue(listener, taken.n.id);
}

/* True once the supervisor is dead. */
static bool supervisor_look(struct watch *w)
{
	struct signalfd_siginfo s;
	bool is_over = false;
	int status;

	if (read(w->p[CHILD].fd, &s, sizeof(s)) < 0)
		return false;
	while (waitpid(w->supervisor, &status,
		       WNOHANG | WUNTRACED | WCONTINUED) > 0) {
		is_over = WIFEXITED(status) || WIFSIGNALED(status);
		w->is_ours = is_over || WIFSTOPPED(status);
		if (w->is_ours)
			standby_continue(w->p[LISTENER].fd, w->taken->n.id);
	}
	return is_over;
}

/* Polled only when it matters: being in its queue costs every call 0.1 us. */
static void serve(struct watch *w)
{
	bool is_over = false;

	for (;;) {
		poll(w->is_ours ? w->p : w->p + CHILD, w->is_ours ? PLACES : 1,
		     -1);
		if (w->is_ours && w->p[LISTENER].revents & POLLIN)
			answer(w->p[LISTENER].fd);
		else if (is_over && w->p[LISTENER].revents)
			return;
		if (!is_over)
			is_over = supervisor_look(w);
		if (is_over && w->p[LISTENER].fd < 0)
			return;
	}
}

void standby_hand(int socket, int listener)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	char byte = 0;
	struct iovec part = {&byte, 1};
	const struct msghdr m = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.head), &listener, sizeof(listener));
	/* Without a standby the supervisor is alone, and still of use. */
	if (sendmsg(socket, &m, MSG_NOSIGNAL) < 0)
		return;
}

/* -1 where there is none: the command could not be watched. */
static int receive(int socket)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	int listener = -1;

	if (recvmsg(socket, &m, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&listener, CMSG_DATA(CMSG_FIRSTHDR(&m)),
		       sizeof(listener));
	return listener;
}

_Noreturn void standby(pid_t supervisor, int hand,
		       const union notification *taken)
{
	struct watch w = {.supervisor = supervisor, .taken = taken};
	sigset_t set;

	setsid();
	launch_close_others(&hand, 1);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	w.p[CHILD].fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	w.p[CHILD].events = w.p[LISTENER].events = POLLIN;
	w.p[LISTENER].fd = receive(hand);
	serve(&w);
	_exit(0);
}
