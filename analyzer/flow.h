/* SPDX-License-Identifier: MIT */
/* flow.h - what is remembered of one TCP connection. */
#ifndef ANALYZER_FLOW_H
#define ANALYZER_FLOW_H

#include "segment.h"

enum {
	SIDE_SEEN = 1 << 0, /* sent something; next is known */
	SIDE_ISN = 1 << 1,  /* isn is known, seen or worked out */
	SIDE_ACK = 1 << 2,  /* ack is known */
	SIDE_FIN = 1 << 3,
	SIDE_FIN_ACKED = 1 << 4,
	SIDE_RST = 1 << 5,
	SIDE_TIMESTAMP = 1 << 6, /* its segments carry timestamps */
	SIDE_HOLE = 1 << 7,	 /* sent something that isn't in the capture */
};

/* One end of a connection, by what it sent. Resets change nothing but flags. */
struct flow_side {
	uint32_t isn;
	uint32_t next;	 /* the sequence number after all that it sent */
	uint32_t ack;	 /* the highest number that it acknowledged */
	uint32_t fin;	 /* the sequence number after its FIN */
	uint32_t fin_ms; /* when, since first_ns */
	uint16_t window; /* not scaled */
	uint16_t ip_id;
	uint8_t wscale;
	uint8_t ttl;
	uint8_t flags;
	uint8_t probes; /* keepalive probes since the other side last spoke */
};

enum {
	FLOW_USED = 1 << 0,
	FLOW_ACTIVE = 1 << 1,	    /* a segment came since the clock passed */
	FLOW_FINISHED = 1 << 2,	    /* both FINs acknowledged, or a reset */
	FLOW_CLIENT_0 = 1 << 3,	    /* end[0] sent the SYN */
	FLOW_CLIENT_1 = 1 << 4,	    /* end[1] did */
	FLOW_TAPS = 1 << 5,	    /* was captured at more than one place */
	FLOW_PRIOR_HALF_0 = 1 << 6, /* of an earlier connection between these */
	FLOW_PRIOR_HALF_1 = 1 << 7, /* ports only this end had sent its FIN */
	FLOW_IPV6 = 1 << 8,
	FLOW_RARE = 1 << 9, /* its struct flow_rare holds something */
};

/* As struct rst_addr begins; the family of both ends is one flag. */
struct flow_end {
	uint8_t ip[16];
	uint16_t port;
};

/* end[0] sent the first packet that was seen; side[n] is what end[n] sent. */
struct flow {
	uint64_t first_ns;
	uint64_t last_ns[2]; /* the last segment of each side, resets apart */
	struct flow_side side[2];
	uint32_t packets;
	uint32_t past; /* its newest entry in the table's history */
	struct flow_end end[2];
	uint16_t generation; /* the table's: how often it was begun */
	uint16_t flags : 11;
	uint16_t tap : 5; /* where its first segment was captured */
};

_Static_assert(sizeof(struct flow) == 128, "two cache lines a live flow");

/*
 * What few packets ask for, kept beside: all zero, unless the connection has
 * FLOW_RARE. Whoever writes to it sets that.
 */
struct flow_rare {
	uint32_t idle_ms;  /* the last silence longer than a second */
	uint32_t spoke_ms; /* when that ended, since first_ns */
	uint32_t resets;   /* the caller's: its first finding, plus one */
};

_Static_assert(sizeof(struct flow_rare) == 12, "12 bytes for some flows");

/*
 * Makes f a connection that begins at ts_ns, between the ends that it has;
 * what it was before (zeroed, if nothing) is forgotten.
 */
void flow_begin(struct flow *f, uint64_t ts_ns);

/*
 * True if s, sent by end[dir], cannot belong to the connection that f
 * describes, so that the ports are in use anew.
 */
bool flow_is_reused(const struct flow *f, int dir, const struct segment *s);

/* Takes in a segment that end[dir] sent. Pure but for f and rare. */
void flow_take(struct flow *f, struct flow_rare *rare, int dir,
	       const struct segment *s);

/* The window that end[dir] offers, in bytes, scaled where that is known. */
uint32_t flow_window(const struct flow *f, int dir);

/*
 * True if s is what a keepalive timer sends: no data or one byte of it, one
 * number below the next, RFC 1122 4.2.3.6.
 */
bool flow_is_probe(const struct flow_side *side, const struct segment *s);

/* When either end last sent something, resets apart; 0 if never. */
uint64_t flow_last_ns(const struct flow *f);

#endif
