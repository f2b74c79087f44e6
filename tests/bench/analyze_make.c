/* SPDX-License-Identifier: MIT */
/* analyze_make.c - writes captures and logs of any size for the benchmark. */
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packets.h"
#include "rstwatch/record.h"
#include "talk.h"

/*
 * Deterministic: the same arguments give the same bytes. Packets are captured
 * with 96 bytes each, so that the file is mostly headers, which is the most
 * work a byte.
 */
enum { SNAP = 96, OPEN_MAX = 20000 };

static uint64_t seed = 88172645463325252;

/* xorshift64: Marsaglia 2003. */
static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 32) * n >> 32);
}

static uint64_t now_ns = 1700000000000000000, written;

static void put(struct bytes *b, uint32_t len)
{
	uint32_t captured = len < SNAP ? len : SNAP;
	uint32_t header[4] = {(uint32_t)(now_ns / 1000000000),
			      (uint32_t)(now_ns % 1000000000), captured, len};

	fwrite(header, sizeof(header), 1, stdout);
	fwrite(bytes_at(b), captured, 1, stdout);
	written += sizeof(header) + captured;
}

static void put_segment(const struct segment *s)
{
	struct bytes b;

	bytes_begin(&b);
	bytes_tcp(&b, s);
	bytes_ip(&b, s, 6);
	bytes_ethernet(&b, 0x0800);
	put(&b, (uint32_t)bytes_len(&b));
}

static void put_datagram(void)
{
	struct segment s = {.src = address("10.0.0.1", 0),
			    .dst = address("10.0.0.53", 0)};
	struct bytes b;

	bytes_begin(&b);
	bytes_prepend(&b, 60);
	bytes_ip(&b, &s, 17);
	bytes_ethernet(&b, 0x0800);
	put(&b, (uint32_t)bytes_len(&b));
}

/* How a connection ends. */
enum end { END_FIN, END_ABORT, END_REFUSED, END_LATE };

struct conversation {
	struct talk talk;
	enum end end;
	int step;
	int steps; /* packets before it ends */
};

/* 1 % of the packets are resets: some 6.5 packets make a connection. */
static enum end choose_end(void)
{
	uint32_t n = below(1000);

	if (n < 30)
		return END_ABORT;
	if (n < 50)
		return END_REFUSED;
	return n < 65 ? END_LATE : END_FIN;
}

static struct conversation begin(uint32_t number)
{
	struct conversation c = {.talk = talk_new()};

	c.talk.end[CLIENT].ip[1] = (uint8_t)(number / 50000 >> 16);
	c.talk.end[CLIENT].ip[2] = (uint8_t)(number / 50000 >> 8);
	c.talk.end[CLIENT].ip[3] = (uint8_t)(number / 50000);
	c.talk.end[CLIENT].port = (uint16_t)(10000 + number % 50000);
	c.talk.end[SERVER].port = below(2) ? 80 : 443;
	c.talk.next[CLIENT] = below(1u << 31);
	c.talk.next[SERVER] = below(1u << 31);
	c.end = choose_end();
	c.steps = 3 + (int)below(2);
	return c;
}

/* Packet number step after the handshake. */
static struct segment middle(struct conversation *c)
{
	if (c->step & 1)
		return talk_say(&c->talk, CLIENT, SEG_PSH | SEG_ACK,
				100 + below(300));
	return talk_say(&c->talk, SERVER, SEG_ACK, below(1400));
}

/* The packets that end it; false after the last. */
static bool say_end(struct conversation *c)
{
	int n = c->step - c->steps;
	struct segment s;

	switch (c->end) {
	case END_ABORT:
		s = talk_abort(&c->talk, SERVER);
		put_segment(&s);
		return false;
	case END_LATE:
		if (n == 0)
			s = talk_say(&c->talk, SERVER, SEG_FIN | SEG_ACK, 0);
		else
			s = talk_say(&c->talk, CLIENT, SEG_PSH | SEG_ACK, 9);
		put_segment(&s);
		if (n == 0)
			return true;
		s = talk_deny(&c->talk, SERVER, &s);
		put_segment(&s);
		return false;
	default:
		s = talk_say(&c->talk, n == 1 ? SERVER : CLIENT,
			     SEG_ACK | (n < 2 ? SEG_FIN : 0), 0);
		put_segment(&s);
		return n < 2;
	}
}

/* The next packet of c; false where that was its last. */
static bool go_on(struct conversation *c)
{
	struct segment s;
	bool lives = true;

	c->talk.now_ns = now_ns;
	if (c->step == 0) {
		s = talk_say(&c->talk, CLIENT, SEG_SYN, 0);
		put_segment(&s);
		if (c->end == END_REFUSED) {
			s = talk_deny(&c->talk, SERVER, &s);
			put_segment(&s);
			lives = false;
		}
	} else if (c->step >= c->steps) {
		lives = say_end(c);
	} else {
		s = c->step == 1
			    ? talk_say(&c->talk, SERVER, SEG_SYN | SEG_ACK, 0)
			    : middle(c);
		put_segment(&s);
	}
	c->step++;
	return lives;
}

/* OPEN_MAX connections at a time, each in its turn at random. */
static void mixed(uint32_t connections, uint64_t bytes)
{
	static struct conversation open[OPEN_MAX];
	uint32_t begun = 0;

	while (begun < OPEN_MAX && begun < connections) {
		open[begun] = begin(begun);
		begun++;
	}
	while (written < bytes && begun < connections) {
		struct conversation *c = &open[below(OPEN_MAX)];

		now_ns += 20000 + below(20000);
		if (!go_on(c))
			*c = begin(begun++);
		if (!below(50))
			put_datagram();
	}
}

/* A SYN each from as many places, and nothing else ever. */
static void flood(uint32_t connections)
{
	for (uint32_t i = 0; i < connections; i++) {
		struct conversation c = begin(i);
		struct segment s = talk_say(&c.talk, CLIENT, SEG_SYN, 0);

		now_ns += 1000;
		put_segment(&s);
	}
}

/* As many connections that live to the end. */
static void live(uint32_t connections)
{
	for (uint32_t i = 0; i < connections; i++) {
		struct conversation c = begin(i);

		c.end = END_FIN;
		now_ns += 1000;
		go_on(&c);
		go_on(&c);
		go_on(&c);
	}
}

static void put_record(enum rst_action action, uint32_t number,
		       const struct rst_frame *stack, unsigned stack_len)
{
	struct rst_event e = {
		.action = action,
		.level = action == RST_RESET_PREDICTED ? RST_WARN : RST_INFO,
		.realtime_ns = now_ns,
		.mono_ns = now_ns - 1600000000000000000,
		.seq = number + 1,
		.host = "box",
		.pid = 4242,
		.tid = 4242,
		.process_name = "server",
		.executable = "/usr/bin/server",
		.call = "close",
		.fd = 5 + (int)below(1000),
		.stack = stack,
		.stack_len = stack_len,
	};
	char buf[RST_RECORD_STACK_BUF];
	struct rst_text t = rst_text_on(buf, sizeof(buf));
	struct conversation c = begin(number);

	if (action == RST_RESET_PREDICTED) {
		e.cause = RST_CAUSE_UNREAD_DATA;
		e.certainty = RST_CERTAIN;
		e.sender = RST_SENDER_SELF;
	}
	e.facts = (struct rst_facts){
		.have = RST_HAVE_STATE | RST_HAVE_UNREAD | RST_HAVE_BYTES,
		.state = RST_ESTABLISHED,
		.unread = 1 + below(1000),
		.bytes_sent = below(100000),
		.bytes_received = below(100000),
		.local = c.talk.end[SERVER],
		.peer = c.talk.end[CLIENT],
	};
	rst_record_json(&t, &e);
	fwrite(buf, t.len, 1, stdout);
	written += t.len;
}

/* At level info: a connection opened, one closed, one in 20 reset. */
static void log_lines(uint64_t bytes)
{
	for (uint32_t i = 0; written < bytes; i++) {
		now_ns += 50000;
		put_record(RST_CONNECTION_OPENED, i, NULL, 0);
		put_record(below(20) ? RST_CONNECTION_CLOSED
				     : RST_RESET_PREDICTED,
			   i, NULL, 0);
	}
}

/* The program itself is the first that is told of. */
static int take_base(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(uintptr_t *)base = info->dlpi_addr;
	return 1;
}

enum { PLACES = 50, FRAMES = 8 };

/*
 * Resets called from PLACES places, whose frames are spread over the code of
 * this very program: it has debug information.
 */
static void resets(uint32_t count)
{
	extern const char _start, etext;
	static struct rst_frame stack[PLACES][FRAMES];
	static char self[4096];
	uintptr_t base = 0, text = (uintptr_t)&etext - (uintptr_t)&_start;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		exit(1);
	dl_iterate_phdr(take_base, &base);
	for (unsigned i = 0; i < PLACES * FRAMES; i++)
		stack[i / FRAMES][i % FRAMES] = (struct rst_frame){
			.module = self,
			.offset = (uintptr_t)&_start - base +
				  i * text / (PLACES * FRAMES),
		};
	for (uint32_t i = 0; i < count; i++) {
		now_ns += 50000;
		put_record(RST_RESET_PREDICTED, i, stack[i % PLACES], FRAMES);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (strcmp(what, "log") != 0 && strcmp(what, "resets") != 0)
		pcap_begin(stdout);
	if (!strcmp(what, "mixed") && argc == 4)
		mixed((uint32_t)n, strtoull(argv[3], NULL, 10));
	else if (!strcmp(what, "flood") && argc == 3)
		flood((uint32_t)n);
	else if (!strcmp(what, "live") && argc == 3)
		live((uint32_t)n);
	else if (!strcmp(what, "log") && argc == 3)
		log_lines(n);
	else if (!strcmp(what, "resets") && argc == 3)
		resets((uint32_t)n);
	else
		fputs("usage: analyze_make mixed CONNECTIONS BYTES | flood N | "
		      "live N | log BYTES | resets N\n",
		      stderr);
	return fflush(stdout) || !written;
}
