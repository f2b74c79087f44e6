/* SPDX-License-Identifier: MIT */
/* watch.c - closing, shutting down, ending: the calls that end a socket. */
#include "watch.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

#include "logfile.h"
#include "predict.h"
#include "process.h"
#include "raw.h"
#include "relatives.h"
#include "sink.h"
#include "sockopt.h"

/*
 * Sockets that the process was started with count at its end even if it never
 * touches them; whoever hands some over gives them low numbers.
 */
enum { INHERITED_BELOW = 64 };

void watch_forked(void)
{
	predict_forked();
}

void watch_start(void)
{
	predict_forked();
	desc_start();
	for (int fd = 0; fd < INHERITED_BELOW; fd++)
		if (rst_probe_kind(fd) != RST_PROBE_NOT_TCP)
			desc_learn(fd);
}

bool watch_owns(int fd)
{
	return logfile_owns(fd) || rst_diag_owns(&predict_diag, fd);
}

int watch_owned_in(unsigned first, unsigned last)
{
	const int ours[] = {logfile_number(), DESC_GET(predict_diag.fd) - 1};
	int lowest = -1;

	for (int i = 0; i < 2; i++)
		if (ours[i] >= 0 && (unsigned)ours[i] >= first &&
		    (unsigned)ours[i] <= last &&
		    (lowest < 0 || ours[i] < lowest) && watch_owns(ours[i]))
			lowest = ours[i];
	return lowest;
}

void watch_yield(int fd)
{
	/* The netlink socket notices by itself that its number is gone. A
	 * vfork child moves nothing: the numbers are its parent's too. */
	if (logfile_owns(fd) && process_is_ours())
		logfile_yield();
}

void watch_stop(enum rst_call call)
{
	/* Also where nothing is watched: the place of a call may count. */
	libc_not_direct();
	if (desc_limit == 0 || !process_is_ours())
		return;
	DESC_SET(desc_limit, 0);
	sink_stop(call);
	rst_diag_after_fork(&predict_diag);
}

/* Of a socket on which others may have set what we can't know of. */
static bool is_plain(int fd)
{
	return rst_probe_linger(fd) == RST_LINGER_OFF &&
	       sockopt_int(fd, IPPROTO_TCP, TCP_LINGER2, -1) >= 0 &&
	       sockopt_queue(fd, SIOCATMARK) == 0;
}

/*
 * The kernel forgets a connection whose FIN we got after tcp_fin_timeout or
 * TCP_LINGER2, but not before 3.5 times the smallest RTO of 200 ms
 * (tcp_fin_time()). Until then a FIN from us still meets somebody.
 */
enum { SOON_MS = 600 };

/*
 * True if that was surely sooner: the ticks are those of a clock of more than
 * 1 GHz on x86; what is less the kernel's own clock tells.
 */
static bool is_recent(uint64_t ticks)
{
	const uint64_t soon = SOON_MS * UINT64_C(1000000);
	uint64_t ago;

#ifdef __x86_64__
	if (clock_ticks() - ticks < soon)
		return true;
#endif
	ago = clock_ago(ticks);
	return ago > 0 && ago <= soon;
}

/*
 * True if the time that the peer's FIN began is surely not over: it was not
 * there when we last sent, or its last segment came just now.
 */
static bool is_fin_recent(int fd, const struct desc *d)
{
	return (!desc_has(d, DESC_PEER_FIN) &&
		is_recent(DESC_GET(d->last_write.ticks))) ||
	       rst_probe_heard_ms(fd) < SOON_MS;
}

/*
 * A peer that vanished without a FIN can't be told from one that is silent:
 * only the silent ones are asked about, for to ask costs more than the close.
 */
static bool peer_may_have_forgotten(int fd, struct desc *d, short seen)
{
	if (!(seen & (POLLRDHUP | POLLNVAL)))
		return desc_is_idle(d, clock_ticks()) &&
		       desc_has_local_peer(fd, d);
	/* What was held back (a cork, Nagle's rule) leaves with the FIN. */
	return sockopt_queue(fd, SIOCOUTQNSD) > 0 ||
	       (desc_has_local_peer(fd, d) && !is_fin_recent(fd, d));
}

/*
 * True if nothing is unread, and no urgent mark hides it, as poll(2) shows it
 * (tcp_poll()): behind the end of file nothing can follow, and else there is
 * nothing where the socket isn't readable. Where something else may make it
 * readable or not, SIOCINQ counts.
 */
static bool is_drained(int fd, const struct desc *d, short seen, bool is_shared)
{
	if (seen & (POLLPRI | POLLNVAL) ||
	    (seen & (POLLIN | POLLRDHUP)) == POLLIN)
		return false;
	if (!is_shared && !desc_has(d, DESC_POLL_BLIND) &&
	    (!(seen & POLLIN) || (seen & POLLRDHUP && desc_has(d, DESC_EOF) &&
				  !desc_has(d, DESC_SHUT_RD))))
		return true;
	return rst_probe_inq(fd) == 0;
}

/*
 * True if closing fd is sure to be harmless, mostly by one system call
 * (kernel.md 3.16): nothing unread, linger off as remembered, and no FIN into
 * the void.
 */
static bool looks_quiet(int fd, struct desc *d, short seen)
{
	bool is_shared = desc_has(d, DESC_SHARED) ||
			 DESC_GET(d->forks) != process_forks();

	if (DESC_GET(d->flags) & WATCH_NOT_QUIET || process_was_cloned() ||
	    (is_shared && !is_plain(fd)))
		return false;
	return is_drained(fd, d, seen, is_shared) &&
	       !peer_may_have_forgotten(fd, d, seen);
}

/*
 * ksys_dup3(): nothing can be put where the limit, lowered since, no longer
 * allows a descriptor; EBADF.
 */
static bool is_refused(const struct subject *s)
{
	struct rlimit limit = {0};

	return (s->call == CALL_dup2 || s->call == CALL_dup3) &&
	       raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) == 0 &&
	       (rlim_t)s->fd >= limit.rlim_cur;
}

static const struct rst_act closing = {.kind = RST_ACT_CLOSE};

static void close_look(const struct subject *s, const struct rst_act *act,
		       short seen)
{
	unsigned want = RST_WANT_ALL | RST_WANT_CLOSE;

	if ((seen & (POLLIN | POLLPRI)) == POLLIN)
		want |= RST_KNOWN_NO_MARK;
	if (desc_has(s->d, DESC_CLOSE_TOLD))
		return;
	if (!looks_quiet(s->fd, s->d, seen) && !is_refused(s) &&
	    predict(s, act, want))
		desc_mark(s->d, DESC_CLOSE_TOLD);
	else if (UNLIKELY(sink_shows(RST_INFO)) &&
		 desc_has(s->d, DESC_CONNECTED))
		predict_tell(RST_CONNECTION_CLOSED, s->fd, s->d, s->call);
}

void watch_close_rest(int fd, struct desc *d, enum rst_call call, short seen)
{
	close_look(&(struct subject){fd, d, call, fd, fd}, &closing, seen);
}

/*
 * From above, as the kernel does: what one call closes is put on a list
 * (fput()), and task_work_run() begins with what came last. Of a connection
 * whose both ends it closes the upper one resets, and the other is silent.
 */
static void close_all(unsigned first, unsigned last, enum rst_call call,
		      enum rst_close_how how)
{
	const struct rst_act act = {.kind = RST_ACT_CLOSE, .how = how};
	int from = first > INT_MAX ? INT_MAX : (int)first;
	int to = last > INT_MAX ? INT_MAX : (int)last;

	desc_recall(first, last);
	for (int fd = desc_before(to); fd >= from; fd = desc_before(fd - 1))
		close_look(&(struct subject){fd, desc_peek(fd), call, from, to},
			   &act, rst_probe_glance(fd));
}

void watch_close_range(unsigned first, unsigned last, enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	close_all(first, last, call, RST_CLOSE_SURELY);
	desc_forget_range(first, last);
}

void watch_exit(enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	if (desc_next(0) >= 0)
		relatives_leave(process.pid, 0);
	close_all(0, INT_MAX, call, RST_CLOSE_SURELY);
	sink_end();
}

/* Where the signal is ignored abort() makes it deadly. */
void watch_abort(void)
{
	struct sigaction action;

	if (sigaction(SIGABRT, NULL, &action) != 0)
		return;
	if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)
		watch_exit(CALL_abort);
	else if (desc_limit > 0 && process_is_ours())
		close_all(0, INT_MAX, CALL_abort, RST_CLOSE_PERHAPS);
}

void watch_exec(enum rst_call call, enum rst_close_how how)
{
	const struct rst_act act = {.kind = RST_ACT_CLOSE, .how = how};

	if (desc_limit == 0 || !process_is_ours())
		return;
	desc_recall(0, INT_MAX);
	for (int fd = desc_before(INT_MAX); fd >= 0; fd = desc_before(fd - 1))
		if (raw_fcntl(fd, F_GETFD, 0) == FD_CLOEXEC)
			close_look(&(struct subject){fd, desc_peek(fd), call, 0,
						     INT_MAX},
				   &act, rst_probe_glance(fd));
}

void watch_fork(void)
{
	if (desc_limit > 0 && process_is_ours())
		process_forks_now();
}

void watch_split(void)
{
	if (desc_limit > 0 && process_is_ours())
		process_split_table();
}

void watch_shutdown(struct desc *d, int fd, int how)
{
	const struct subject s = {fd, d, CALL_shutdown, fd, fd};
	const struct rst_act act = {.kind = RST_ACT_SHUTDOWN, .how = how};

	/* tcp_disconnect() leaves ECONNRESET behind: our own doing. */
	if (rst_probe_state(fd) == RST_SYN_SENT)
		desc_mark(d, DESC_RESET_TOLD);
	/* Data that waits may meet a peer whose FIN waits behind our window. */
	if (desc_has(d, DESC_LISTENER | DESC_SHARED) ||
	    peer_may_have_forgotten(fd, d, rst_probe_glance(fd)) ||
	    (desc_has_local_peer(fd, d) && sockopt_queue(fd, SIOCOUTQNSD) > 0))
		predict(&s, &act, RST_WANT_ALL);
}

void watch_was_shut(struct desc *d, int how)
{
	const unsigned flags = (how != SHUT_WR ? DESC_SHUT_RD : 0) |
			       (how != SHUT_RD ? DESC_SHUT_WR : 0);

	desc_mark(d, flags);
	if (desc_has(d, DESC_SHARED))
		desc_mark_copies(d, flags);
}
