/* SPDX-License-Identifier: MIT */
/* facts.h - what the kernel says about one socket, before a call acts. */
#ifndef RSTWATCH_FACTS_H
#define RSTWATCH_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/addr.h"

/* Which fields of struct rst_facts are known; the others are zero. */
enum rst_have {
	RST_HAVE_STATE = 1 << 0,
	RST_HAVE_UNREAD = 1 << 1,
	RST_HAVE_UNACKED = 1 << 2,
	RST_HAVE_UNSENT = 1 << 3,
	RST_HAVE_LINGER = 1 << 4,
	RST_HAVE_LINGER2 = 1 << 5,
	RST_HAVE_UNACCEPTED = 1 << 6,
	RST_HAVE_BYTES = 1 << 7,
	RST_HAVE_COOKIE = 1 << 8,
	RST_HAVE_LOCAL = 1 << 9,
	RST_HAVE_PEER = 1 << 10,
	RST_HAVE_PEER_SOCKET = 1 << 11,
	RST_HAVE_TIMES = 1 << 12,
	RST_HAVE_WINDOW = 1 << 13,
};

/* The states of include/net/tcp_states.h, by the same numbers. */
enum rst_state {
	RST_STATE_UNKNOWN,
	RST_ESTABLISHED,
	RST_SYN_SENT,
	RST_SYN_RECV,
	RST_FIN_WAIT1,
	RST_FIN_WAIT2,
	RST_TIME_WAIT,
	RST_CLOSE,
	RST_CLOSE_WAIT,
	RST_LAST_ACK,
	RST_LISTEN,
	RST_CLOSING,
	RST_NEW_SYN_RECV,
	RST_STATE_COUNT
};

/* The kernel's name without prefix: "CLOSE_WAIT"; "" where unknown. */
const char *rst_state_name(enum rst_state state);

/* SO_LINGER: off, or seconds. */
enum { RST_LINGER_OFF = -1 };

/* What stands for a number of listeners that can't be counted. */
enum { RST_SIBLINGS_UNKNOWN = -1 };

/* Who else may hold the same struct file; kernel.md 3.14. */
enum rst_holder {
	RST_HOLDER_NONE,    /* this close is the last reference */
	RST_HOLDER_FEARED,  /* it can't be seen whether there is another */
	RST_HOLDER_FD,	    /* another descriptor of this process: holder_pid */
	RST_HOLDER_PROCESS, /* a descriptor of process holder_pid */
	RST_HOLDER_THREAD,  /* thread holder_pid, until its call on it ends */
};

/* What sock_diag says of the other end, where it lives on this host. */
enum rst_peer_where {
	RST_PEER_ELSEWHERE, /* not on this host, or it can't be asked */
	RST_PEER_GONE,	    /* ENOENT: no socket has this address pair */
	RST_PEER_LISTENER,  /* only the listener of that port answers */
	RST_PEER_FOUND,	    /* the fields below are its own */
};

struct rst_peer_socket {
	enum rst_peer_where where;
	enum rst_state state;
	bool is_orphan;	   /* inode 0: no descriptor refers to it */
	bool is_timewait;  /* a minisock: the timer field said 3 */
	uint8_t shutdown;  /* bit 0 RCV_SHUTDOWN, bit 1 SEND_SHUTDOWN */
	bool has_shutdown; /* the kernel reported the shutdown field */
	bool may_be_nat;   /* the pair may be translated on its way: GONE and
			      LISTENER then prove little */
	bool has_cookies;  /* of a LISTENER: it may have sent a SYN cookie, and
			      know a connection by that alone */
	bool is_mptcp;	   /* a subflow: swallows late data without a word */
	bool has_written;  /* the kernel told the number below */
	uint32_t unread;   /* its receive queue, bytes */
	uint32_t unacked;  /* its send queue, bytes, FIN included */
	uint64_t written;  /* payload it wrote so far, sent or not: above our
			      bytes_received, data is on its way to us */
};

/*
 * unread     payload bytes in the receive queue, the peer's FIN not counted,
 *            data behind the urgent mark counted (kernel.md 3.1); too few,
 *            but never 0, once the urgent byte was fetched before its turn
 * unacked    bytes written and not acknowledged, sent or not (SIOCOUTQ); our
 *            FIN, which the kernel counts, is left out
 * unsent     bytes written and not sent (SIOCOUTQNSD), FIN left out
 * linger     RST_LINGER_OFF or seconds
 * linger2    seconds; -1 for any negative value
 * siblings   listeners of the same SO_REUSEPORT group that stay
 * bytes_sent, bytes_received  payload of the connection so far: the next
 *            sequence numbers on the wire are ISN + 1 + these, FIN apart
 * local      0.0.0.0 or ::, port 0, while the kernel has chosen none yet
 * last_ack_ms  milliseconds since the last acknowledgment arrived
 * segment, window  bytes of a full segment of ours, and that the peer's window
 *            has room for
 * asked_ns   CLOCK_MONOTONIC just before the first question: what arrives
 *            later may not be in the answers; 0 where not noted
 */
struct rst_facts {
	uint32_t have; /* enum rst_have */
	enum rst_state state;
	bool is_mptcp;
	bool is_fallback;	  /* MPTCP that speaks TCP with this peer */
	bool is_repair;		  /* TCP_REPAIR: closes without a word */
	bool is_unaccepted_exact; /* counted by sock_diag, not tcpi_unacked */
	bool is_migrating;	  /* net.ipv4.tcp_migrate_req: siblings take
				     over what waits */
	bool is_unread_hidden;	  /* unread is not known, and may well be more
				     than nothing: behind an urgent mark */
	bool is_deferred;	  /* TCP_FASTOPEN_CONNECT: connect() may leave
				     the SYN to the first write */
	bool is_corked;		  /* TCP_CORK: what is written may wait */
	bool is_fin_unsent;	  /* our FIN waits behind unsent, which leaves
				     it out (snd_nxt != write_seq) */
	uint32_t unread;
	uint32_t unacked;
	uint32_t unsent;
	int32_t linger;
	int32_t linger2;
	uint32_t unaccepted;
	int32_t siblings;
	uint32_t last_ack_ms;
	uint32_t segment;
	uint32_t window;
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint64_t cookie;
	uint64_t asked_ns;
	struct rst_addr local;
	struct rst_addr peer;
	struct rst_peer_socket peer_socket;
	enum rst_holder holder;
	int32_t holder_pid; /* by enum rst_holder */
};

#endif
