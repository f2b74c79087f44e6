/* SPDX-License-Identifier: MIT */
/* watch.h - what is looked at before and after each kind of call. */
#ifndef RSTWATCH_WATCH_H
#define RSTWATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "rstwatch/verdict.h"

#include "amount.h"
#include "clock.h"
#include "desc.h"
#include "process.h"
#include "readable.h"
#include "sink.h"
#include "sockopt.h"
#include "thread.h"

/*
 * All of these keep errno, make no use of malloc, stdio or locks, and may be
 * called from a signal handler. A wrapper asks desc_tcp() first, so that a
 * descriptor that is no TCP socket costs two loads.
 */

/*
 * What a wrapper of one call does: a jump to libc where fd is none of our
 * business, else to NAME_rest(), which stands out of line so that the wrapper
 * itself needs no stack frame.
 */
#define BY_KIND(fd, name, ...) \
	(LIKELY(desc_is_other(fd)) ? LIBC_BOUND(name)(__VA_ARGS__) \
				   : name##_rest(__VA_ARGS__))
#define REST static __attribute__((noinline))
/* Of a call that few programs make of a socket: small, not fast. */
#define RARE __attribute__((cold))

/* Starts watching; after sink_start(). */
void watch_start(void);

/* In the child of a fork. */
void watch_forked(void);

/*
 * Before fd is closed by call: warns if need be, then forgets fd. What is no
 * TCP socket stays so: what comes next at this number is one only through
 * calls that say so (socket, accept, SCM_RIGHTS), and not to ask saves two
 * calls for each file that is opened and closed.
 */
static inline void watch_close(int fd, enum rst_call call);

/* The same where poll(2), which saw this, is not enough. */
void watch_close_rest(int fd, struct desc *d, enum rst_call call, short seen);

/* Before first..last are closed by one call. */
void watch_close_range(unsigned first, unsigned last, enum rst_call call);

/* Before the process ends: every socket is closed. */
void watch_exit(enum rst_call call);

/* Before abort(), which a handler of the program's may keep from its end. */
void watch_abort(void);

/* Before the program is replaced: what is close-on-exec is closed. */
void watch_exec(enum rst_call call, enum rst_close_how how);

/* Before a call that makes a child without pthread_atfork()'s handlers. */
void watch_fork(void);

/* Before a thread gets a table of descriptors of its own. */
void watch_split(void);

/* Before shutdown(fd, how); after it succeeded. */
void watch_shutdown(struct desc *d, int fd, int how);
void watch_was_shut(struct desc *d, int how);

/*
 * Before and after connect(fd, addr, len), or a call that sends with
 * MSG_FASTOPEN; addr may point anywhere, and result 0 is success. life, here
 * and below, is desc_life() before the call: it may have waited for long.
 */
void watch_connect(struct desc *d, int fd, enum rst_call call,
		   const struct sockaddr *addr, socklen_t len);
void watch_connected(struct desc *d, int fd, enum rst_call call, uint64_t life,
		     const struct sockaddr *addr, socklen_t len, int result,
		     const void *caller);

/* After socket() and accept() gave fd; peer is as accept() wrote it. */
void watch_socket(int fd, int domain, int type, int protocol,
		  const void *caller);
void watch_accepted(const struct desc *listener, int fd, enum rst_call call,
		    const struct sockaddr *peer, socklen_t len,
		    const void *caller);
void watch_listening(struct desc *d, int fd);

/*
 * The sockets in the messages of one call, so far as there is room for them:
 * should a message not be sent, it carries them no more. Once it is sent who
 * received it may free all that it consists of, so that only this is looked at
 * then. The marks that were set before stay: others are only asked for.
 */
enum { WATCH_PASSING_MAX = 8 };
struct watch_passing {
	unsigned count;
	struct {
		uint64_t cookie;
		unsigned message;
	} socket[WATCH_PASSING_MAX];
};

/*
 * Before msg is sent, as the call's message'th, through what is d's TCP socket
 * (NULL: is none, and may be a UNIX socket); after sent of them were.
 */
static inline void watch_passing(const struct desc *d, const struct msghdr *msg,
				 unsigned message, struct watch_passing *p);
void watch_passing_rest(const struct msghdr *msg, unsigned message,
			struct watch_passing *p);
void watch_passed(const struct watch_passing *p, unsigned sent);

/* After what is in msg came out of a UNIX socket. */
void watch_arrived(const struct msghdr *msg, int flags);

/* After setsockopt() succeeded; then value can be read. */
void watch_option(struct desc *d, int level, int name, const void *value,
		  socklen_t len, const void *caller);

/* Before TCP_CORK or TCP_NODELAY is set: it may let go of what was held back.
 */
void watch_flush(struct desc *d, int fd, int name, const void *value,
		 socklen_t len);

/* Before the first data after a connect() that may have left the SYN to it. */
void watch_first_write(struct desc *d, int fd, enum rst_call call);

/*
 * Before and after a call that sends. What watch_send() returns is handed to
 * watch_sent(): a SIGPIPE that the call raises is delivered after the reset
 * was reported, else the program would be gone.
 */
struct watch_hold {
	union {
		uint64_t old_mask; /* of signals, where is_held */
		uint64_t ticks;	   /* else: when the call was begun, or 0 */
	};
	int error; /* errno before the call, where is_held */
	bool is_held;
};
static inline struct watch_hold
watch_send(struct desc *d, int fd, enum rst_call call, struct amount amount);
static inline void watch_sent(struct desc *d, int fd, enum rst_call call,
			      uint64_t life, ssize_t result,
			      struct watch_hold hold);

/* The same where there is more to do: what poll(2) saw, and when. */
struct watch_hold watch_send_rest(struct desc *d, int fd, enum rst_call call,
				  struct amount amount, short seen,
				  uint64_t now);
void watch_sent_rest(struct desc *d, int fd, enum rst_call call, uint64_t life,
		     ssize_t result, struct watch_hold hold);

/* Delivers what was held back; nothing where nothing was. */
void watch_let_go(struct watch_hold hold);

/*
 * After a call that receives. bytes is where it put result bytes, NULL where
 * that is scattered; may_be_eof: 0 means end of file.
 */
static inline void watch_received(struct desc *d, int fd, enum rst_call call,
				  uint64_t life, const void *bytes,
				  ssize_t result, bool may_be_eof);
void watch_received_error(struct desc *d, int fd, enum rst_call call);

/*
 * The same without what watch_received() does at every call; false where that
 * isn't to be done.
 */
bool watch_received_rest(struct desc *d, const void *bytes, ssize_t result,
			 bool may_be_eof);

/* True if the number belongs to us, and the program must not close it. */
bool watch_owns(int fd);

/* The lowest of ours in first..last; -1 if none is there. */
int watch_owned_in(unsigned first, unsigned last);

/*
 * Before call installs a filter of system calls, or has them dispatched by the
 * place that they are made at (prctl(2)): it may kill for any of ours,
 * so there will be none. Writes what the log still has to know, gives up our
 * descriptors, and watches no more.
 */
void watch_stop(enum rst_call call);

/* The program is about to give the number a new meaning: we move away. */
void watch_yield(int fd);

/*
 * Of a message that isn't in its caller's frame the kernel has to be asked,
 * which a TCP socket, where such things mean nothing, isn't worth.
 */
static inline void watch_passing(const struct desc *d, const struct msghdr *msg,
				 unsigned message, struct watch_passing *p)
{
	if (is_on_stack(msg, sizeof(*msg)) ? msg->msg_controllen > 0 : !d)
		watch_passing_rest(msg, message, p);
}

static inline void watch_received(struct desc *d, int fd, enum rst_call call,
				  uint64_t life, const void *bytes,
				  ssize_t result, bool may_be_eof)
{
	thread_leave(d);
	if (UNLIKELY(desc_life(d) != life))
		return;
	if (UNLIKELY(result < 0)) {
		watch_received_error(d, fd, call);
		return;
	}
	if (UNLIKELY(result == 0 || DESC_GET(d->last_read.ticks) == 0) &&
	    !watch_received_rest(d, bytes, result, may_be_eof))
		return;
	DESC_SET(d->read_by, (uint8_t)call);
	DESC_SET(d->last_read.result, result);
	DESC_SET(d->last_read.ticks, clock_ticks());
}

static inline struct watch_hold
watch_send(struct desc *d, int fd, enum rst_call call, struct amount amount)
{
	short seen = sockopt_glance(fd);
	uint64_t now = clock_ticks();

	if (UNLIKELY(seen != 0 || desc_is_idle(d, now)))
		return watch_send_rest(d, fd, call, amount, seen, now);
	return (struct watch_hold){.ticks = now};
}

static inline void watch_sent(struct desc *d, int fd, enum rst_call call,
			      uint64_t life, ssize_t result,
			      struct watch_hold hold)
{
	if (UNLIKELY(result < 0 || hold.is_held || desc_life(d) != life)) {
		watch_sent_rest(d, fd, call, life, result, hold);
		return;
	}
	DESC_SET(d->write_by, (uint8_t)call);
	DESC_SET(d->last_write.result, result);
	DESC_SET(d->last_write.ticks, hold.ticks);
}

/*
 * Flags that say that the kernel's answer is not to be had by cheap questions:
 * a listener's queue, a mark that hides data, a fast-open child whose data
 * SIOCINQ doesn't count, options that abort.
 */
enum {
	WATCH_NOT_QUIET = DESC_LISTENER | DESC_URGENT | DESC_FASTOPEN |
			  DESC_LINGER_ZERO | DESC_LINGER2,
};

/* True if a close is harmless where poll(2) sees nothing. */
static inline bool watch_is_quiet(const struct desc *d)
{
	const unsigned ask = WATCH_NOT_QUIET | DESC_SHARED | DESC_POLL_BLIND;

	return !(DESC_GET(d->flags) & ask) &&
	       DESC_GET(d->forks) == process_forks() && !process_was_cloned() &&
	       !desc_is_idle(d, clock_ticks());
}

static inline void watch_close(int fd, enum rst_call call)
{
	struct desc *d = desc_tcp(fd);
	bool is_quiet;
	short seen;

	if (!d)
		return;
	is_quiet = watch_is_quiet(d) && !sink_shows(RST_INFO);
	seen = sockopt_glance(fd);
	if (UNLIKELY(seen != 0 || !is_quiet))
		watch_close_rest(fd, d, call, seen);
	/* Before the call: the number is anybody's when it is done. */
	desc_close(d);
}

#endif
