/* SPDX-License-Identifier: MIT */
/* wire.c - a thread that takes packets off a packet socket. */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "decode.h"

/* Headers alone are kept; the socket holds what comes while we are late. */
enum { SNAP = 160, BUFFER = 256 << 20, LINKTYPE_RAW = 101, LO = 1 };

struct wire {
	int fd;
	int is_stopping;
	pthread_t thread;
	struct list *packets;
	uint64_t resets;
};

static bool is_server(const struct rst_addr *a)
{
	return a->port == STORM_PORT || a->port == STORM_DEAD_PORT;
}

static bool is_remote(const struct rst_addr *server)
{
	return server->family == 4 && server->ip[1] & 0x80;
}

static void take_segment(struct wire *w, const struct segment *s)
{
	bool is_from_server = is_server(&s->src);
	struct seen_packet *p;
	uint32_t play;

	if (!play_of(is_from_server ? &s->src : &s->dst, &play))
		return;
	p = list_add(w->packets);
	*p = (struct seen_packet){
		.ts_ns = s->ts_ns,
		.play = play,
		.seq = s->seq,
		.ack = s->ack,
		.len = s->len,
		.port = is_from_server ? s->dst.port : s->src.port,
		.window = s->window,
		.flags = s->flags,
		.is_from_server = is_from_server,
		.is_remote = is_remote(is_from_server ? &s->src : &s->dst),
	};
	if (s->flags & SEG_RST)
		__atomic_fetch_add(&w->resets, 1, __ATOMIC_RELAXED);
}

/* The next packet that is there: false if none is. */
static bool take_packet(struct wire *w)
{
	uint8_t data[SNAP];
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct sockaddr_ll from = {0};
	struct iovec part = {data, sizeof(data)};
	struct msghdr m = {.msg_name = &from,
			   .msg_namelen = sizeof(from),
			   .msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(w->fd, &m, MSG_DONTWAIT);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct timespec ts = {0};
	struct packet p = {.data = data, .linktype = LINKTYPE_RAW};
	struct segment s;

	if (len < 0)
		return errno == EINTR;
	if (c && c->cmsg_type == SO_TIMESTAMPNS)
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	p.ts_ns = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
	p.caplen = (uint32_t)len;
	p.len = UINT16_MAX; /* what the IP header says is what there was */
	/* lo shows each packet twice: the time that counts is the sender's. */
	if ((from.sll_ifindex != LO || from.sll_pkttype == PACKET_OUTGOING) &&
	    decode_packet(&p, &s) == DECODE_SEGMENT)
		take_segment(w, &s);
	return true;
}

static void *capture(void *arg)
{
	struct wire *w = arg;
	struct pollfd p = {.fd = w->fd, .events = POLLIN};

	while (!__atomic_load_n(&w->is_stopping, __ATOMIC_ACQUIRE)) {
		poll(&p, 1, 50);
		while (take_packet(w))
			;
	}
	return NULL;
}

static int open_socket(void)
{
	struct sock_filter snap = BPF_STMT(BPF_RET | BPF_K, SNAP);
	struct sock_fprog program = {1, &snap};
	int size = BUFFER, on = 1;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_ll any = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL)};

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
		    0 &&
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0 &&
	    bind(fd, (void *)&any, sizeof(any)) == 0)
		return fd;
	close(fd);
	return -1;
}

struct wire *wire_start(struct list *packets)
{
	struct wire *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->packets = packets;
	w->fd = open_socket();
	if (w->fd >= 0) {
		errno = pthread_create(&w->thread, NULL, capture, w);
		if (errno == 0)
			return w;
		close(w->fd);
	}
	free(w);
	return NULL;
}

uint64_t wire_resets(const struct wire *w)
{
	return __atomic_load_n(&w->resets, __ATOMIC_RELAXED);
}

uint64_t wire_stop(struct wire *w)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	__atomic_store_n(&w->is_stopping, 1, __ATOMIC_RELEASE);
	pthread_join(w->thread, NULL);
	while (take_packet(w))
		;
	getsockopt(w->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	close(w->fd);
	free(w);
	return stats.tp_drops;
}
