/* SPDX-License-Identifier: MIT */
/* timeouts.h - the idle timeouts that people meet, by their seconds. */
#ifndef ANALYZER_TIMEOUTS_H
#define ANALYZER_TIMEOUTS_H

#include <stdint.h>

/*
 * The seconds of the well-known timeout that an idle time fits (a timer fires
 * late, never early: up to 2 % and half a second), 0 where there is none.
 */
uint32_t timeout_find(uint64_t idle_ns);

/* Who has a timeout of so many seconds; "" for one that isn't well known. */
const char *timeout_name(uint32_t seconds);

#endif
