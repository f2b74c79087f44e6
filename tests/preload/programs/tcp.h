/* SPDX-License-Identifier: MIT */
/* tcp.h - what the little watched programs share; they know of no rstwatch. */
#ifndef PROGRAMS_TCP_H
#define PROGRAMS_TCP_H

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A program gets an address of its own as argv[1] and does everything there.
 * What it prints is compared between a run with and one without the preload:
 * SAY() prints a call and what came of it. Nothing here sleeps for an event:
 * all waits are for a state of the connection, and give up after two seconds.
 */
#define SAY(call) say(#call, (long)(call))

static inline long say(const char *call, long result)
{
	int error = errno;

	if (result >= 0)
		dprintf(1, "%s = %ld\n", call, result);
	else
		dprintf(1, "%s = %ld %s\n", call, result,
			strerrorname_np(error));
	errno = error;
	return result;
}

/* The address that the program has for itself. */
static inline const char *own_address(int argc, char **argv)
{
	if (argc >= 2)
		return argv[1];
	dprintf(2, "usage: %s ADDRESS\n", argv[0]);
	_exit(99);
}

/* What must work for the program to make sense; 99 is not a result. */
#define MUST(truth) must(truth, #truth)

static inline void must(int truth, const char *what)
{
	if (truth)
		return;
	dprintf(2, "setup failed: %s: %s\n", what, strerrorname_np(errno));
	_exit(99);
}

static inline int poll_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, 2000) == 1 ? p.revents : 0;
}

/* POLLIN, POLLPRI, POLLHUP... has come on fd. */
static inline void await(int fd, short event)
{
	MUST(poll_for(fd, event) & event);
}

/*
 * Some states of TCP show in no event of poll(2). True once check(fd, arg)
 * is, asked each millisecond.
 */
static inline int await_check(int (*check)(int, int), int fd, int arg)
{
	for (int i = 0; i < 2000; i++) {
		if (check(fd, arg))
			return 1;
		poll(NULL, 0, 1);
	}
	return 0;
}

static inline struct tcp_info info_of(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	MUST(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0);
	return info;
}

static inline int has_state(int fd, int state)
{
	return info_of(fd).tcpi_state == state;
}

static inline void await_state(int fd, int state)
{
	MUST(await_check(has_state, fd, state));
}

static inline int has_bytes(int fd, int bytes)
{
	int queued = 0;

	return ioctl(fd, FIONREAD, &queued) == 0 && queued >= bytes;
}

static inline int is_empty(int fd, int unused)
{
	int queued = 0;

	(void)unused;
	return ioctl(fd, FIONREAD, &queued) == 0 && queued == 0;
}

static inline void await_bytes(int fd, int bytes)
{
	MUST(await_check(has_bytes, fd, bytes));
}

static inline int has_queued(int listener, int connections)
{
	return (int)info_of(listener).tcpi_unacked >= connections;
}

/* Connections wait on the listener to be accepted. */
static inline void await_queue(int listener, int connections)
{
	MUST(await_check(has_queued, listener, connections));
}

/* No line of /proc/net/tcp or tcp6 begins with this local port. */
static inline int is_forgotten(int ipv6, int port)
{
	FILE *f = fopen(ipv6 ? "/proc/net/tcp6" : "/proc/net/tcp", "r");
	char line[256];
	char local[16];
	int found = 0;

	MUST(f != NULL);
	snprintf(local, sizeof(local), ":%04X ", port);
	while (fgets(line, sizeof(line), f)) {
		char *address = strchr(line, ':');

		address = address ? strchr(address + 1, ':') : NULL;
		if (address && strncmp(address, local, strlen(local)) == 0)
			found = 1;
	}
	fclose(f);
	return !found;
}

struct address {
	socklen_t len;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
};

static inline struct address address_of(const char *text)
{
	struct address a = {.len = sizeof(a.v4)};

	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1) {
		a.v4.sin_family = AF_INET;
		return a;
	}
	a.len = sizeof(a.v6);
	MUST(inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1);
	a.v6.sin6_family = AF_INET6;
	return a;
}

static inline struct address name_of(int fd)
{
	struct address a = {.len = sizeof(a.v6)};

	MUST(getsockname(fd, &a.any, &a.len) == 0);
	return a;
}

static inline void tcp_option(int fd, int level, int option, int value)
{
	MUST(setsockopt(fd, level, option, &value, sizeof(value)) == 0);
}

/* A socket on the address, at a port of the kernel's choice. */
static inline int tcp_socket_of(struct address a, int protocol)
{
	int fd = socket(a.any.sa_family, SOCK_STREAM, protocol);

	a.v4.sin_port = 0; /* the same place in both families */
	MUST(fd >= 0);
	MUST(bind(fd, &a.any, a.len) == 0);
	return fd;
}

static inline int tcp_socket(const char *address)
{
	return tcp_socket_of(address_of(address), 0);
}

static inline int tcp_listen(const char *address, int backlog)
{
	int fd = tcp_socket(address);

	MUST(listen(fd, backlog) == 0);
	return fd;
}

static inline int tcp_connect(int fd, int listener)
{
	struct address to = name_of(listener);

	return connect(fd, &to.any, to.len);
}

/* A listener that shares its port (0: a free one) with others. */
static inline int tcp_listen_shared(const char *address, in_port_t port)
{
	struct address a = address_of(address);
	int fd = socket(a.any.sa_family, SOCK_STREAM, 0);

	a.v4.sin_port = port;
	tcp_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	MUST(bind(fd, &a.any, a.len) == 0);
	MUST(listen(fd, 4) == 0);
	return fd;
}

/* A new client of the listener, from the listener's own address. */
static inline int tcp_client(int listener)
{
	int fd = tcp_socket_of(name_of(listener), 0);

	MUST(tcp_connect(fd, listener) == 0);
	return fd;
}

static inline int tcp_accept(int listener)
{
	int fd;

	await(listener, POLLIN);
	fd = accept(listener, NULL, NULL);
	MUST(fd >= 0);
	return fd;
}

/* Both ends of one connection; ours has connected, theirs was accepted. */
struct pair {
	int ours;
	int theirs;
};

static inline struct pair tcp_pair_at(int listener)
{
	struct pair p;

	p.ours = tcp_client(listener);
	p.theirs = tcp_accept(listener);
	return p;
}

static inline struct pair tcp_pair(const char *address)
{
	int listener = tcp_listen(address, 1);
	struct pair p = tcp_pair_at(listener);

	close(listener);
	return p;
}

/* Our data is held back, and the peer has closed. */
static inline struct pair corked_pair(const char *address)
{
	struct pair p = tcp_pair(address);

	tcp_option(p.ours, IPPROTO_TCP, TCP_CORK, 1);
	SAY(write(p.ours, "held", 4));
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	return p;
}

static inline struct pair mptcp_pair(const char *address)
{
	int listener = tcp_socket_of(address_of(address), IPPROTO_MPTCP);
	struct pair p;

	MUST(listen(listener, 1) == 0);
	p.ours = tcp_socket_of(name_of(listener), IPPROTO_MPTCP);
	MUST(tcp_connect(p.ours, listener) == 0);
	p.theirs = tcp_accept(listener);
	close(listener);
	return p;
}

/* bytes are sent into one end and have arrived at the other. */
static inline void tcp_deliver(int from, int to, int bytes)
{
	char data[4096] = "GET / HTTP/1.1\r\n";
	int before = 0;

	ioctl(to, FIONREAD, &before);
	MUST(send(from, data, (size_t)bytes, 0) == bytes);
	await_bytes(to, before + bytes);
}

/* A few bytes are sent into one end and read at the other. */
static inline void tcp_answer(int from, int to)
{
	char data[4];

	tcp_deliver(from, to, sizeof(data));
	MUST(read(to, data, sizeof(data)) == sizeof(data));
}

static inline void tcp_linger(int fd, int on, int seconds)
{
	struct linger l = {.l_onoff = on, .l_linger = seconds};

	MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)) == 0);
}

/* The socket answers nothing more: its segments are dropped before TCP. */
static inline void tcp_deafen(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog all = {.len = 1, .filter = &drop};

	MUST(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof(all)) ==
	     0);
}

static inline void tcp_undeafen(int fd)
{
	tcp_option(fd, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

/* Drops an ACK without SYN, PSH or FIN: the handshake's third. */
static inline void tcp_drop_third_ack(int listener)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x10, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 65535),
	};
	struct sock_fprog filter = {.len = 4, .filter = code};

	MUST(setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			sizeof(filter)) == 0);
}

/*
 * Fast open: the client's data is there before the handshake's end, which never
 * comes. The child that waits on the listener stays in SYN_RECV.
 */
static inline int tcp_client_early(int listener, const char *text)
{
	int client = tcp_socket_of(name_of(listener), 0);
	struct address to = name_of(listener);
	size_t len = strlen(text);

	tcp_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 4);
	tcp_drop_third_ack(listener);
	MUST(sendto(client, text, len, MSG_FASTOPEN, &to.any, to.len) ==
	     (ssize_t)len);
	await_queue(listener, 1);
	return client;
}

/* The socket is gone without a segment, as if its host had crashed. */
static inline void tcp_vanish(int fd)
{
	tcp_option(fd, IPPROTO_TCP, TCP_REPAIR, 1);
	MUST(close(fd) == 0);
}

/* Closes the socket and waits until the kernel has forgotten it. */
static inline void tcp_forget(int fd)
{
	struct address a = name_of(fd);

	MUST(close(fd) == 0);
	MUST(await_check(is_forgotten, a.any.sa_family == AF_INET6,
			 ntohs(a.v4.sin_port)));
}

/* Writes until neither end has room for more: bytes of it. */
static inline long tcp_fill(int fd)
{
	static char data[65536];
	long bytes = 0;
	ssize_t n;

	do {
		while ((n = send(fd, data, sizeof(data), MSG_DONTWAIT)) > 0)
			bytes += n;
	} while (poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 50));
	return bytes;
}

/* Reads what is there, until end of file or nothing more comes: bytes. */
static inline long tcp_drain(int fd)
{
	static char data[65536];
	long bytes = 0;
	ssize_t n;

	while ((n = recv(fd, data, sizeof(data), MSG_DONTWAIT)) > 0)
		bytes += n;
	return bytes;
}

/* The thread that thread_waits_in() asks about. */
static int the_thread;

static inline void thread_starts(void)
{
	__atomic_store_n(&the_thread, (int)syscall(SYS_gettid),
			 __ATOMIC_RELEASE);
}

/*
 * This thread and those that it starts run on one processor, and it is not
 * interrupted for one that has called thread_waits_its_turn(): whatever wakes
 * that, it runs when this thread waits.
 */
static inline void threads_take_turns(void)
{
	struct sched_param first = {.sched_priority = 1};
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	MUST(sched_setaffinity(0, sizeof(one), &one) == 0);
	/* Not allowed to everybody; without it others may come between. */
	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

static inline void thread_waits_its_turn(void)
{
	const struct sched_param none = {0};

	MUST(sched_setscheduler(0, SCHED_IDLE, &none) == 0);
}

/* True once the kernel says that it is blocked inside that system call. */
static inline int thread_waits_in(int number, int unused)
{
	int tid = __atomic_load_n(&the_thread, __ATOMIC_ACQUIRE);
	char path[64];
	char call[64] = "";
	FILE *f;

	(void)unused;
	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	f = tid ? fopen(path, "r") : NULL;
	if (!f)
		return 0;
	if (!fgets(call, sizeof(call), f))
		call[0] = '\0';
	fclose(f);
	return call[0] != 'r' && atoi(call) == number; /* "running" */
}

#endif
