/* SPDX-License-Identifier: MIT */
/* sniffer.h - sees every RST on the lo of a test's network namespace. */
#ifndef TESTS_SNIFFER_H
#define TESTS_SNIFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/addr.h"

enum { SNIFFER_ERROR_MAX = 256 };

struct sniffed_reset {
	uint64_t ts_ns; /* CLOCK_REALTIME */
	struct rst_addr from;
	struct rst_addr to;
	bool has_ack;
	uint16_t window;
};

struct sniffer;

/*
 * Captures on lo of the calling thread's network namespace, and goes on doing
 * so wherever the thread goes then. With dump, all TCP packets are written to
 * that file too. NULL and one sentence in why on failure.
 */
struct sniffer *sniffer_open(const char *dump, char why[SNIFFER_ERROR_MAX]);

/* The resets seen so far; takes in first what the kernel holds ready. */
const struct sniffed_reset *sniffer_resets(struct sniffer *s, size_t *count);

/*
 * Waits until a RST between the two endpoints, either way, has been seen; a
 * port 0 means any. NULL if none came in timeout_ms.
 */
const struct sniffed_reset *sniffer_wait(struct sniffer *s,
					 const struct rst_addr *a,
					 const struct rst_addr *b,
					 int timeout_ms);

/* How many connections (unordered pairs of endpoints) were reset. */
size_t sniffer_connections(struct sniffer *s);

/* Packets that were lost on the way; a count above 0 spoils the test. */
unsigned sniffer_lost(struct sniffer *s);

void sniffer_close(struct sniffer *s);

#endif
