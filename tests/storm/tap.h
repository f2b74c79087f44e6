/* SPDX-License-Identifier: MIT */
/* tap.h - all packets of one network namespace, out of a ring of the kernel's.
 */
#ifndef STORM_TAP_H
#define STORM_TAP_H

#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdint.h>

enum { TAP_FRAME = 256 };

struct tap {
	int fd;
	uint8_t *ring;
	unsigned frames, next;
};

/* One packet as it passed; data is the network header on. */
struct tapped {
	uint64_t ts_ns; /* CLOCK_REALTIME, when it passed this very point */
	const uint8_t *data;
	uint32_t caplen;
	bool is_sent; /* on its way out; else it has come in */
};

/* In the calling thread's namespace; false and errno on failure. */
bool tap_open(struct tap *t, unsigned frames);

/* The next packet that is there; false if none is. tap_release() it. */
bool tap_next(struct tap *t, struct tapped *p);
void tap_release(struct tap *t);

/* Ends; the number of packets that were lost. */
uint64_t tap_close(struct tap *t);

#endif
