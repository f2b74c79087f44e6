/* SPDX-License-Identifier: MIT */
/* fins.c - reads tracepoint sock:inet_sock_set_state, for CLOSE_WAIT alone. */
#include "fins.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rstwatch/facts.h"
#include "trace_ring.h"

struct fins {
	struct list *fins;
	struct tracepoint tp;
	struct trace_field sport, dport, family, saddr, daddr, saddr_v6,
		daddr_v6;
	struct trace_ring *ring;
	uint64_t realtime_offset;
};

struct fins *fins_open(struct list *fins, char why[256])
{
	struct fins *f = calloc(1, sizeof(*f));
	int tracefs = tracefs_open(why);
	struct trace_event event = {.only = {{"newstate", RST_CLOSE_WAIT},
					     {"protocol", IPPROTO_TCP}}};

	if (!f || tracefs < 0 ||
	    tracepoint_load(tracefs, "sock/inet_sock_set_state", &f->tp, why))
		goto fail;
	f->fins = fins;
#define FIELD(name) f->name = tracepoint_field(&f->tp, #name)
	FIELD(sport);
	FIELD(dport);
	FIELD(family);
	FIELD(saddr);
	FIELD(daddr);
	FIELD(saddr_v6);
	FIELD(daddr_v6);
#undef FIELD
	event.tp = &f->tp;
	f->ring = trace_ring_open(&event, 1, why);
	if (!f->ring)
		goto fail;
	close(tracefs);
	return f;
fail:
	if (tracefs >= 0)
		close(tracefs);
	free(f);
	return NULL;
}

/* saddr and daddr are filled of a v4-mapped socket, too. */
static struct rst_addr address(const struct trace_record *r, bool is_v4,
			       struct trace_field v4, struct trace_field v6,
			       uint16_t port)
{
	struct rst_addr a = {.port = port, .family = is_v4 ? 4 : 6};
	struct trace_field from = is_v4 ? v4 : v6;

	if (from.offset + from.size <= r->size && from.size <= sizeof(a.ip))
		memcpy(a.ip, r->data + from.offset, from.size);
	return a;
}

static bool is_mapped(const struct trace_record *r, struct trace_field v6)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return v6.offset + 16 <= r->size &&
	       memcmp(r->data + v6.offset, mapped, sizeof(mapped)) == 0;
}

static bool is_server(uint16_t port)
{
	return port == STORM_PORT || port == STORM_DEAD_PORT;
}

static void take(const struct trace_record *r, void *arg)
{
	struct fins *f = arg;
	bool is_v4 = trace_number(r->data, r->size, f->family) == AF_INET ||
		     is_mapped(r, f->daddr_v6);
	uint16_t sport = (uint16_t)trace_number(r->data, r->size, f->sport);
	uint16_t dport = (uint16_t)trace_number(r->data, r->size, f->dport);
	struct rst_addr server =
		is_server(sport)
			? address(r, is_v4, f->saddr, f->saddr_v6, sport)
			: address(r, is_v4, f->daddr, f->daddr_v6, dport);
	struct seen_fin *fin;
	uint32_t play;

	if ((!is_server(sport) && !is_server(dport)) ||
	    !play_of(&server, &play))
		return;
	fin = list_add(f->fins);
	fin->ts_ns = r->mono_ns + f->realtime_offset;
	fin->play = play;
	fin->is_of_server = is_server(sport);
	fin->port = fin->is_of_server ? dport : sport;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void fins_drain(struct fins *f)
{
	f->realtime_offset =
		clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	trace_ring_drain(f->ring, take, f);
}

uint64_t fins_close(struct fins *f)
{
	uint64_t lost = trace_ring_lost(f->ring);

	trace_ring_close(f->ring);
	tracepoint_free(&f->tp);
	free(f);
	return lost;
}
