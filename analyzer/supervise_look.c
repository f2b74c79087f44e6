/* SPDX-License-Identifier: MIT */
/* supervise_look.c - asks about a socket of another process, and reports. */
#include "supervise_look.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rstwatch/address.h"
#include "rstwatch/holders.h"
#include "rstwatch/inside.h"
#include "rstwatch/probe.h"
#include "rstwatch/record.h"
#include "rstwatch/verdict.h"

#include "known.h"
#include "supervise_log.h"
#include "supervise_socket.h"
#include "supervise_stack.h"

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

static struct socket_memory *memory_of(uint64_t cookie)
{
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

/* The end of the process, and exec, end all other threads and their calls. */
static bool ends_threads(const struct waiting *w)
{
	return w->n->data.nr == SYS_exit_group || w->n->data.nr == SYS_exit ||
	       w->n->data.nr == SYS_execve || w->n->data.nr == SYS_execveat;
}

static bool whoever_runs(void *arg, int32_t tid)
{
	(void)arg;
	(void)tid;
	return true;
}

/*
 * A thread that waits in a call on it; or one that runs, and may just have been
 * woken in recv() on a blocking socket and be about to take what is unread.
 */
static enum rst_holder thread_of(const struct waiting *w, int copy, int fd,
				 int32_t *holder)
{
	const pid_t pid = w->t->pid;
	int32_t tid = rst_inside_find(pid, w->tid, fd, true, NULL, NULL);

	*holder = tid;
	if (tid > 0)
		return RST_HOLDER_THREAD;
	if (tid == 0 && !(fcntl(copy, F_GETFL) & O_NONBLOCK))
		tid = rst_inside_find(pid, w->tid, fd, false, whoever_runs,
				      NULL);
	return tid ? RST_HOLDER_FEARED : RST_HOLDER_NONE;
}

static enum rst_holder holder_of(const struct waiting *w, int copy, int first,
				 int last, int32_t *pid)
{
	enum rst_holder holder;
	struct stat st;

	if (fstat(copy, &st) != 0)
		return RST_HOLDER_FEARED;
	holder = rst_holders_find(w->t->pid, first, last, st.st_ino,
				  target_is_alone(w->t) ? RST_HOLDERS_ALONE : 0,
				  NULL, pid);
	if (holder != RST_HOLDER_NONE || ends_threads(w))
		return holder;
	return thread_of(w, copy, last, pid);
}

/* One descriptor and what is to be done to it. */
struct subject {
	const struct waiting *w;
	int fd, first;
	int copy;
};

static bool ask(const struct subject *s, unsigned want, struct rst_facts *f)
{
	return rst_probe(s->copy, want, diag_for(s->copy), NULL, f) == 0;
}

struct stack {
	struct rst_frame frames[RST_STACK_MAX];
	unsigned len;
};

static void emit(const struct subject *s, const struct rst_verdict *v,
		 const struct rst_facts *f, const struct stack *stack)
{
	const struct waiting *w = s->w;
	struct rst_event e = {
		.action = RST_RESET_PREDICTED,
		.level = v->certainty == RST_POSSIBLE ? RST_INFO : RST_WARN,
		.tid = w->tid,
		.cause = v->cause,
		.certainty = v->certainty,
		.sender = v->sender,
		.call = w->call,
		.fd = s->fd,
		.facts = *f,
		.stack = stack->frames,
		.stack_len = stack->len,
	};

	if (memory_of(rst_probe_cookie(s->copy))->linger_set)
		e.linger_set_by = "setsockopt";
	/* Whose thread was killed meanwhile does nothing any more. */
	if (w->is_valid(w->n) && target_has_thread(w->t, w->tid))
		supervise_log_emit(w->t, &e);
}

/*
 * Where the facts in f, which want asked for, foretell a reset by a program
 * that is watched, everything else is found out. That takes milliseconds where
 * the program's files are read for the first time, so the facts are asked anew;
 * want is 0 if they can't be.
 */
static bool predict(const struct subject *s, const struct rst_act *act,
		    unsigned want, struct rst_facts *f)
{
	struct rst_verdict v = rst_verdict(act, f);
	enum rst_holder holder = RST_HOLDER_NONE;
	struct stack stack;
	int32_t pid = 0;

	if (v.cause == RST_CAUSE_NONE || !s->w->t->is_started)
		return false;
	if (act->kind == RST_ACT_CLOSE)
		holder = holder_of(s->w, s->copy, s->first, s->fd, &pid);
	stack.len = supervise_stack_take(s->w->t, s->w->tid, s->w->call,
					 s->w->n->data.instruction_pointer,
					 stack.frames, supervise_log_stack());
	if (want && !ask(s, want, f))
		return false;
	f->holder = holder;
	f->holder_pid = pid;
	v = rst_verdict(act, f);
	if (v.cause == RST_CAUSE_NONE)
		return false;
	emit(s, &v, f, &stack);
	return true;
}

/*
 * What is to be asked before a close: nothing (0) where it is sure to be
 * harmless, as the preload has it (kernel.md 3.16): nothing unread and no mark
 * to hide it, no option that aborts, a peer that is there.
 */
static unsigned doubts(const struct subject *s)
{
	const unsigned all = RST_WANT_ALL | RST_WANT_CLOSE;
	short seen = rst_probe_glance(s->copy);
	int at_mark = 1;

	if (socket_is_calm(s->w, s->fd, s->copy, seen))
		return 0;
	if (seen & ~(POLLIN | POLLRDHUP) || !socket_is_alive(s->copy) ||
	    rst_probe_inq(s->copy) != 0 ||
	    socket_may_abort(s->w, s->fd, s->copy))
		return all;
	ioctl(s->copy, SIOCATMARK, &at_mark);
	return at_mark ? all & ~(unsigned)RST_WANT_PEER : 0;
}

static void close_look(const struct subject *s)
{
	const struct rst_act act = {.kind = RST_ACT_CLOSE, .how = s->w->how};
	unsigned want = doubts(s);
	struct socket_memory *m;
	struct rst_facts f;

	if (!want || !ask(s, want, &f))
		return;
	m = memory_of(f.cookie);
	if (!m->close_told)
		m->close_told = predict(s, &act, want, &f);
}

void look_close(const struct waiting *w, int fd, int first)
{
	const struct subject s = {w, fd, first, socket_duplicate(w, fd)};

	if (s.copy >= 0) {
		close_look(&s);
		close(s.copy);
	}
	known_closing(w->tid, fd);
}

void look_shutdown(const struct waiting *w, int fd, int how)
{
	const struct rst_act act = {.kind = RST_ACT_SHUTDOWN, .how = how};
	const struct subject s = {w, fd, fd, socket_duplicate(w, fd)};
	struct rst_facts f;

	if (s.copy < 0)
		return;
	if (ask(&s, RST_WANT_ALL, &f))
		predict(&s, &act, RST_WANT_ALL, &f);
	/* Its close is another one, in FIN_WAIT2. */
	known_learn(w->t->pid, w->tid, fd, KNOWN_TCP);
	close(s.copy);
}

/* A peer that has vanished or closed, or whose FIN may wait behind a full
 * window. */
static bool may_be_deaf(const struct subject *s)
{
	short seen = rst_probe_glance(s->copy);

	/* POLLERR alone is a message in the error queue (tcp_poll()). */
	if (seen & POLLHUP)
		return false;
	return !socket_is_heard(s->w, s->fd, s->copy) || seen & POLLRDHUP ||
	       (seen && rst_probe_inq(s->copy) >= WINDOW_MAY_BE_FULL);
}

void look_send(const struct waiting *w, int fd,
	       int64_t (*bytes)(const struct waiting *w))
{
	struct rst_act act = {.kind = RST_ACT_SEND};
	const struct subject s = {w, fd, fd, socket_duplicate(w, fd)};
	struct socket_memory *m;
	struct rst_facts f;
	int64_t n;

	if (s.copy < 0)
		return;
	if (may_be_deaf(&s)) {
		n = bytes(w);
		act.bytes = n > 0 ? (size_t)n : 0;
		m = memory_of(rst_probe_cookie(s.copy));
		/* Nothing written is nothing sent. */
		if (n != 0 && !m->send_told && ask(&s, RST_WANT_ALL, &f))
			m->send_told = predict(&s, &act, RST_WANT_ALL, &f);
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
	predict(s, &act, 0, &f);
}

static void disconnect_look(const struct subject *s)
{
	const struct rst_act act = {.kind = RST_ACT_DISCONNECT};
	struct rst_facts f;

	if (ask(s, RST_WANT_ALL, &f))
		predict(s, &act, RST_WANT_ALL, &f);
}

void look_connect(const struct waiting *w, int fd, uint64_t address,
		  socklen_t len)
{
	const struct subject s = {w, fd, fd, socket_duplicate(w, fd)};
	struct sockaddr_storage to = {0};

	if (s.copy < 0)
		return;
	if (len > sizeof(to))
		len = sizeof(to);
	if (len >= sizeof(to.ss_family) &&
	    target_read(w->tid, address, &to, len)) {
		if (to.ss_family == AF_UNSPEC)
			disconnect_look(&s);
		else if (diag_for(s.copy))
			refusal_look(&s, &to);
	}
	close(s.copy);
}

void look_option_set(const struct waiting *w, int fd, bool is_linger)
{
	int copy;

	known_options_change();
	copy = is_linger ? socket_duplicate(w, fd) : -1;
	if (copy < 0)
		return;
	memory_of(rst_probe_cookie(copy))->linger_set = true;
	close(copy);
}
