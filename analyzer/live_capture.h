/* SPDX-License-Identifier: MIT */
/* live_capture.h - captures the headers of TCP while a program runs. */
#ifndef ANALYZER_LIVE_CAPTURE_H
#define ANALYZER_LIVE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is captured: on all interfaces, the packets of the filter, of each the
 * first bytes: Linux cooked header, IPv6 and TCP with all their options.
 */
#define LIVE_CAPTURE_DEVICE "any"
#define LIVE_CAPTURE_FILTER "tcp"
enum { LIVE_CAPTURE_SNAPLEN = 192 };

/*
 * A long run must not fill the disk: two files take turns, so that at least
 * this many bytes of packets are kept, and at most twice as many.
 */
enum { LIVE_CAPTURE_KEPT = 64 << 20 };

struct live_capture;

/*
 * Begins to capture into files in dir. NULL and one sentence in why where it
 * may not. A process that only lacks the privilege is told how to get it.
 */
struct live_capture *live_capture_open(const char *dir, char *why, size_t size);

/* Becomes readable when there are packets. */
int live_capture_fd(const struct live_capture *c);

/* Takes what is there; never waits. */
void live_capture_take(struct live_capture *c);

/*
 * Closes the capture and leaves one file at path. The number of packets that
 * the kernel dropped, in *dropped; those that gave way to later ones, in
 * *forgotten. 0 or -errno.
 */
int live_capture_finish(struct live_capture *c, const char *path,
			uint64_t *dropped, uint64_t *forgotten);

#endif
