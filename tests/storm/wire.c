/* SPDX-License-Identifier: MIT */
/* wire.c - a thread that takes segments off two networks. */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "decode.h"
#include "tap.h"

enum { LINKTYPE_RAW = 101, TAPS = 2 };

/* What comes while we are late: 64 MiB of headers, and 16. */
static const unsigned frames[TAPS] = {1 << 18, 1 << 16};

struct wire {
	struct tap taps[TAPS];
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

static void take_segment(struct wire *w, const struct segment *s, bool is_sent)
{
	bool is_from_server = is_server(&s->src);
	struct seen_packet *p;
	uint32_t play;

	if (!play_of(is_from_server ? &s->src : &s->dst, &play))
		return;
	p = list_add(w->packets);
	*p = (struct seen_packet){
		.ts_ns = s->ts_ns,
		.arrived_ns = is_sent ? 0 : s->ts_ns,
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
	if (is_sent && s->flags & SEG_RST)
		__atomic_fetch_add(&w->resets, 1, __ATOMIC_RELAXED);
}

static void take_all(struct wire *w, struct tap *t)
{
	struct tapped seen;
	struct segment s;

	for (; tap_next(t, &seen); tap_release(t)) {
		struct packet p = {.ts_ns = seen.ts_ns,
				   .data = seen.data,
				   .caplen = seen.caplen,
				   /* The IP header says what there was. */
				   .len = UINT16_MAX,
				   .linktype = LINKTYPE_RAW};

		if (decode_packet(&p, &s) == DECODE_SEGMENT)
			take_segment(w, &s, seen.is_sent);
	}
}

void wire_comes_first(void)
{
	const struct sched_param lowest = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_RR, &lowest);
}

static void *capture(void *arg)
{
	struct wire *w = arg;
	struct pollfd p[TAPS];

	wire_comes_first();
	for (int i = 0; i < TAPS; i++)
		p[i] = (struct pollfd){w->taps[i].fd, POLLIN, 0};
	while (!__atomic_load_n(&w->is_stopping, __ATOMIC_ACQUIRE)) {
		poll(p, TAPS, 50);
		for (int i = 0; i < TAPS; i++)
			take_all(w, &w->taps[i]);
	}
	return NULL;
}

/* A socket sees the network that its thread was in when it was made. */
static bool taps_open(struct wire *w, const int netns[TAPS])
{
	for (int i = TAPS - 1; i >= 0; i--)
		if (setns(netns[i], CLONE_NEWNET) != 0 ||
		    !tap_open(&w->taps[i], frames[i]))
			return false;
	return true;
}

struct wire *wire_start(struct list *packets, int here, int there)
{
	struct wire *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->packets = packets;
	if (taps_open(w, (const int[TAPS]){here, there})) {
		errno = pthread_create(&w->thread, NULL, capture, w);
		if (errno == 0)
			return w;
	}
	free(w); /* the caller ends, and with it what is open */
	return NULL;
}

uint64_t wire_resets(const struct wire *w)
{
	return __atomic_load_n(&w->resets, __ATOMIC_RELAXED);
}

uint64_t wire_stop(struct wire *w)
{
	uint64_t lost = 0;

	__atomic_store_n(&w->is_stopping, 1, __ATOMIC_RELEASE);
	pthread_join(w->thread, NULL);
	for (int i = 0; i < TAPS; i++) {
		take_all(w, &w->taps[i]);
		lost += tap_close(&w->taps[i]);
	}
	free(w);
	return lost;
}
