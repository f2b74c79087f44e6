/* SPDX-License-Identifier: MIT */
/* supervise_socket.h - cheap questions about a socket of another process. */
#ifndef ANALYZER_SUPERVISE_SOCKET_H
#define ANALYZER_SUPERVISE_SOCKET_H

#include <stdbool.h>

#include "supervise_look.h"

/*
 * A duplicate of the descriptor if it is a TCP socket, else -1. What it is
 * stays known, so that most descriptors are looked at once.
 */
int socket_duplicate(const struct waiting *w, int fd);

/* Has an option that makes a close abort, or that can't be asked. */
bool socket_may_abort(const struct waiting *w, int fd, int copy);

/* Heard from a moment ago, so that the peer is still there. */
bool socket_is_alive(int copy);

/*
 * Before data is sent: the same at less cost, where that is done often. Who is
 * gone, and on this host, answers the first data at once.
 */
bool socket_is_heard(const struct waiting *w, int fd, int copy);

/*
 * rst_probe_glance() has seen nothing on a connection that was just sent on and
 * has no option that matters: then nothing is unread, and the peer is there.
 */
bool socket_is_calm(const struct waiting *w, int fd, int copy, short seen);

#endif
