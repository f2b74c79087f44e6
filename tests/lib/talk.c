/* SPDX-License-Identifier: MIT */
/* talk.c - a TCP connection spoken segment by segment, numbers kept. */
#include "packets.h"
#include "talk.h"

struct talk talk_new(void)
{
	return (struct talk){
		.end = {address("10.0.0.1", 40000), address("10.0.0.2", 80)},
		.next = {1000, 5000},
		.window = {502, 509},
		.ip_id = {100, 200},
		.ttl = {64, 64},
		.has_timestamps = true,
		.now_ns = 1700000000000000000,
	};
}

void talk_wait(struct talk *t, double seconds)
{
	t->now_ns += (uint64_t)(seconds * 1e9);
}

static struct segment begin(struct talk *t, int who)
{
	t->now_ns += 100000;
	return (struct segment){
		.ts_ns = t->now_ns,
		.frame = ++t->frame,
		.src = t->end[who],
		.dst = t->end[!who],
		.tap = t->tap,
	};
}

struct segment talk_say(struct talk *t, int who, uint8_t flags, uint32_t len)
{
	struct segment s = begin(t, who);

	s.flags = flags;
	s.seq = t->next[who];
	s.ack = flags & SEG_ACK ? t->next[!who] : 0;
	s.len = len;
	s.window = t->window[who];
	s.ip_id = t->ip_id[who]++;
	s.ttl = t->ttl[who];
	if (flags & SEG_SYN) {
		s.options |= SEG_HAS_WSCALE;
		s.wscale = 7;
	}
	if (t->has_timestamps) {
		s.options |= SEG_HAS_TIMESTAMP;
		s.tsval = (uint32_t)(t->now_ns / 1000000);
	}
	if (!(flags & SEG_RST))
		t->next[who] = segment_end(&s);
	return s;
}

struct segment talk_probe(struct talk *t, int who)
{
	struct segment s = talk_say(t, who, SEG_ACK, 0);

	s.seq--;
	return s;
}

struct segment talk_abort(struct talk *t, int who)
{
	return talk_say(t, who, SEG_RST | SEG_ACK, 0);
}

struct segment talk_deny(struct talk *t, int who, const struct segment *s)
{
	struct segment reset = begin(t, who);

	reset.ttl = 64;
	reset.flags = SEG_RST;
	if (s->flags & SEG_ACK) {
		reset.seq = s->ack;
		return reset;
	}
	reset.flags |= SEG_ACK;
	reset.ack = segment_end(s);
	return reset;
}
