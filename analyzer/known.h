/* SPDX-License-Identifier: MIT */
/* known.h - what a descriptor is known to be until it is closed. */
#ifndef ANALYZER_KNOWN_H
#define ANALYZER_KNOWN_H

#include <sys/types.h>

/*
 * What a number stands for can only change after it was closed, and each call
 * that closes it comes here first. So what was found out by a write holds for
 * the next ones, and most of them, to files, pipes and eventfds, need no look
 * at all. (io_uring and the calls of a 32-bit program close without us: then a
 * connection that gets the number is not seen.)
 */
enum known { KNOWN_NOT, KNOWN_OTHER, KNOWN_TCP };

enum known known_find(pid_t pid, int fd);

/* Thread tid of process pid has made a call on fd, which was found to be so. */
void known_learn(pid_t pid, pid_t tid, int fd, enum known what);

/* tid is about to close fd; nothing is learned of it before it has done so. */
void known_closing(pid_t tid, int fd);
void known_closing_all(pid_t tid);

/* tid makes another call: what it was about to close is closed. */
void known_goes_on(pid_t tid);

/* The process has ended. */
void known_forget(pid_t pid);

#endif
