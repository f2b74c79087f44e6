/* SPDX-License-Identifier: MIT */
/* sniffer.c - captures on lo through a packet socket and keeps the resets. */
#include "sniffer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/*
 * Not pcap_create(): the kernel needs some 40 ms to take down the ring that it
 * maps, and a test opens hundreds.
 */
enum { ETHERNET_HEADER = 14, SNAP = 65536, LO = 1, BUFFER = 16 << 20 };

struct sniffer {
	int fd;
	pcap_t *form; /* what a dump's header says; captures nothing */
	pcap_dumper_t *dump;
	struct sniffed_reset *resets;
	size_t count;
	size_t cap;
	unsigned lost;
};

/* lo has Ethernet headers without meaning; no VLAN, no extension headers. */
static const uint8_t *find_tcp(const uint8_t *p, size_t len,
			       struct sniffed_reset *r)
{
	const struct ip *v4 = (const void *)(p + ETHERNET_HEADER);
	const struct ip6_hdr *v6 = (const void *)v4;
	size_t at = ETHERNET_HEADER;

	if (len < at + sizeof(*v6) || (v4->ip_v != 4 && v4->ip_v != 6))
		return NULL;
	r->from.family = r->to.family = v4->ip_v;
	if (v4->ip_v == 4) {
		at += v4->ip_hl * 4U;
		memcpy(r->from.ip, &v4->ip_src, 4);
		memcpy(r->to.ip, &v4->ip_dst, 4);
	} else {
		at += sizeof(*v6);
		memcpy(r->from.ip, &v6->ip6_src, 16);
		memcpy(r->to.ip, &v6->ip6_dst, 16);
	}
	return len < at + sizeof(struct tcphdr) ? NULL : p + at;
}

static void take_packet(struct sniffer *s, const struct timespec *ts,
			const uint8_t *data, size_t len)
{
	struct sniffed_reset r = {0};
	const struct tcphdr *tcp = (const void *)find_tcp(data, len, &r);
	/* In a file of nanosecond precision tv_usec means nanoseconds. */
	const struct pcap_pkthdr h = {
		.ts = {.tv_sec = ts->tv_sec, .tv_usec = ts->tv_nsec},
		.caplen = (bpf_u_int32)len,
		.len = (bpf_u_int32)len,
	};

	if (s->dump)
		pcap_dump((u_char *)s->dump, &h, data);
	if (!tcp || !tcp->rst)
		return;
	r.ts_ns = (uint64_t)ts->tv_sec * 1000000000 + (uint64_t)ts->tv_nsec;
	r.from.port = ntohs(tcp->source);
	r.to.port = ntohs(tcp->dest);
	r.has_ack = tcp->ack;
	r.window = ntohs(tcp->window);
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->resets = realloc(s->resets, s->cap * sizeof(*s->resets));
		if (!s->resets)
			abort();
	}
	s->resets[s->count++] = r;
}

/* The next packet that is there: false if none is. */
static bool read_packet(struct sniffer *s)
{
	static uint8_t data[SNAP];
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct sockaddr_ll from = {0};
	struct iovec part = {data, sizeof(data)};
	struct msghdr m = {.msg_name = &from,
			   .msg_namelen = sizeof(from),
			   .msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(s->fd, &m, MSG_DONTWAIT);
	struct timespec ts = {0};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	if (len < 0)
		return false;
	if (c && c->cmsg_type == SO_TIMESTAMPNS)
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	/* lo shows each packet as it leaves and as it arrives. */
	if (from.sll_pkttype != PACKET_OUTGOING)
		take_packet(s, &ts, data, (size_t)len);
	return true;
}

/* 0, or -1 and errno. */
static int set_filter(int fd, pcap_t *form, const char *expression)
{
	struct bpf_program program;
	struct sock_fprog filter;
	int rc;

	if (pcap_compile(form, &program, expression, 1, PCAP_NETMASK_UNKNOWN) <
	    0) {
		errno = EINVAL;
		return -1;
	}
	/* The same instructions under another name. */
	filter.len = (unsigned short)program.bf_len;
	filter.filter = (void *)program.bf_insns;
	rc = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			sizeof(filter));
	pcap_freecode(&program);
	return rc;
}

static int start(struct sniffer *s, const char *dump)
{
	/* ip6 has no tcp[] in libpcap's language; lo has no extensions. */
	const char *resets = "(ip and tcp[tcpflags] & tcp-rst != 0) or "
			     "(ip6 and ip6[6] = 6 and ip6[53] & 4 != 0)";
	struct sockaddr_ll lo = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = LO};
	int on = 1;
	int buffer = BUFFER;

	s->form = pcap_open_dead_with_tstamp_precision(
		DLT_EN10MB, SNAP, PCAP_TSTAMP_PRECISION_NANO);
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || !s->form ||
	    set_filter(s->fd, s->form, dump ? "tcp" : resets) < 0 ||
	    setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return -1;
	if (dump) {
		setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer,
			   sizeof(buffer));
		s->dump = pcap_dump_open(s->form, dump);
		if (!s->dump)
			return -1;
	}
	return bind(s->fd, (struct sockaddr *)&lo, sizeof(lo));
}

struct sniffer *sniffer_open(const char *dump, char why[SNIFFER_ERROR_MAX])
{
	struct sniffer *s = calloc(1, sizeof(*s));

	if (s && start(s, dump) == 0)
		return s;
	snprintf(why, SNIFFER_ERROR_MAX, "capturing on lo: %s",
		 strerror(errno));
	sniffer_close(s);
	return NULL;
}

void sniffer_close(struct sniffer *s)
{
	if (!s)
		return;
	if (s->dump)
		pcap_dump_close(s->dump);
	if (s->form)
		pcap_close(s->form);
	if (s->fd >= 0)
		close(s->fd);
	free(s->resets);
	free(s);
}

const struct sniffed_reset *sniffer_resets(struct sniffer *s, size_t *count)
{
	while (read_packet(s))
		;
	*count = s->count;
	return s->resets;
}

static bool is_same(const struct rst_addr *seen, const struct rst_addr *wanted)
{
	return seen->family == wanted->family &&
	       memcmp(seen->ip, wanted->ip, sizeof(seen->ip)) == 0 &&
	       (!wanted->port || seen->port == wanted->port);
}

static bool is_between(const struct sniffed_reset *r, const struct rst_addr *a,
		       const struct rst_addr *b)
{
	return (is_same(&r->from, a) && is_same(&r->to, b)) ||
	       (is_same(&r->from, b) && is_same(&r->to, a));
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const struct sniffed_reset *sniffer_wait(struct sniffer *s,
					 const struct rst_addr *a,
					 const struct rst_addr *b,
					 int timeout_ms)
{
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	int64_t end = now_ms() + timeout_ms;
	size_t count;
	size_t i = 0;

	for (;;) {
		const struct sniffed_reset *r = sniffer_resets(s, &count);
		int64_t left = end - now_ms();

		for (; i < count; i++)
			if (is_between(&r[i], a, b))
				return &r[i];
		if (left <= 0)
			return NULL;
		poll(&p, 1, (int)left);
	}
}

size_t sniffer_connections(struct sniffer *s)
{
	size_t count;
	size_t distinct = 0;
	const struct sniffed_reset *r = sniffer_resets(s, &count);

	for (size_t i = 0; i < count; i++) {
		size_t j = 0;

		while (j < i && !is_between(&r[j], &r[i].from, &r[i].to))
			j++;
		distinct += j == i;
	}
	return distinct;
}

unsigned sniffer_lost(struct sniffer *s)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	getsockopt(s->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	s->lost += stats.tp_drops; /* reading them sets them back */
	return s->lost;
}
