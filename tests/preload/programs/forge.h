/* SPDX-License-Identifier: MIT */
/* forge.h - segments that no socket sent, over IPv4. */
#ifndef PROGRAMS_FORGE_H
#define PROGRAMS_FORGE_H

#include <fcntl.h>
#include <netinet/ip.h>

#include "tcp.h"

/* A segment with a time stamp, the only option that counts here. */
struct segment {
	struct iphdr ip;
	struct tcphdr tcp;
	struct {
		uint8_t nop[2], kind, len;
		uint32_t value, echo;
	} stamp;
	char data[4];
};

/* Sees all that arrives at any socket, and sends what is written whole. */
static inline int forge_socket(void)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);

	MUST(fd >= 0);
	tcp_option(fd, IPPROTO_IP, IP_HDRINCL, 1);
	return fd;
}

/* In a SYN others stand before it. */
static inline void stamp_take(struct segment *s, const uint8_t *option,
			      const uint8_t *end)
{
	while (option + TCPOLEN_TIMESTAMP <= end && *option != TCPOPT_TIMESTAMP)
		option += *option == TCPOPT_NOP ? 1 : option[1];
	if (option + TCPOLEN_TIMESTAMP <= end)
		memcpy(&s->stamp.kind, option, TCPOLEN_TIMESTAMP);
}

/* The next segment to that port with these flags alone, as it arrived. */
static inline struct segment forge_await(int raw, in_port_t port, int flags)
{
	const uint8_t all = TH_FIN | TH_SYN | TH_RST | TH_ACK;
	struct segment s = {.stamp = {.kind = 0}};
	uint8_t bytes[256];
	const size_t headers = sizeof(s.ip) + sizeof(s.tcp);

	do {
		await(raw, POLLIN);
		MUST(recv(raw, bytes, sizeof(bytes), 0) >= (ssize_t)headers);
		memcpy(&s, bytes, headers);
	} while (s.tcp.dest != port || (s.tcp.th_flags & all) != flags);
	stamp_take(&s, bytes + headers,
		   bytes + sizeof(s.ip) + 4 * (size_t)s.tcp.doff);
	return s;
}

static inline uint32_t forge_sum(uint32_t sum, const void *p, size_t len)
{
	const uint8_t *bytes = p;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

/* Sends s, of which addresses, ports, numbers and flags are set. */
static inline void forge_send(int raw, struct segment *s, size_t data)
{
	size_t payload = sizeof(s->tcp) + sizeof(s->stamp) + data;
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = s->ip.daddr};
	uint32_t sum;

	s->ip = (struct iphdr){.version = 4,
			       .ihl = 5,
			       .ttl = 64,
			       .protocol = IPPROTO_TCP,
			       .saddr = s->ip.saddr,
			       .daddr = s->ip.daddr};
	s->tcp.doff = (sizeof(s->tcp) + sizeof(s->stamp)) / 4;
	s->tcp.window = htons(1000);
	s->tcp.check = 0;
	memset(s->stamp.nop, TCPOPT_NOP, sizeof(s->stamp.nop));
	s->stamp.kind = TCPOPT_TIMESTAMP;
	s->stamp.len = TCPOLEN_TIMESTAMP;
	sum = forge_sum((uint32_t)(IPPROTO_TCP + payload), &s->ip.saddr, 8);
	sum = forge_sum(sum, &s->tcp, payload);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	s->tcp.check = htons((uint16_t)~sum);
	MUST(sendto(raw, s, sizeof(s->ip) + payload, 0, (void *)&to,
		    sizeof(to)) == (ssize_t)(sizeof(s->ip) + payload));
}

/* What the other side of s would answer, with flags still to be set. */
static inline struct segment forge_answer(struct segment s)
{
	struct segment answer = {
		.ip = {.saddr = s.ip.daddr, .daddr = s.ip.saddr},
		.tcp = {.source = s.tcp.dest,
			.dest = s.tcp.source,
			.seq = s.tcp.ack_seq,
			.ack_seq = htonl(ntohl(s.tcp.seq) +
					 !!(s.tcp.th_flags & TH_SYN))},
		.stamp = {.value = s.stamp.echo, .echo = s.stamp.value}};

	return answer;
}

/*
 * The SYN,ACK that a client waits for, whose listener doesn't hear its SYN; to
 * be sent after what is wrong with it was done.
 */
static inline struct segment forge_syn_ack(int raw, int listener, int client)
{
	struct address to = name_of(listener);
	struct segment forged;

	tcp_deafen(listener);
	MUST(fcntl(client, F_SETFL, O_NONBLOCK) == 0);
	SAY(connect(client, &to.any, to.len));
	forged = forge_answer(forge_await(raw, to.v4.sin_port, TH_SYN));
	forged.tcp.th_flags = TH_SYN | TH_ACK;
	return forged;
}

#endif
