/* SPDX-License-Identifier: MIT */
/* steps.c - the single calls of the storm, each entered in the journal. */
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "play.h"

enum { CHUNK = 1 << 16 };
static char bytes[CHUNK];

/* In a duel little: a FIN behind a full window is a close without a packet. */
static size_t some_bytes(const struct end *e)
{
	enum { LITTLE = 500 };
	struct dice *d = &e->play->dice;

	if (e->play->is_duel)
		return dice_below(d, LITTLE);
	switch (dice_below(d, 8)) {
	case 0: return dice_below(d, 8); /* 0 sends nothing at all */
	case 1: return 1 + dice_below(d, CHUNK);
	default: return 1 + dice_below(d, 3000);
	}
}

static int some_send_flags(struct dice *d)
{
	static const int flags[] = {MSG_MORE, MSG_OOB, MSG_DONTWAIT,
				    MSG_NOSIGNAL};

	return dice_percent(d, 20) ? flags[dice_below(d, 4)] : 0;
}

static void write_by(struct end *e, unsigned way, size_t n)
{
	struct iovec iov[2] = {{bytes, n / 2}, {bytes, n - n / 2}};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = iov, .msg_iovlen = 2}};
	int flags = some_send_flags(&e->play->dice);
	off_t zero = 0;

	switch (way) {
	case 0: ENTERED(e, writev, n, writev(e->fd, iov, 2)); break;
	case 1: ENTERED(e, send, n, send(e->fd, bytes, n, flags)); break;
	case 2:
		ENTERED(e, sendto, n, sendto(e->fd, bytes, n, flags, NULL, 0));
		break;
	case 3:
		ENTERED(e, sendmsg, n, sendmsg(e->fd, &m.msg_hdr, flags));
		break;
	case 4: ENTERED(e, sendmmsg, n, sendmmsg(e->fd, &m, 1, flags)); break;
	case 5:
		ENTERED(e, sendfile, n,
			sendfile(e->fd, storm.file_fd, &zero, n));
		break;
	default: ENTERED(e, write, n, write(e->fd, bytes, n)); break;
	}
}

void step_write(struct end *e)
{
	struct dice *d = &e->play->dice;
	unsigned way = dice_below(d, 10);
	size_t n = some_bytes(e);

	if (e->fd >= 0)
		write_by(e, way, n);
}

/* Until the other end's window and our own buffer are full. */
void step_flood(struct end *e)
{
	unsigned most = 1 + dice_below(&e->play->dice, 24);

	while (e->fd >= 0 && most-- > 0)
		if (ENTERED(e, write, CHUNK, write(e->fd, bytes, CHUNK)) <
		    CHUNK)
			return;
}

static long read_by(struct end *e, unsigned way, size_t n, int flags)
{
	static __thread char buf[2 * CHUNK];
	struct iovec iov[2] = {{buf, n / 2}, {buf + n / 2, n - n / 2}};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = iov, .msg_iovlen = 2}};

	switch (way) {
	case 0: return ENTERED(e, readv, n, readv(e->fd, iov, 2));
	case 1: return ENTERED(e, recv, n, recv(e->fd, buf, n, flags));
	case 2:
		return ENTERED(e, recvfrom, n,
			       recvfrom(e->fd, buf, n, flags, NULL, NULL));
	case 3:
		return ENTERED(e, recvmsg, n,
			       recvmsg(e->fd, &m.msg_hdr, flags));
	case 4:
		if (ENTERED(e, recvmmsg, n,
			    recvmmsg(e->fd, &m, 1, flags, NULL)) < 0)
			return -1;
		return m.msg_len;
	default: return ENTERED(e, read, n, read(e->fd, buf, n));
	}
}

void step_read(struct end *e)
{
	static const int flags[] = {0, 0, 0, MSG_PEEK, MSG_TRUNC, MSG_OOB};
	struct dice *d = &e->play->dice;
	unsigned way = dice_below(d, 8);
	int flag = flags[dice_below(d, 6)];
	size_t n = some_bytes(e);

	if (e->fd >= 0)
		read_by(e, way, n, flag);
}

void step_drain(struct end *e)
{
	unsigned way = dice_below(&e->play->dice, 8);

	/* The urgent mark makes one stop that is neither end nor empty. */
	for (int i = 0; e->fd >= 0 && i < 64; i++)
		if (read_by(e, way, 2 * CHUNK, 0) <= 0)
			return;
}

void step_shutdown(struct end *e, int how)
{
	if (e->fd >= 0)
		ENTERED(e, shutdown, how, shutdown(e->fd, how));
}

void step_linger(struct end *e, int on, int seconds)
{
	struct linger l = {on, seconds};

	if (e->fd >= 0)
		ENTERED(e, setsockopt, SO_LINGER,
			setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &l,
				   sizeof(l)));
}

static void set_tcp(struct end *e, int name, int value)
{
	if (e->fd >= 0)
		ENTERED(e, setsockopt, name,
			setsockopt(e->fd, IPPROTO_TCP, name, &value,
				   sizeof(value)));
}

void step_linger2(struct end *e, int seconds)
{
	set_tcp(e, TCP_LINGER2, seconds);
}

void step_disconnect(struct end *e)
{
	struct sockaddr_storage none = {.ss_family = AF_UNSPEC};

	if (e->fd >= 0)
		ENTERED(e, connect, AF_UNSPEC,
			connect(e->fd, (void *)&none,
				sizeof(struct sockaddr_in6)));
}

void step_vanish(struct end *e)
{
	set_tcp(e, TCP_REPAIR, 1);
	step_close(e);
}

void step_close(struct end *e)
{
	if (e->fd >= 0)
		ENTERED(e, close, 0, close(e->fd));
	e->fd = -1;
}

static void close_by_stream(struct end *e)
{
	FILE *f = fdopen(e->fd, "r+");

	if (!f) {
		step_close(e);
		return;
	}
	ENTERED(e, fclose, 0, fclose(f));
	e->fd = -1;
}

void step_close_somehow(struct end *e)
{
	unsigned way = dice_below(&e->play->dice, 12);
	int fd = e->fd;

	if (fd < 0)
		return;
	switch (way) {
	case 0: ENTERED(e, dup2, 0, dup2(storm.null_fd, fd)); break;
	case 1: ENTERED(e, dup3, 0, dup3(storm.null_fd, fd, O_CLOEXEC)); break;
	case 2:
		ENTERED(e, close_range, 0,
			close_range((unsigned)fd, (unsigned)fd, 0));
		e->fd = -1;
		return;
	case 3: close_by_stream(e); return;
	case 4:
		ENTERED(e, close, 0, syscall(SYS_close, fd));
		e->fd = -1;
		return;
	default: step_close(e); return;
	}
	close(fd); /* the number is /dev/null's now */
	e->fd = -1;
}

static void set_some_option(struct end *e)
{
	struct dice *d = &e->play->dice;
	int value = 1;

	switch (dice_below(d, 8)) {
	case 0: step_linger(e, 1, 0); break;
	case 1: step_linger(e, 0, 0); break;
	case 2: step_linger2(e, -1); break;
	case 3: step_linger2(e, dice_percent(d, 50) ? 0 : 5); break;
	case 4: set_tcp(e, TCP_NODELAY, 1); break;
	case 5: set_tcp(e, TCP_CORK, (int)dice_below(d, 2)); break;
	case 6: set_tcp(e, TCP_QUICKACK, (int)dice_below(d, 2)); break;
	default:
		if (e->fd >= 0)
			ENTERED(e, setsockopt, SO_OOBINLINE,
				setsockopt(e->fd, SOL_SOCKET, SO_OOBINLINE,
					   &value, sizeof(value)));
	}
}

static void step_roll(struct end *e, bool is_silent_allowed)
{
	struct dice *d = &e->play->dice;
	unsigned n = dice_below(d, 100);

	if (n < 34)
		step_write(e);
	else if (n < 38 && is_silent_allowed)
		step_flood(e);
	else if (n < 60)
		step_read(e);
	else if (n < 68)
		step_drain(e);
	else if (n < 76 && is_silent_allowed)
		step_shutdown(e, (int)dice_below(d, 3));
	else if (n < 84)
		set_some_option(e);
	else if (n < 86)
		step_disconnect(e);
	else if (n < 88 && is_silent_allowed)
		step_vanish(e);
	else
		step_close_somehow(e);
}

void step_any(struct end *e)
{
	step_roll(e, true);
}

void step_seen_in_packets(struct end *e)
{
	step_roll(e, false);
}
