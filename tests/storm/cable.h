/* SPDX-License-Identifier: MIT */
/* cable.h - what lies between two hosts: it is slow, and loses and reorders. */
#ifndef STORM_CABLE_H
#define STORM_CABLE_H

#include <stdint.h>

struct cable;

/*
 * A TAP device of each name in its network namespace; a thread carries the
 * frames. Each takes between half and one and a half times delay_us, by dice
 * of its own, so that they overtake each other; so many percent get lost. The
 * caller's thread is left in the namespace of the first. NULL and errno.
 */
struct cable *cable_lay(const int netns[2], const char *const names[2],
			unsigned delay_us, unsigned lost_percent);

/* Frames that found no room. */
uint64_t cable_cut(struct cable *c);

#endif
