/* SPDX-License-Identifier: MIT */
/* tcp_pair.h - real TCP connections, brought into the state that is wanted. */
#ifndef TESTS_TCP_PAIR_H
#define TESTS_TCP_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Everything here ends the test where it fails. */

/* One connection; a descriptor that is closed or was never opened is -1. */
struct tcp_pair {
	int listener;
	int ours;   /* the end that is probed: the client's, or the accepted */
	int theirs; /* the other end */
};

enum tcp_pair_net { PAIR_IPV4, PAIR_IPV6, PAIR_V4_MAPPED };
enum tcp_pair_end { PAIR_CLIENT, PAIR_ACCEPTED };

/*
 * A network of its own, where a FIN_WAIT2 is forgotten after one second and
 * buffers are small.
 */
void tcp_network_enter(void);

/* The namespace's count of resets sent (OutRsts), of whatever kind. */
unsigned long tcp_network_resets(void);

int tcp_socket(enum tcp_pair_net net, int protocol);
/* The loopback address with port in host byte order; its length. */
socklen_t tcp_loopback(enum tcp_pair_net net, uint16_t port,
		       struct sockaddr_storage *to);
int tcp_listen(enum tcp_pair_net net, int protocol, int backlog);
/* A connection to the listener. */
int tcp_connect(enum tcp_pair_net net, int protocol, int listener);
uint16_t tcp_port(int fd);

struct tcp_pair tcp_pair_open(enum tcp_pair_net net, enum tcp_pair_end ours);
struct tcp_pair tcp_pair_open_mptcp(int client_protocol, int server_protocol);
/* Closes what is open, without a segment. */
void tcp_pair_drop(struct tcp_pair *p);

/* Closes *fd and sets it to -1. */
void tcp_close(int *fd);
/* Closes by TCP_REPAIR: gone at once, without a segment. Needs root. */
void tcp_vanish(int *fd);
/*
 * From now on no segment reaches fd, as if all were lost; and the reverse,
 * which does nothing to one that hears already.
 */
void tcp_deafen(int fd);
void tcp_undeafen(int fd);

void tcp_send(int fd, const void *data, size_t len, int flags);
void tcp_receive(int fd, size_t len);
/* Writes until the kernel takes no more; the bytes that it took. */
size_t tcp_fill(int fd);

void tcp_set_int(int fd, int level, int name, int value);
void tcp_set_linger(int fd, int seconds);

/* Waits until fd is in this state of TCP, or has that many bytes to read. */
void tcp_wait_state(int fd, int state);
void tcp_wait_readable(int fd, int bytes);
/* Waits until everything fd wrote, its FIN included, was acknowledged. */
void tcp_wait_acked(int fd);
/*
 * Sends now an acknowledgment that would be delayed for up to 40 ms; the
 * kernel does it only while fd has nothing to read.
 */
void tcp_ack_now(int fd);
/* Waits until the namespace has sent that many resets; false if it doesn't. */
bool tcp_wait_resets(unsigned long count);
/* Waits, some seconds at most, until is_so(arg). */
bool tcp_wait(bool is_so(void *arg), void *arg);

#endif
