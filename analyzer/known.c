/* SPDX-License-Identifier: MIT */
/* known.c - what a descriptor is known to be until it is closed. */
#include "known.h"

enum { SLOTS = 1024, CLOSERS = 1024, NONE = -1, ALL = -2 };

/*
 * One place a number, whatever the process: tables of descriptors may be
 * shared between processes (CLONE_FILES), so a close clears it for all.
 */
static struct slot {
	pid_t pid; /* 0: nothing is known */
	int fd;
	enum known what;
	uint64_t sent_ms;
	pid_t closer; /* has yet to close it; 0: nobody */
} slots[SLOTS];

static struct closer {
	pid_t tid;
	int fd;
} closers[CLOSERS];

static bool may_be_plain = true;

static struct slot *slot_of(int fd)
{
	return &slots[(unsigned)fd % SLOTS];
}

static bool is_of(const struct slot *s, pid_t pid, int fd)
{
	return s->pid == pid && s->fd == fd;
}

enum known known_find(pid_t pid, int fd)
{
	const struct slot *s = slot_of(fd);

	if (!is_of(s, pid, fd))
		return KNOWN_NOT;
	return s->what == KNOWN_PLAIN && !may_be_plain ? KNOWN_TCP : s->what;
}

void known_learn(pid_t pid, pid_t tid, int fd, enum known what)
{
	struct slot *s = slot_of(fd);

	/* Perhaps it looked at what another thread closes just now. */
	if (s->closer && s->closer != tid)
		return;
	*s = (struct slot){.pid = pid, .fd = fd, .what = what};
}

void known_options_change(void)
{
	may_be_plain = false;
}

void known_sends(pid_t pid, int fd, uint64_t now_ms)
{
	struct slot *s = slot_of(fd);

	if (is_of(s, pid, fd))
		s->sent_ms = now_ms;
}

bool known_has_sent(pid_t pid, int fd, uint64_t since_ms)
{
	const struct slot *s = slot_of(fd);

	return is_of(s, pid, fd) && s->sent_ms >= since_ms;
}

static void closer_note(pid_t tid, int fd)
{
	closers[(unsigned)tid % CLOSERS] = (struct closer){tid, fd};
}

void known_closing(pid_t tid, int fd)
{
	*slot_of(fd) = (struct slot){.closer = tid};
	closer_note(tid, fd);
}

void known_closing_all(pid_t tid)
{
	for (int i = 0; i < SLOTS; i++)
		slots[i] = (struct slot){.closer = tid};
	closer_note(tid, ALL);
}

void known_forget(pid_t pid)
{
	for (int i = 0; i < SLOTS; i++)
		if (slots[i].pid == pid)
			slots[i].pid = 0;
}

static void closed(struct slot *s, pid_t tid)
{
	if (s->closer == tid)
		s->closer = 0;
}

void known_goes_on(pid_t tid)
{
	struct closer *c = &closers[(unsigned)tid % CLOSERS];

	if (c->tid != tid || c->fd == NONE)
		return;
	if (c->fd == ALL)
		for (int i = 0; i < SLOTS; i++)
			closed(&slots[i], tid);
	else
		closed(slot_of(c->fd), tid);
	c->fd = NONE;
}
