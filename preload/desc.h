/* SPDX-License-Identifier: MIT */
/* desc.h - what we remember of each descriptor, lock-free, 128 bytes each. */
#ifndef RSTWATCH_DESC_H
#define RSTWATCH_DESC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/addr.h"

#include "clock.h"
#include "libc.h"

/*
 * Theory of operation. A descriptor's number is a guess: libc closes some
 * without passing through us, and other threads reuse a number the moment it
 * is free. So a slot is only ever a hint that saves system calls; before a
 * warning the kernel is asked, and the cookie tells whether it is still the
 * same socket (watch.c).
 *
 * Slots are written by whoever uses the descriptor, with relaxed atomics and
 * without locks: a torn update costs a wrong "last read", never a crash. They
 * live in chunks that are mapped when the first descriptor of their range is
 * learned; a page that no descriptor used is never touched.
 */
enum desc_kind {
	DESC_UNKNOWN, /* not asked yet */
	DESC_NOT_TCP,
	DESC_TCP,
	DESC_CLOSED, /* was DESC_TCP; by us, or by a vfork child: desc_close()
		      */
};

enum desc_flag {
	DESC_BORN = 1 << 0,	 /* seen from socket() or accept() on */
	DESC_INHERITED = 1 << 1, /* was open when the process started */
	DESC_LISTENER = 1 << 2,
	DESC_CONNECTED = 1 << 3,  /* connect() was begun, or accepted */
	DESC_LOCAL_PEER = 1 << 4, /* the peer is surely on this host */
	DESC_EOF = 1 << 5,	  /* a read returned 0 */
	DESC_SHUT_WR = 1 << 6,	  /* this side sent its FIN by shutdown() */
	DESC_URGENT = 1 << 7,	  /* MSG_OOB was read: its mark may remain */
	DESC_LINGER_ZERO = 1 << 8,
	DESC_LINGER2 = 1 << 9,	   /* TCP_LINGER2 < 0 */
	DESC_FASTOPEN = 1 << 10,   /* may still be in SYN_RECV */
	DESC_SHARED = 1 << 11,	   /* dup, fork, SCM_RIGHTS */
	DESC_SEND_TOLD = 1 << 12,  /* a reset by sending was predicted */
	DESC_RESET_TOLD = 1 << 13, /* a received reset was reported */
	DESC_CLOSE_TOLD = 1 << 14, /* a reset by closing was predicted */
	DESC_PASSED = 1 << 15,	   /* sent away by SCM_RIGHTS */
	DESC_OPEN_TOLD = 1 << 16,  /* connection-opened was written */
	DESC_HTTP = 1 << 17,	   /* what was read first was HTTP */
	DESC_PEER_FIN = 1 << 18,   /* its FIN was there when we sent */
	DESC_SHUT_RD = 1 << 19,	   /* an end of file may be our own doing */
	DESC_POLL_BLIND = 1 << 20, /* poll(2) may not show what is unread */
	DESC_ENDS = 1 << 21,	   /* both ends known, and so whether local */
	DESC_CROWDED = 1 << 22,	   /* more threads than one were inside */
	DESC_DEFERRED = 1 << 23,   /* the SYN may wait for the first write */
	DESC_NO_MPTCP = 1 << 24,   /* the kernel said so */
	DESC_PLAIN = 1 << 25,	   /* no LINGER, REPAIR, PEEK_OFF was set */
	DESC_SEND_SURE = 1 << 27,  /* ...and it was certain */
	DESC_ABORTS = 1 << 26,	   /* ends.h: its close is sure to reset */
};

struct desc_io {
	uint64_t ticks; /* clock.h */
	int64_t result;
};

struct desc {
	uint8_t kind; /* enum desc_kind */
	/* enum rst_call */
	uint8_t opened_by, linger_by, read_by, write_by;
	uint16_t inside; /* thread.h: who takes out of its queue, or 0 */
	uint32_t flags;	 /* enum desc_flag */
	uint32_t forks;	 /* process.h: how often we had forked when it opened */
	uint64_t cookie; /* SO_COOKIE, 0 where not asked yet */
	struct desc_io last_read, last_write;
	uint64_t opened_ticks;
	uintptr_t opened_at, linger_at; /* return addresses */
	uint32_t addr[2][5];		/* struct rst_addr: local, peer */
	uint64_t linger_ticks;
};

_Static_assert(sizeof(struct desc) == 128, "two cache lines a descriptor");

enum { DESC_CHUNK = 512, DESC_CHUNKS = 2048 };

/* Descriptors from this number on are not watched; 0 where nothing is, and
 * until libc's functions are bound. */
extern unsigned desc_limit;
extern struct desc *desc_chunks[DESC_CHUNKS];

#define DESC_GET(field)	   __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define DESC_SET(field, v) __atomic_store_n(&(field), (v), __ATOMIC_RELAXED)

/* From now on descriptors are watched. */
void desc_start(void);

/* The slot of fd, its chunk mapped if need be; NULL if that is impossible or
 * fd is out of range. */
struct desc *desc_slot(int fd);

/* The slot if its chunk exists, else NULL; never maps. */
static inline struct desc *desc_peek(int fd)
{
	struct desc *chunk;

	if (UNLIKELY((unsigned)fd >= desc_limit))
		return NULL;
	chunk = __atomic_load_n(&desc_chunks[(unsigned)fd / DESC_CHUNK],
				__ATOMIC_ACQUIRE);
	return chunk ? &chunk[(unsigned)fd % DESC_CHUNK] : NULL;
}

/* Asks the kernel what fd is; the slot if it is a TCP socket, else NULL. */
struct desc *desc_learn(int fd);

/*
 * True if fd is known to be something else than a TCP socket: nothing of ours
 * is to be done then, and libc's functions are bound.
 */
static inline bool desc_is_other(int fd)
{
	const struct desc *d = desc_peek(fd);

	return LIKELY(d) && DESC_GET(d->kind) == DESC_NOT_TCP;
}

/* The slot of fd if it is a TCP socket, else NULL. The way of every call. */
static inline struct desc *desc_tcp(int fd)
{
	struct desc *d = desc_peek(fd);

	if (LIKELY(d)) {
		uint8_t kind = DESC_GET(d->kind);

		if (kind == DESC_TCP)
			return d;
		if (LIKELY(kind == DESC_NOT_TCP))
			return NULL;
	}
	return (unsigned)fd < desc_limit ? desc_learn(fd) : NULL;
}

/* Begins a new life of fd as a TCP socket, with the facts known so far. */
struct desc *desc_born(int fd, enum rst_call by, const void *caller);

/* fd is something else than a TCP socket. */
void desc_not_tcp(int fd);

/* Nothing is known of fd any more. */
void desc_forget(int fd);

/*
 * The socket of d is about to be closed - by us, or by a vfork child, which
 * has our memory but descriptors of its own. To tell the two apart takes a
 * system call; so the slot keeps what it knows, and should fd be used again
 * without having been opened anew, desc_learn() finds that it is still there.
 */
static inline void desc_close(struct desc *d)
{
	DESC_SET(d->kind, DESC_CLOSED);
}

/* Of those closed so, takes back the ones in first..last that are open. */
void desc_recall(unsigned first, unsigned last);

/* All of first..last, as close_range() counts. */
void desc_forget_range(unsigned first, unsigned last);

/* to is now a copy of from: both are marked as shared. */
void desc_copy(int from, int to);

/*
 * Which life of the number it is: a call that waits may return when the number
 * is another socket's, and what it then says isn't to be noted of that one.
 */
static inline uint64_t desc_life(const struct desc *d)
{
	return DESC_GET(d->opened_ticks);
}

static inline bool desc_has(const struct desc *d, enum desc_flag flag)
{
	return (DESC_GET(d->flags) & flag) != 0;
}

static inline void desc_mark(struct desc *d, unsigned flags)
{
	__atomic_fetch_or(&d->flags, flags, __ATOMIC_RELAXED);
}

static inline void desc_unmark(struct desc *d, unsigned flags)
{
	__atomic_fetch_and(&d->flags, ~flags, __ATOMIC_RELAXED);
}

/* True if nothing was read or written for about a second before now. */
static inline bool desc_is_idle(const struct desc *d, uint64_t now)
{
	uint64_t last = DESC_GET(d->last_write.ticks);
	uint64_t read = DESC_GET(d->last_read.ticks);
	uint64_t opened = DESC_GET(d->opened_ticks);

	if (read > last)
		last = read;
	if (opened > last)
		last = opened;
	/* Another thread may have read the clock after us. */
	return (int64_t)(now - last) > (int64_t)clock_long();
}

/* The same for all other descriptors of d's socket that are known. */
void desc_mark_copies(const struct desc *d, unsigned flags);

/* Address i (0 local, 1 peer), word by word as it was written. */
void desc_set_addr(struct desc *d, int i, const struct rst_addr *a);
void desc_get_addr(const struct desc *d, int i, struct rst_addr *a);

/*
 * The connection's two ends; marks it as connected. Where local is NULL it is
 * asked when it is needed: desc_has_local_peer().
 */
void desc_set_ends(struct desc *d, const struct rst_addr *local,
		   const struct rst_addr *peer);

/* True if the peer is surely on this host. */
bool desc_has_local_peer(int fd, struct desc *d);

/*
 * The next TCP descriptor from fd on that has a slot, or from fd down; -1 after
 * the last. For exit and close_range, which act on all of them.
 */
int desc_next(int fd);
int desc_before(int fd);

#endif
