/* SPDX-License-Identifier: MIT */
/* known.h - what a descriptor is known to be until it is closed. */
#ifndef ANALYZER_KNOWN_H
#define ANALYZER_KNOWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What a number stands for can only change after it was closed, and each call
 * that closes it comes here first. So what was found out by a write holds for
 * the next ones, and most of them, to files, pipes and eventfds, need no look
 * at all. (io_uring and the calls of a 32-bit program close without us: then a
 * connection that gets the number is not seen.)
 */
enum known {
	KNOWN_NOT,
	KNOWN_OTHER,
	KNOWN_TCP,
	KNOWN_PLAIN, /* TCP, without an option that bears upon its close */
};

enum known known_find(pid_t pid, int fd);

/* Thread tid of process pid has made a call on fd, which was found to be so. */
void known_learn(pid_t pid, pid_t tid, int fd, enum known what);

/*
 * Somebody is about to set such an option, on whichever number of a socket, in
 * whichever process: from now on nothing is plain.
 */
void known_options_change(void);

/* Something is about to be sent on a TCP socket; whether it was since then. */
void known_sends(pid_t pid, int fd, uint64_t now_ms);
bool known_has_sent(pid_t pid, int fd, uint64_t since_ms);

/* tid is about to close fd; nothing is learned of it before it has done so. */
void known_closing(pid_t tid, int fd);
void known_closing_all(pid_t tid);

/* tid makes another call: what it was about to close is closed. */
void known_goes_on(pid_t tid);

/* The process has ended. */
void known_forget(pid_t pid);

#endif
