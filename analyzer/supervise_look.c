/* SPDX-License-Identifier: MIT */
/* supervise_look.c - asks about a socket of another process, and reports. */
#include "supervise_look.h"

#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rstwatch/address.h"
#include "rstwatch/holders.h"
#include "rstwatch/probe.h"
#include "rstwatch/record.h"
#include "rstwatch/verdict.h"

#include "supervise_log.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/*
 * Unread bytes from which on a peer on this host is asked about although no
 * FIN of it was seen: its FIN may wait behind our full window (kernel.md 3.9).
 */
enum { WINDOW_MAY_BE_FULL = 1024 };

/*
 * What is remembered of a socket, by its cookie. Two that meet in one place
 * forget each other: then a warning comes twice, no more.
 */
enum { SOCKETS = 4096 };
static struct socket_memory {
	uint64_t cookie;
	bool send_told, close_told, linger_set;
} sockets[SOCKETS];

static struct rst_diag diag;

static struct socket_memory *memory_of(int copy)
{
	uint64_t cookie = rst_probe_cookie(copy);
	struct socket_memory *m = &sockets[cookie % SOCKETS];

	if (m->cookie != cookie)
		*m = (struct socket_memory){.cookie = cookie};
	return m;
}

static uint64_t netns_of(int socket)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len);
	return cookie;
}

/*
 * sock_diag speaks of our own network namespace: of a socket in another one it
 * would say that its peer is gone. Where the kernel can't tell (before 5.14)
 * nothing is asked.
 */
static struct rst_diag *diag_for(int copy)
{
	static uint64_t ours;
	uint64_t theirs = netns_of(copy);
	int probe;

	if (ours == 0) {
		probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		ours = netns_of(probe);
		close(probe);
	}
	return ours && ours == theirs ? &diag : NULL;
}

/* A duplicate of the descriptor if it is a TCP socket, else -1. */
static int duplicate_tcp(const struct waiting *w, int fd)
{
	int copy = target_duplicate(w->t, w->tid, fd);

	if (copy >= 0 && rst_probe_kind(copy) == RST_PROBE_NOT_TCP) {
		close(copy);
		copy = -1;
	}
	return copy;
}

static enum rst_holder holder_of(const struct waiting *w, int copy, int first,
				 int last, int32_t *pid)
{
	struct stat st;

	if (fstat(copy, &st) != 0)
		return RST_HOLDER_FEARED;
	return rst_holders_find(w->t->pid, first, last, st.st_ino,
				target_is_alone(w->t) ? RST_HOLDERS_ALONE : 0,
				pid);
}

static void emit(const struct waiting *w, int fd, const struct rst_verdict *v,
		 const struct rst_facts *f, const struct socket_memory *m)
{
	struct rst_event e = {
		.action = RST_RESET_PREDICTED,
		.level = v->certainty == RST_POSSIBLE ? RST_INFO : RST_WARN,
		.tid = w->tid,
		.cause = v->cause,
		.certainty = v->certainty,
		.sender = v->sender,
		.call = w->call,
		.fd = fd,
		.facts = *f,
		.linger_set_by = m->linger_set ? "setsockopt" : NULL,
	};

	/* Whose thread was killed meanwhile does nothing any more. */
	if (w->is_valid(w->n))
		supervise_log_emit(w->t, &e);
}

/* One descriptor and what is to be done to it. */
struct subject {
	const struct waiting *w;
	int fd, first;
	int copy;
};

static bool predict(const struct subject *s, const struct rst_act *act,
		    struct rst_facts *f)
{
	struct rst_verdict v = rst_verdict(act, f);

	if (v.cause == RST_CAUSE_NONE)
		return false;
	if (act->kind == RST_ACT_CLOSE) {
		f->holder = holder_of(s->w, s->copy, s->first, s->fd,
				      &f->holder_pid);
		v = rst_verdict(act, f);
		if (v.cause == RST_CAUSE_NONE)
			return false;
	}
	emit(s->w, s->fd, &v, f, memory_of(s->copy));
	return true;
}

static bool ask_and_predict(const struct subject *s, const struct rst_act *act)
{
	struct rst_facts f;

	return rst_probe(s->copy, RST_WANT_ALL, diag_for(s->copy), NULL, &f) ==
		       0 &&
	       predict(s, act, &f);
}

/*
 * True where a close sends nothing whatever else is true. In the other states
 * sock_diag has a word to say: a mark that hides unread data, a peer that has
 * vanished or is sending (kernel.md 3.16).
 */
static bool looks_quiet(int copy)
{
	struct rst_facts f;

	return rst_probe(copy, RST_WANT_BASIC, NULL, NULL, &f) != 0 ||
	       f.state == RST_CLOSE || f.state == RST_SYN_SENT ||
	       (f.state == RST_LISTEN && f.unaccepted == 0 &&
		f.have & RST_HAVE_UNACCEPTED);
}

void look_close(const struct waiting *w, int fd, int first)
{
	const struct rst_act act = {.kind = RST_ACT_CLOSE};
	const struct subject s = {w, fd, first, duplicate_tcp(w, fd)};
	struct socket_memory *m;

	if (s.copy < 0)
		return;
	if (!looks_quiet(s.copy)) {
		m = memory_of(s.copy);
		if (!m->close_told)
			m->close_told = ask_and_predict(&s, &act);
	}
	close(s.copy);
}

void look_shutdown(const struct waiting *w, int fd, int how)
{
	const struct rst_act act = {.kind = RST_ACT_SHUTDOWN, .how = how};
	const struct subject s = {w, fd, fd, duplicate_tcp(w, fd)};

	if (s.copy < 0)
		return;
	if (!looks_quiet(s.copy))
		ask_and_predict(&s, &act);
	close(s.copy);
}

/* A peer that has closed, or whose FIN may wait behind a full window. */
static bool may_be_deaf(int copy)
{
	short seen = rst_probe_glance(copy);

	if (!(seen & ~POLLOUT) || seen & (POLLERR | POLLHUP))
		return false;
	return seen & POLLRDHUP || rst_probe_inq(copy) >= WINDOW_MAY_BE_FULL;
}

void look_send(const struct waiting *w, int fd,
	       int64_t (*bytes)(const struct waiting *w))
{
	struct rst_act act = {.kind = RST_ACT_SEND};
	const struct subject s = {w, fd, fd, duplicate_tcp(w, fd)};
	struct socket_memory *m;
	int64_t n;

	if (s.copy < 0)
		return;
	if (may_be_deaf(s.copy)) {
		n = bytes(w);
		act.bytes = n > 0 ? (size_t)n : 0;
		m = memory_of(s.copy);
		/* Nothing written is nothing sent. */
		if (n != 0 && !m->send_told)
			m->send_told = ask_and_predict(&s, &act);
	}
	close(s.copy);
}

/* A SYN to a port of this host where nobody listens (P1 of kernel.md). */
static void refusal_look(const struct subject *s,
			 const struct sockaddr_storage *to)
{
	const struct rst_act act = {.kind = RST_ACT_CONNECT};
	struct rst_facts asked = {.have = RST_HAVE_PEER}, f;

	addr_from_sockaddr(&asked.peer, to);
	rst_probe_listener(s->copy, diag_for(s->copy), &asked);
	if (asked.peer_socket.where != RST_PEER_GONE ||
	    rst_probe(s->copy, RST_WANT_NAMES, NULL, NULL, &f) != 0)
		return;
	f.peer = asked.peer;
	f.peer_socket = asked.peer_socket;
	f.have |= RST_HAVE_PEER | RST_HAVE_PEER_SOCKET;
	predict(s, &act, &f);
}

void look_connect(const struct waiting *w, int fd, uint64_t address,
		  socklen_t len)
{
	const struct rst_act disconnect = {.kind = RST_ACT_DISCONNECT};
	const struct subject s = {w, fd, fd, duplicate_tcp(w, fd)};
	struct sockaddr_storage to = {0};

	if (s.copy < 0)
		return;
	if (len > sizeof(to))
		len = sizeof(to);
	if (len >= sizeof(to.ss_family) &&
	    target_read(w->tid, address, &to, len)) {
		if (to.ss_family == AF_UNSPEC)
			ask_and_predict(&s, &disconnect);
		else if (diag_for(s.copy))
			refusal_look(&s, &to);
	}
	close(s.copy);
}

void look_linger_set(const struct waiting *w, int fd)
{
	int copy = duplicate_tcp(w, fd);

	if (copy < 0)
		return;
	memory_of(copy)->linger_set = true;
	close(copy);
}
