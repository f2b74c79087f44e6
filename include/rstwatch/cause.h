/* SPDX-License-Identifier: MIT */
/* cause.h - the one list of causes; every other place expands from it. */
#ifndef RSTWATCH_CAUSE_H
#define RSTWATCH_CAUSE_H

#include <stddef.h>

/*
 * To add a cause: one row here, one rule (preload/verdict.c where a call can
 * provoke it, analyzer/classify.c where packets show it), one test of each.
 *
 * X(ENUM, slug, sender, what, advice, packets, kernel, fix)
 *   sender   who sends the segment: SELF, PEER, EITHER, NEITHER, UNKNOWN
 *   what     what happens, one sentence
 *   advice   what to change, one sentence; goes into every event
 *   packets  the sequence on the wire, one packet a line
 *   kernel   where Linux decides it (sources of 6.12) and the reason that
 *            the tracepoint tcp:tcp_send_reset prints
 *   fix      the longer remedy that `rstwatch explain` prints
 *
 * Ground of all rows: kernel.md section 1; RFC 9293 3.5.2 (reset generation)
 * and 3.10.4 (CLOSE call); RFC 1122 4.2.2.13.
 */
#define RST_CAUSES(X) \
	X(UNREAD_DATA, "unread-data", SELF, \
	  "The last close of a socket whose receive queue still holds data.", \
	  "Read to end of file before closing.", \
	  "peer  -> local   PSH,ACK  data that is never read\n" \
	  "local -> peer    RST,ACK  at close(), instead of FIN\n", \
	  "tcp_close(): data_was_unread; reason TCP_ABORT_ON_CLOSE", \
	  "RFC 1122 4.2.2.13 wants a RST here, to tell the peer that its data\n" \
	  "was lost. Your own data still in flight is lost too. Call\n" \
	  "shutdown(fd, SHUT_WR), read until 0 or until a bound of time and\n" \
	  "bytes, then close. A server that answers before it has read the\n" \
	  "whole request must drain the rest.\n") \
	X(LINGER_ZERO, "linger-zero", SELF, \
	  "The last close of a socket with SO_LINGER {on, 0}: unsent and " \
	  "unacknowledged data is thrown away.", \
	  "Do not set SO_LINGER to zero seconds, or turn it off before " \
	  "closing.", \
	  "local -> peer    PSH,ACK  data, perhaps not yet acknowledged\n" \
	  "local -> peer    RST,ACK  at close(), instead of FIN\n", \
	  "tcp_close() -> tcp_disconnect(); reason TCP_STATE", \
	  "SO_LINGER with l_onoff=1 and l_linger=0 turns every close into an\n" \
	  "abort. It is often set by a framework, or inherited by accept()\n" \
	  "from the listener, to avoid TIME_WAIT. Leave linger off; for ports\n" \
	  "in TIME_WAIT use SO_REUSEADDR.\n") \
	X(DISCONNECT, "disconnect", SELF, \
	  "connect(AF_UNSPEC) on a connected socket.", \
	  "Close the socket and open a new one instead of disconnecting it.", \
	  "local -> peer    RST,ACK  at connect(AF_UNSPEC)\n", \
	  "tcp_disconnect(); reason TCP_STATE or TCP_DISCONNECT_WITH_DATA", \
	  "For TCP, connect() with AF_UNSPEC aborts the connection at once,\n" \
	  "whether data is waiting or not. Shut down, drain and close the\n" \
	  "socket, then make a new one.\n") \
	X(UNACCEPTED_CONNECTIONS, "unaccepted-connections", SELF, \
	  "A listener is closed, shut down for reading or disconnected while " \
	  "its accept queue holds connections: one RST each.", \
	  "Accept what is waiting before closing the listener.", \
	  "peer  -> local   SYN\n" \
	  "local -> peer    SYN,ACK\n" \
	  "peer  -> local   ACK      established, but never accepted\n" \
	  "local -> peer    RST,ACK  when the listener ends\n", \
	  "inet_csk_listen_stop() -> inet_child_forget(); reason TCP_STATE", \
	  "Make the listener non-blocking and accept() until EAGAIN, then\n" \
	  "close it. On a restart hand the listening socket to the new\n" \
	  "process, or set net.ipv4.tcp_migrate_req=1 with SO_REUSEPORT.\n") \
	X(LINGER2_NEGATIVE, "linger2-negative", SELF, \
	  "TCP_LINGER2 is negative and the connection is half closed.", \
	  "Do not set TCP_LINGER2 to a negative value.", \
	  "local -> peer    FIN,ACK\n" \
	  "peer  -> local   ACK      the peer may still want to send\n" \
	  "local -> peer    RST,ACK  FIN_WAIT2 is not waited for\n", \
	  "tcp_close(): FIN_WAIT2 and linger2 < 0, reason " \
	  "TCP_ABORT_ON_LINGER; tcp_rcv_state_process(): TCP_ABORT_ON_DATA", \
	  "A negative TCP_LINGER2 skips FIN_WAIT2: a socket that is closed\n" \
	  "while only its own FIN is acknowledged is reset. Leave the option\n" \
	  "alone, or give it seconds.\n") \
	X(DATA_AFTER_CLOSE, "data-after-close", PEER, \
	  "Data is sent to a connection that the other side has closed for " \
	  "reading.", \
	  "Stop sending once the peer has closed: check for end of file " \
	  "before writing.", \
	  "peer  -> local   FIN,ACK  the peer closed\n" \
	  "local -> peer    ACK\n" \
	  "local -> peer    PSH,ACK  data that nobody can read any more\n" \
	  "peer  -> local   RST\n", \
	  "tcp_rcv_state_process(): RCV_SHUTDOWN, reason TCP_ABORT_ON_DATA; " \
	  "tcp_timewait_state_process(): TCP_TIMEWAIT_SOCKET; no socket left: " \
	  "NO_SOCKET or TCP_FLAGS", \
	  "The peer's FIN arrived earlier: poll() says POLLRDHUP, read() gives\n" \
	  "0. With keep-alive connections retire idle ones before the peer's\n" \
	  "timeout, and repeat an idempotent request on a new connection.\n") \
	X(REFUSED, "refused", PEER, "A SYN to a port where nobody listens.", \
	  "Start the server first, or check address and port.", \
	  "local -> peer    SYN\n" \
	  "peer  -> local   RST,ACK\n", \
	  "tcp_v4_rcv(): no_tcp_socket, reason NO_SOCKET", \
	  "Nothing listens on that address and port: the server is down, not\n" \
	  "yet up, bound to another address (127.0.0.1 against ::1), or the\n" \
	  "port is wrong. Try again with a growing delay.\n") \
	X(PEER_GONE, "peer-gone", PEER, \
	  "Any other segment (FIN, keepalive probe, window update) to a " \
	  "connection that the other side no longer knows.", \
	  "Close the connection when the peer's end of file arrives, not " \
	  "later.", \
	  "peer  -> local   FIN,ACK  the peer closed, and forgot after a while\n" \
	  "local -> peer    ACK      a keepalive probe, or the FIN of close()\n" \
	  "peer  -> local   RST\n", \
	  "tcp_v4_rcv(): no_tcp_socket, reason NO_SOCKET; TCP_FLAGS where a " \
	  "listener lives on the port", \
	  "The other side closed longer than tcp_fin_timeout (60 s) ago, or\n" \
	  "rebooted. Read the end of file and close promptly; shorten\n" \
	  "TCP_KEEPIDLE if a silent peer must be noticed earlier.\n") \
	X(BACKLOG_OVERFLOW, "backlog-overflow", PEER, \
	  "The accept queue is full and tcp_abort_on_overflow is set.", \
	  "Accept faster or raise the backlog; leave tcp_abort_on_overflow " \
	  "off.", \
	  "local -> peer    SYN\n" \
	  "peer  -> local   SYN,ACK\n" \
	  "local -> peer    ACK      the queue has filled up meanwhile\n" \
	  "peer  -> local   RST\n", \
	  "tcp_check_req(): embryonic_reset, reason INVALID_SYN", \
	  "With net.ipv4.tcp_abort_on_overflow=0 the client would just try\n" \
	  "again. Raise listen()'s backlog and net.core.somaxconn, and find\n" \
	  "out what keeps the server from accept().\n") \
	X(BAD_HANDSHAKE, "bad-handshake", EITHER, \
	  "An acknowledgment that fits no connection: a half-open peer, lost " \
	  "state, or a bad SYN cookie.", \
	  "Look for a restarted host, a load balancer that lost its state, or " \
	  "an address that is used twice.", \
	  "local -> peer    SYN\n" \
	  "peer  -> local   ACK      with a number that the SYN does not explain\n" \
	  "local -> peer    RST\n", \
	  "tcp_rcv_synsent_state_process(): TCP_INVALID_ACK_SEQUENCE; LISTEN " \
	  "in tcp_rcv_state_process(): TCP_FLAGS", \
	  "One side answers for a connection that the other does not have. A\n" \
	  "host that crashed and came back resolves it by this very RST; if it\n" \
	  "repeats, something between the hosts keeps stale state.\n") \
	X(KEEPALIVE_TIMEOUT, "keepalive-timeout", SELF, \
	  "The kernel gave up on a silent peer (keepalive, TCP_USER_TIMEOUT).", \
	  "Check the path to the peer; raise TCP_KEEPCNT or TCP_USER_TIMEOUT " \
	  "if it is only slow.", \
	  "local -> peer    ACK      keepalive probe, seq one below\n" \
	  "                          (no answer, TCP_KEEPCNT times)\n" \
	  "local -> peer    RST,ACK\n", \
	  "tcp_keepalive_timer(); reason TCP_KEEPALIVE_TIMEOUT", \
	  "The peer vanished without a FIN, or a firewall dropped the flow's\n" \
	  "state while it was idle. Send keepalives more often than the\n" \
	  "firewall's idle timeout.\n") \
	X(OUT_OF_MEMORY, "out-of-memory", SELF, \
	  "The kernel's limit for orphaned sockets or TCP memory was hit.", \
	  "Raise net.ipv4.tcp_max_orphans or tcp_mem, or find what leaves so " \
	  "many unfinished connections.", \
	  "local -> peer    RST,ACK  at close() or from a timer\n", \
	  "tcp_check_oom(), tcp_out_of_resources(); reason " \
	  "TCP_ABORT_ON_MEMORY", \
	  "See TCPAbortOnMemory in nstat, and the orphan and mem columns of\n" \
	  "/proc/net/sockstat against the two limits.\n") \
	X(DESTROYED, "destroyed", SELF, \
	  "Another process ended the connection (ss -K, SOCK_DESTROY).", \
	  "Find who destroys sockets: ss -K, a network manager, a BPF program.", \
	  "local -> peer    RST,ACK  no call of the owner before it\n", \
	  "tcp_abort(); reason TCP_STATE in a live state", \
	  "SOCK_DESTROY needs CAP_NET_ADMIN. The owner reads ECONNABORTED.\n") \
	X(ABORT, "abort", SELF, \
	  "An active reset: the socket was alive and its owner ended it; " \
	  "which of the causes, only a log can tell.", \
	  "Run the sender under librstwatch.so to learn which call it was.", \
	  "local -> peer    RST,ACK  from a live socket: window above zero\n", \
	  "tcp_send_active_reset()", \
	  "The segment carries ACK, a window and, where negotiated, timestamps:\n" \
	  "it was made from a living socket. Data outstanding in either\n" \
	  "direction hints at unread-data or linger-zero.\n") \
	X(INJECTED, "injected", NEITHER, \
	  "The segment was not sent by the host that it names: a firewall, " \
	  "NAT, or censor.", \
	  "Capture at both ends and look at the boxes between them.", \
	  "?     -> local   RST      TTL, IP id or numbers unlike the peer's\n", \
	  "none: netfilter's nf_send_reset(), or another machine", \
	  "A reset that one end received and the other never sent was made on\n" \
	  "the way. Look for a reject-with-tcp-reset rule, an idle timeout of a\n" \
	  "NAT or load balancer, an intrusion prevention system.\n") \
	X(UNEXPLAINED, "unexplained", UNKNOWN, \
	  "None of the other causes fits; the evidence is listed.", \
	  "Capture from the start of the connection, at both ends, with a log.", \
	  "?     -> ?       RST\n", "unknown", \
	  "The capture does not show enough: it began later than the\n" \
	  "connection, or holds one direction only.\n")

enum rst_cause {
	RST_CAUSE_NONE, /* no reset: the verdict on a call that is harmless */
#define X(e, ...) RST_CAUSE_##e,
	RST_CAUSES(X)
#undef X
		RST_CAUSE_COUNT
};

/* Whose TCP sends the reset, seen from the process that made the call. */
enum rst_sender {
	RST_SENDER_UNKNOWN,
	RST_SENDER_SELF,
	RST_SENDER_PEER,
	RST_SENDER_EITHER,
	RST_SENDER_NEITHER,
};

/* Contract section 2: how sure a prediction is. */
enum rst_certainty {
	RST_CERTAINTY_NONE,
	RST_POSSIBLE,
	RST_LIKELY,
	RST_CERTAIN,
};

/*
 * The strings below are constants of the program; nobody frees them. All of
 * these functions are pure and may be called from a signal handler.
 */

/* The slug of a cause; "" for RST_CAUSE_NONE and anything out of range. */
const char *rst_cause_slug(enum rst_cause cause);

/* One sentence: what to change; "" where rst_cause_slug() gives "". */
const char *rst_cause_advice(enum rst_cause cause);

/* Who sends this cause's reset. */
enum rst_sender rst_cause_sender(enum rst_cause cause);

/* The cause of a slug of len bytes; RST_CAUSE_NONE where there is none. */
enum rst_cause rst_cause_find(const char *slug, size_t len);

/* "self", "peer", "either", "neither"; "" for RST_SENDER_UNKNOWN. */
const char *rst_sender_name(enum rst_sender sender);

/* "certain", "likely", "possible"; "" for RST_CERTAINTY_NONE. */
const char *rst_certainty_name(enum rst_certainty certainty);

/* The reverse of rst_certainty_name(); RST_CERTAINTY_NONE for others. */
enum rst_certainty rst_certainty_find(const char *name, size_t len);

#endif
