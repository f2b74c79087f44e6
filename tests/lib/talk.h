/* SPDX-License-Identifier: MIT */
/* talk.h - a TCP connection spoken segment by segment, numbers kept. */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include "segment.h"

enum { CLIENT, SERVER };

/*
 * What each end has sent so far, and how its segments look. A test changes
 * what it wants different, here or in the segment that it gets.
 */
struct talk {
	struct rst_addr end[2];
	uint32_t next[2]; /* sequence numbers; the first ones are the ISNs */
	uint16_t window[2];
	uint16_t ip_id[2];
	uint8_t ttl[2];
	bool has_timestamps;
	uint64_t now_ns; /* goes on by 100 us a segment */
	uint64_t frame;
	uint32_t tap;
};

/* 10.0.0.1:40000 to 10.0.0.2:80, numbers 1000 and 5000, Linux's ways. */
struct talk talk_new(void);

/* Waits. */
void talk_wait(struct talk *t, double seconds);

/* `who` sends a segment with what is due, and its number goes on. */
struct segment talk_say(struct talk *t, int who, uint8_t flags, uint32_t len);

/* A keepalive probe of `who`. */
struct segment talk_probe(struct talk *t, int who);

/* An active reset of `who`: from a living socket. */
struct segment talk_abort(struct talk *t, int who);

/* `who` answers s as a host that knows no such connection. */
struct segment talk_deny(struct talk *t, int who, const struct segment *s);

#endif
