/* SPDX-License-Identifier: MIT */
/* decode.h - finds the TCP segment in a captured packet. */
#ifndef ANALYZER_DECODE_H
#define ANALYZER_DECODE_H

#include "capture.h"
#include "segment.h"

/*
 * What becomes of a packet. X(ENUM, what a report calls it). The first row is
 * a segment; all others are packets that give none, counted by reason.
 */
#define DECODE_RESULTS(X) \
	X(SEGMENT, "tcp-segment") \
	X(NOT_IP, "not-ip") \
	X(NOT_TCP, "not-tcp") \
	X(FRAGMENT, "later-fragment") \
	X(CUT, "cut-by-snap-length") \
	X(DAMAGED, "damaged-header") \
	X(ENCRYPTED, "encrypted") \
	X(NESTED, "tunnel-in-tunnel") \
	X(WIRELESS, "802.11") \
	X(LINK_TYPE, "unknown-link-type")

enum decode_result {
#define X(e, name) DECODE_##e,
	DECODE_RESULTS(X)
#undef X
		DECODE_RESULT_COUNT
};

const char *decode_result_name(enum decode_result result);

/*
 * Finds the segment of p. s is filled only for DECODE_SEGMENT. Pure; never
 * reads outside of p->data[0 .. p->caplen), whatever the packet claims.
 */
enum decode_result decode_packet(const struct packet *p, struct segment *s);

#endif
