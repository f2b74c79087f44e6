/* SPDX-License-Identifier: MIT */
/* play.h - one play of the storm: a connection and what is done to it. */
#ifndef STORM_PLAY_H
#define STORM_PLAY_H

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "../journal.h"

/* The watched program: it knows of no rstwatch and links libc alone. */

/* Splitmix64: each play has its own, begun from the seed and its number. */
struct dice {
	uint64_t state;
};

uint64_t dice_roll(struct dice *d);

/* 0 .. n - 1 */
static inline unsigned dice_below(struct dice *d, unsigned n)
{
	return (unsigned)(dice_roll(d) % n);
}

/* True in so many of a hundred cases. */
static inline bool dice_percent(struct dice *d, unsigned percent)
{
	return dice_below(d, 100) < percent;
}

struct end {
	int fd; /* -1: closed */
	enum storm_side side;
	struct play *play;
};

struct play {
	uint32_t id;
	struct dice dice;
	bool is_duel;	/* both ends at once */
	bool is_remote; /* the server lives behind the veth */
	int family;
	bool is_mapped;	  /* IPv4 through AF_INET6 sockets */
	unsigned mptcp;	  /* 1: the client's socket, 2: the server's */
	bool shares_port; /* its listeners have SO_REUSEPORT */
	struct sockaddr_storage server;
	socklen_t server_len;
	struct end listener;
	struct end end[2]; /* SIDE_CLIENT, SIDE_SERVER */
};

/* What a run shares: set once by main. */
struct storm {
	struct journal *journal;
	uint64_t seed;
	int null_fd;
	int file_fd;  /* some bytes, for sendfile() */
	int netns[2]; /* the storm's own, the remote host's */
	bool is_far;  /* all servers live on the remote host */
};

extern struct storm storm;

struct journal_entry *journal_begin(uint32_t play, enum storm_side side, int fd,
				    enum storm_call call, long arg);
void journal_end(struct journal_entry *e, long result);

/* Makes a call and enters it: when it began, what came of it, when. */
#define ENTERED(e, name, argument, expression) \
	({ \
		struct journal_entry *entry_ = \
			journal_begin((e)->play->id, (e)->side, (e)->fd, \
				      STORM_##name, argument); \
		long result_ = (long)(expression); \
		journal_end(entry_, result_); \
		result_; \
	})

/* A random step on one end; nothing where it is closed. */
void step_any(struct end *e);

/*
 * The same, but nothing whose effect on the other end no packet shows: reading
 * is shut down, or a half-closed end closed, without a segment.
 */
void step_seen_in_packets(struct end *e);

void step_write(struct end *e);
void step_flood(struct end *e);
void step_read(struct end *e);
void step_drain(struct end *e);
void step_shutdown(struct end *e, int how);
void step_linger(struct end *e, int on, int seconds);
void step_linger2(struct end *e, int seconds);
void step_disconnect(struct end *e);

/* Ends it by a call of the dice's choice, or by close() itself. */
void step_close_somehow(struct end *e);
void step_close(struct end *e);

/* Vanishes without a segment (TCP_REPAIR). */
void step_vanish(struct end *e);

/* Prepares. False where the kernel said no, and the play is over. */
bool play_address(struct play *p);
bool play_listen(struct play *p, int backlog);
bool play_listen_as(struct play *p, struct end *listener, int backlog);
bool play_connect(struct play *p, struct end *client);
bool play_accept(struct play *p, struct end *server);
bool play_open(struct play *p);
int play_socket(struct play *p, struct end *e);

/* Closes it, disconnects it, shuts it down. */
void play_end_listener(struct end *l);

/* By io_uring: libc sees nothing of it. */
void uring_send(struct end *e, const void *bytes, size_t n);
void uring_shutdown(struct end *e, int how);
void uring_close(struct end *e);

/* Who plays: one of many threads, a process of one, a thread that may wait. */
enum worker { BUSY, SOLO, PATIENT };

/* Runs play number id; the kind of worker that it is for. */
enum worker play_worker(uint32_t id);
void play_run(uint32_t id);

/* Plays with other holders of a socket; play_holders.c. */
void play_carry(struct play *p);
void play_duplicates(struct play *p);
void play_blocked_thread(struct play *p);
void play_duel(struct play *p);
void play_held_by_child(struct play *p);
void play_split(struct play *p);

/* Rarer sockets and calls; play_rare.c. */
void play_mptcp(struct play *p);
void play_fastopen(struct play *p);
void play_siblings(struct play *p);
void play_uring(struct play *p);

#endif
