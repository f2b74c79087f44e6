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

/*
 * Process pid, the caller, is about to close the socket with this inode, or all
 * it has (0): before it looks who else holds it. The answer is for
 * relatives_stay(): it won't, or has it by another descriptor.
 */
uint32_t relatives_leave(int32_t pid, uint64_t inode);
void relatives_stay(uint32_t order);

/* True if process pid said so before the caller did. */
bool relatives_leaves(int32_t pid, uint64_t inode);

/*
 * One of them told of the end of the socket with this cookie, for all: one that
 * left before may look when that one has let go, and find nobody.
 */
void relatives_tell(uint64_t cookie);
bool relatives_told(uint64_t cookie);

/* What a process said that had this number before is void. */
void relatives_reborn(int32_t pid);

#endif
