/* SPDX-License-Identifier: MIT */
/* play_holders.c - sockets that more than one descriptor or thread holds. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "play.h"

static struct end *other(struct end *e)
{
	return &e->play->end[e->side == SIDE_CLIENT ? SIDE_SERVER
						    : SIDE_CLIENT];
}

static struct end *some_end(struct play *p)
{
	return &p->end[dice_below(&p->dice, 2)];
}

/* Makes the next last close a reset, most of the time. */
static void arm(struct end *e)
{
	switch (dice_below(&e->play->dice, 4)) {
	case 0: step_linger(e, 1, 0); break;
	case 1: break;
	default: step_write(other(e)); break;
	}
}

union passing {
	struct cmsghdr header; /* for its alignment */
	char bytes[CMSG_SPACE(sizeof(int))];
};

static bool pass(int through, int fd)
{
	char x = 0;
	union passing c = {.bytes = {0}};
	struct iovec iov = {&x, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = c.bytes,
			   .msg_controllen = sizeof(c.bytes)};

	c.header.cmsg_level = SOL_SOCKET;
	c.header.cmsg_type = SCM_RIGHTS;
	c.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.header), &fd, sizeof(fd));
	return sendmsg(through, &m, 0) == 1;
}

static int receive(int through)
{
	union passing c = {.bytes = {0}};
	char x;
	struct iovec iov = {&x, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = c.bytes,
			   .msg_controllen = sizeof(c.bytes)};
	int fd = -1;

	if (recvmsg(through, &m, MSG_CMSG_CLOEXEC) == 1 &&
	    CMSG_FIRSTHDR(&m) != NULL)
		memcpy(&fd, CMSG_DATA(&c.header), sizeof(fd));
	return fd;
}

/* A descriptor on its way through a UNIX socket: nobody's, and yet alive. */
void play_carry(struct play *p)
{
	struct end *e = some_end(p);
	struct end carrier = {-1, SIDE_ANY, p};
	int pair[2];

	if (!play_open(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return;
	pass(pair[0], e->fd);
	arm(e);
	step_close_somehow(e);
	step_any(other(e));
	if (dice_percent(&p->dice, 70)) {
		e->fd = receive(pair[1]);
		if (dice_percent(&p->dice, 50))
			step_any(e);
		step_close_somehow(e);
	}
	carrier.fd = pair[1];
	step_close(&carrier);
	close(pair[0]);
}

void play_duplicates(struct play *p)
{
	struct end *e = some_end(p);
	struct end again = *e;

	if (!play_open(p))
		return;
	again.fd = (int)ENTERED(e, dup, 0, dup(e->fd));
	again.side = e->side;
	arm(e);
	for (int i = 0; i < 2; i++)
		step_any(dice_percent(&p->dice, 50) ? e : &again);
	if (dice_percent(&p->dice, 20) && e->fd >= 0 && again.fd == e->fd + 1) {
		ENTERED(e, close_range, 0,
			close_range((unsigned)e->fd, (unsigned)again.fd, 0));
		e->fd = again.fd = -1;
	}
	step_close_somehow(e);
	step_any(other(e));
	step_any(&again);
	step_close_somehow(&again);
}

struct waiter {
	struct end end;
	int tid;
	bool polls;
};

static void *wait_on(void *arg)
{
	struct waiter *w = arg;
	struct pollfd f = {.fd = w->end.fd, .events = POLLPRI};
	char byte;

	__atomic_store_n(&w->tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
	if (w->polls)
		ENTERED(&w->end, poll, 30, poll(&f, 1, 30));
	else
		ENTERED(&w->end, recv, 1, recv(w->end.fd, &byte, 1, 0));
	return NULL;
}

/* True once the kernel says that the thread waits inside that call. */
static bool is_inside(int tid, int number)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	f = tid ? fopen(path, "re") : NULL;
	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return strncmp(text, "running", 7) != 0 && atoi(text) == number;
}

/* Another thread waits on the socket while this one closes it. */
void play_blocked_thread(struct play *p)
{
	struct end *e = some_end(p);
	struct timeval wait = {0, 30000};
	struct waiter w = {0};
	pthread_t thread;

	if (!play_open(p))
		return;
	w.polls = dice_percent(&p->dice, 50);
	w.end = *e;
	fcntl(e->fd, F_SETFL, O_RDWR);
	setsockopt(e->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	step_linger(e, 1, 0);
	if (w.polls && dice_percent(&p->dice, 50))
		step_write(other(e));
	if (pthread_create(&thread, NULL, wait_on, &w) != 0)
		return;
	for (int i = 0; i < 20; i++) {
		if (is_inside(__atomic_load_n(&w.tid, __ATOMIC_ACQUIRE),
			      w.polls ? SYS_poll : SYS_recvfrom))
			break;
		poll(NULL, 0, 1);
	}
	step_close(e);
	pthread_join(thread, NULL);
}

/* One side of a duel: all its own calls, at its own speed. */
static void fight(struct end *e, unsigned steps)
{
	while (steps-- > 0)
		step_seen_in_packets(e);
	step_close_somehow(e);
}

static void *fight_in_thread(void *arg)
{
	struct end *e = arg;

	fight(e, 1 + dice_below(&e->play->dice, 5));
	return NULL;
}

/* Both ends at once, each in a thread of its own. */
void play_duel(struct play *p)
{
	struct play theirs;
	struct end *e;
	pthread_t thread;

	if (!play_open(p))
		return;
	p->is_duel = true;
	theirs = *p;
	theirs.dice.state += 1;
	e = &theirs.end[SIDE_SERVER];
	e->play = &theirs;
	if (pthread_create(&thread, NULL, fight_in_thread, e) != 0)
		return;
	fight_in_thread(&p->end[SIDE_CLIENT]);
	pthread_join(thread, NULL);
	p->end[SIDE_SERVER].fd = -1;
}

static struct end ending_of(struct play *p)
{
	return (struct end){-1, SIDE_ANY, p};
}

/* The end of a process closes what it has; exec what is close-on-exec. */
static void end_process(struct play *p)
{
	static char path[] = "/bin/true";
	char *const argv[] = {path, NULL};
	struct end e = ending_of(p);

	switch (dice_below(&p->dice, 5)) {
	case 0: ENTERED(&e, exit, 0, (exit(0), 0)); break;
	case 1: ENTERED(&e, quick_exit, 0, (quick_exit(0), 0)); break;
	case 2: ENTERED(&e, execv, 0, execv(argv[0], argv)); break;
	default: break;
	}
	ENTERED(&e, _exit, 0, (_exit(0), 0));
}

static pid_t enter_fork(struct play *p)
{
	struct end e = ending_of(p);

	return (pid_t)ENTERED(&e, fork, 0, fork());
}

/* The journal then knows when the child had ended. */
static void wait_for(struct play *p, pid_t pid)
{
	struct end e = ending_of(p);

	ENTERED(&e, waitpid, pid, waitpid(pid, NULL, 0));
}

/*
 * A child has all that the play has. The parent closes first, and the child's
 * end is the last close; or the child ends first, and the parent is the last.
 */
void play_held_by_child(struct play *p)
{
	struct end *e = some_end(p);
	bool is_child_last;
	int go[2];
	char byte;
	pid_t pid;

	if (!play_open(p) || pipe(go) != 0)
		return;
	is_child_last = dice_percent(&p->dice, 70);
	arm(e);
	pid = enter_fork(p);
	if (pid == 0) {
		close(go[1]);
		if (is_child_last)
			(void)!read(go[0], &byte, 1);
		end_process(p);
	}
	close(go[0]);
	if (!is_child_last)
		wait_for(p, pid);
	step_close_somehow(e);
	step_any(other(e));
	close(go[1]);
	if (is_child_last)
		wait_for(p, pid);
}

/* Waits until the other process has closed its end of the pipe. */
static void await_closed(const int pipe_ends[2])
{
	char byte;

	close(pipe_ends[1]);
	(void)!read(pipe_ends[0], &byte, 1);
	close(pipe_ends[0]);
}

/*
 * Client and server in a process each. Both first close what is the other's,
 * one after the other: who of two that close at the same time is the last
 * shows in no packet.
 */
void play_split(struct play *p)
{
	struct end *ours = some_end(p);
	struct end *theirs = other(ours);
	int ready[2], go[2];
	pid_t pid;

	if (!play_open(p) || pipe(ready) != 0 || pipe(go) != 0)
		return;
	p->is_duel = true;
	pid = enter_fork(p);
	if (pid == 0) {
		p->dice.state += 1;
		step_close(ours);
		step_close(&p->listener);
		close(ready[0]);
		close(ready[1]);
		await_closed(go);
		for (unsigned n = dice_below(&p->dice, 4); n > 0; n--)
			step_seen_in_packets(theirs);
		end_process(p);
	}
	await_closed(ready);
	step_close(theirs);
	close(go[0]);
	close(go[1]);
	fight(ours, dice_below(&p->dice, 4));
	wait_for(p, pid);
}
