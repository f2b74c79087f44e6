/* SPDX-License-Identifier: MIT */
/* watch.h - what is looked at before and after each kind of call. */
#ifndef RSTWATCH_WATCH_H
#define RSTWATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "amount.h"
#include "desc.h"

/*
 * All of these keep errno, make no use of malloc, stdio or locks, and may be
 * called from a signal handler. A wrapper asks desc_tcp() first, so that a
 * descriptor that is no TCP socket costs two loads.
 */

/* Starts watching; after sink_start(). */
void watch_start(void);

/* In the child of a fork. */
void watch_forked(void);

/* Before fd is closed by call: warns if need be, then forgets fd. */
void watch_close(int fd, enum rst_call call);

/* Before first..last are closed by one call. */
void watch_close_range(unsigned first, unsigned last, enum rst_call call);

/* Before the process ends: every socket is closed. */
void watch_exit(enum rst_call call);

/* Before the program is replaced: what is close-on-exec is closed. */
void watch_exec(enum rst_call call);

/* Before a call that makes a child without pthread_atfork()'s handlers. */
void watch_fork(void);

/* Before shutdown(fd, how); after it succeeded. */
void watch_shutdown(struct desc *d, int fd, int how);
void watch_was_shut(struct desc *d, int how);

/* Before connect(fd, addr, len); addr may point anywhere. */
void watch_connect(struct desc *d, int fd, const struct sockaddr *addr,
		   socklen_t len);
void watch_connected(struct desc *d, int fd, const struct sockaddr *addr,
		     socklen_t len, int result, const void *caller);

/* After socket() and accept() gave fd; peer is as accept() wrote it. */
void watch_socket(int fd, int domain, int type, int protocol,
		  const void *caller);
void watch_accepted(const struct desc *listener, int fd, enum rst_call call,
		    const struct sockaddr *peer, socklen_t len,
		    const void *caller);
void watch_listening(struct desc *d);

/* After setsockopt() succeeded; then value can be read. */
void watch_option(struct desc *d, int level, int name, const void *value,
		  socklen_t len, const void *caller);

/*
 * Before and after a call that sends. What watch_send() returns is handed to
 * watch_sent(): a SIGPIPE that the call raises is delivered after the reset
 * was reported, else the program would be gone.
 */
struct watch_hold {
	uint64_t old_mask;
	bool is_held;
};
struct watch_hold watch_send(struct desc *d, int fd, enum rst_call call,
			     struct amount amount);
void watch_sent(struct desc *d, int fd, enum rst_call call, ssize_t result,
		struct watch_hold hold);

/* Delivers what was held back; nothing where nothing was. */
void watch_let_go(struct watch_hold hold);

/*
 * After a call that receives. bytes is where it put result bytes, NULL where
 * that is scattered; may_be_eof: 0 means end of file.
 */
void watch_received_error(struct desc *d, int fd, enum rst_call call);
void watch_first_bytes(struct desc *d, const void *bytes, size_t len);
static inline void watch_received(struct desc *d, int fd, enum rst_call call,
				  const void *bytes, ssize_t result,
				  bool may_be_eof);

/* True if the number belongs to us, and the program must not close it. */
bool watch_owns(int fd);

/* The lowest of ours in first..last; -1 if none is there. */
int watch_owned_in(unsigned first, unsigned last);

/*
 * Before call installs a filter of system calls: it may kill for any of ours,
 * so there will be none. Writes what the log still has to know, gives up our
 * descriptors, and watches no more.
 */
void watch_stop(enum rst_call call);

/* The program is about to give the number a new meaning: we move away. */
void watch_yield(int fd);

#include "clock.h"
#include "thread.h"

static inline void watch_received(struct desc *d, int fd, enum rst_call call,
				  const void *bytes, ssize_t result,
				  bool may_be_eof)
{
	thread_leave(d);
	if (UNLIKELY(result < 0)) {
		watch_received_error(d, fd, call);
		return;
	}
	if (UNLIKELY(DESC_GET(d->last_read.ticks) == 0) && bytes)
		watch_first_bytes(d, bytes, (size_t)result);
	DESC_SET(d->read_by, (uint8_t)call);
	DESC_SET(d->last_read.result, result);
	DESC_SET(d->last_read.ticks, clock_ticks());
	if (UNLIKELY(result == 0 && may_be_eof))
		desc_mark(d, DESC_EOF);
}

#endif
