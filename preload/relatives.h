/* SPDX-License-Identifier: MIT */
/* relatives.h - what processes forked from one image tell each other. */
#ifndef RSTWATCH_RELATIVES_H
#define RSTWATCH_RELATIVES_H

#include <stdbool.h>
#include <stdint.h>

/* Called once, by the constructor: the page that all of them share. */
void relatives_start(void);

/* One of them took a descriptor of another process: pidfd_getfd(2). */
void relatives_take(void);
bool relatives_took(void);

/*
 * A socket, by its cookie, was sent through a UNIX socket, where it is in
 * nobody's table; and has come out of it.
 */
void relatives_pass(uint64_t cookie);
void relatives_receive(uint64_t cookie);
bool relatives_may_carry(uint64_t cookie);

#endif
