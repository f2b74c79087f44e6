/* SPDX-License-Identifier: MIT */
/* supervise_socket.c - cheap questions about a socket of another process. */
#include "supervise_socket.h"

#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rstwatch/probe.h"

#include "known.h"

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

/* A peer that was silent for so long may have vanished. */
enum { IDLE_MS = 1000 };

static bool may_abort(int copy)
{
	struct linger linger = {.l_onoff = 1};
	socklen_t len = sizeof(linger);
	int linger2 = -1;

	getsockopt(copy, SOL_SOCKET, SO_LINGER, &linger, &len);
	if (linger.l_onoff)
		return true;
	len = sizeof(linger2);
	getsockopt(copy, IPPROTO_TCP, TCP_LINGER2, &linger2, &len);
	return linger2 < 0;
}

/*
 * No memory is charged to the receive queue (skb_set_owner_r()): nothing is
 * unread, also not below SO_RCVLOWAT or behind an urgent mark.
 */
static bool holds_nothing(int copy)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t len = sizeof(memory);

	return getsockopt(copy, SOL_SOCKET, SO_MEMINFO, memory, &len) == 0 &&
	       memory[SK_MEMINFO_RMEM_ALLOC] == 0;
}

static enum known what_is(int copy)
{
	if (rst_probe_kind(copy) == RST_PROBE_NOT_TCP)
		return KNOWN_OTHER;
	return may_abort(copy) ? KNOWN_TCP : KNOWN_PLAIN;
}

int socket_duplicate(const struct waiting *w, int fd)
{
	enum known known = known_find(w->t->pid, fd);
	int copy = -1;

	if (known != KNOWN_OTHER)
		copy = target_duplicate(w->t, w->tid, fd);
	if (copy < 0 || known != KNOWN_NOT)
		return copy;
	known = what_is(copy);
	known_learn(w->t->pid, w->tid, fd, known);
	if (known == KNOWN_OTHER) {
		close(copy);
		copy = -1;
	}
	return copy;
}

bool socket_may_abort(const struct waiting *w, int fd, int copy)
{
	return known_find(w->t->pid, fd) != KNOWN_PLAIN && may_abort(copy);
}

/*
 * After its FIN the kernel keeps the peer for 3.5 times the smallest RTO of
 * 200 ms at least (tcp_fin_time()), but data that we still hold back would meet
 * a closed one.
 */
bool socket_is_alive(int copy)
{
	const unsigned closed_ms = 600;
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	if (getsockopt(copy, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    info.tcpi_data_segs_in + info.tcpi_data_segs_out == 0)
		return false;
	if (info.tcpi_state == RST_CLOSE_WAIT)
		return info.tcpi_last_ack_recv < closed_ms &&
		       info.tcpi_notsent_bytes == 0;
	return info.tcpi_state == RST_ESTABLISHED &&
	       info.tcpi_last_ack_recv < IDLE_MS;
}

/* As clock_gettime(2) has it at no cost. */
static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

bool socket_is_calm(const struct waiting *w, int fd, int copy, short seen)
{
	pid_t pid = w->t->pid;

	return seen == 0 && known_find(pid, fd) == KNOWN_PLAIN &&
	       known_has_sent(pid, fd, now_ms() - IDLE_MS) &&
	       holds_nothing(copy);
}

bool socket_is_heard(const struct waiting *w, int fd, int copy)
{
	uint64_t now = now_ms();
	pid_t pid = w->t->pid;

	if (!known_has_sent(pid, fd, now - IDLE_MS) &&
	    rst_probe_heard_ms(copy) >= IDLE_MS)
		return false;
	known_sends(pid, fd, now);
	return true;
}
