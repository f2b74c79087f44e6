/* SPDX-License-Identifier: MIT */
/* journal.h - the storm's own account: which call was made, and when. */
#ifndef STORM_JOURNAL_H
#define STORM_JOURNAL_H

#include <stdint.h>

/* The calls of the storm, by the names that a log gives them. */
#define STORM_CALLS(X) \
	X(socket) \
	X(bind) \
	X(listen) \
	X(connect) \
	X(accept) \
	X(setsockopt) \
	X(write) \
	X(writev) \
	X(send) \
	X(sendto) \
	X(sendmsg) \
	X(sendmmsg) \
	X(sendfile) \
	X(read) \
	X(readv) \
	X(recv) \
	X(recvfrom) \
	X(recvmsg) \
	X(recvmmsg) \
	X(splice) \
	X(poll) \
	X(shutdown) \
	X(dup) \
	X(fork) \
	X(waitpid) \
	X(close) \
	X(close_range) \
	X(dup2) \
	X(dup3) \
	X(fclose) \
	X(exit) \
	X(_exit) \
	X(quick_exit) \
	X(execv) \
	X(uring_send) \
	X(uring_shutdown) \
	X(uring_close)

enum storm_call {
#define X(name) STORM_##name,
	STORM_CALLS(X)
#undef X
		STORM_CALL_COUNT
};

/* Whose socket a call is about. */
enum storm_side {
	SIDE_CLIENT,
	SIDE_SERVER,
	SIDE_LISTENER,
	SIDE_ANY, /* a process that ends, a UNIX socket that carries another */
	SIDE_COUNT
};

struct journal_entry {
	uint64_t begin_ns; /* CLOCK_REALTIME, as a capture's time */
	uint64_t end_ns;   /* 0: the process ended in it */
	uint32_t play;
	int32_t tid;
	int32_t pid;
	int32_t arg; /* bytes, how, option: what says most about the call */
	int32_t result;
	int16_t error;
	int16_t fd;
	uint8_t side; /* enum storm_side */
	uint8_t call; /* enum storm_call */
	uint8_t zero[6];
};

/* One for all processes of a run, in memory that they share. */
struct journal {
	uint32_t capacity;
	uint32_t count;	    /* entries handed out */
	uint32_t cursor[3]; /* the next play of each kind of worker */
	uint32_t done;	    /* plays that came to their end */
	uint32_t failed;    /* plays whose preparations failed */
	uint32_t stop;	    /* set by the runner: begin no more plays */
	struct journal_entry entries[];
};

enum { STORM_PORT = 4000, STORM_DEAD_PORT = 4001 };

/*
 * Each play has an address of its own, so that a packet, a tracepoint and a
 * record tell by it where they belong: 10.0.0.0/9 and fd72:7374:6f72:6d00::/96
 * are on the storm's own host, 10.128.0.0/9 on the other one.
 */
enum { STORM_NET4 = 10 << 24, STORM_REMOTE4 = 1 << 23 };

#define STORM_NET6 "fd72:7374:6f72:6d00::"

#endif
