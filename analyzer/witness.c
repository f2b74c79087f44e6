/* SPDX-License-Identifier: MIT */
/* witness.c - reads the kernel's reset tracepoints and puts them in order. */
#include "witness.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace_ring.h"

enum event_kind {
	SENT,
	RECEIVED,
	CLOSED,
	CONNECTS,
	LISTENS,
	FORKED,
	EVENT_KINDS
};

/* The fields that any of them may have; the kernel says where. */
#define FIELDS(X) \
	X(skbaddr) \
	X(skaddr) \
	X(state) \
	X(reason) \
	X(saddr) \
	X(daddr) \
	X(saddr_v6) \
	X(daddr_v6) \
	X(sport) \
	X(dport) \
	X(family) \
	X(sock_cookie) \
	X(oldstate) \
	X(parent_pid) \
	X(child_pid)

struct layout {
	struct tracepoint tp;
#define X(name) struct trace_field name;
	FIELDS(X)
#undef X
};

static const char *const names[EVENT_KINDS] = {
	[SENT] = "tcp/tcp_send_reset",
	[RECEIVED] = "tcp/tcp_receive_reset",
	[CLOSED] = "sock/inet_sock_set_state",
	[CONNECTS] = "sock/inet_sock_set_state",
	[LISTENS] = "sock/inet_sock_set_state",
	[FORKED] = "sched/sched_process_fork",
};

/* The state a socket left for CLOSE, by its kernel address. */
struct closed {
	uint64_t socket;
	enum rst_state before;
};

enum { CLOSED_SLOTS = 4096 };

struct witness {
	struct layout layouts[EVENT_KINDS];
	struct trace_ring *ring;
	struct closed closed[CLOSED_SLOTS];
	uint64_t realtime_offset;
	struct own *own; /* NULL: nobody's connections are of interest */
	witness_each *each;
	void *arg;
};

static int load_layouts(struct witness *w, char *why)
{
	int tracefs = tracefs_open(why);
	int rc = tracefs < 0 ? -1 : 0;

	for (int k = 0; k < EVENT_KINDS && rc == 0; k++) {
		struct layout *l = &w->layouts[k];

		rc = tracepoint_load(tracefs, names[k], &l->tp, why);
		if (rc < 0)
			break;
#define X(name) l->name = tracepoint_field(&l->tp, #name);
		FIELDS(X)
#undef X
	}
	if (tracefs >= 0)
		close(tracefs);
	return rc;
}

static struct trace_ring *open_ring(const struct witness *w, char *why)
{
	const struct trace_event events[EVENT_KINDS] = {
		[SENT] = {.tp = &w->layouts[SENT].tp, .wants_stack = true},
		[RECEIVED] = {.tp = &w->layouts[RECEIVED].tp},
		/* Only what a reset may follow: of all connections that end. */
		[CLOSED] = {.tp = &w->layouts[CLOSED].tp,
			    .only = {{"newstate", RST_CLOSE},
				     {"protocol", IPPROTO_TCP}}},
		[CONNECTS] = {.tp = &w->layouts[CONNECTS].tp,
			      .only = {{"newstate", RST_SYN_SENT},
				       {"protocol", IPPROTO_TCP}}},
		[LISTENS] = {.tp = &w->layouts[LISTENS].tp,
			     .only = {{"newstate", RST_LISTEN},
				      {"protocol", IPPROTO_TCP}}},
		[FORKED] = {.tp = &w->layouts[FORKED].tp},
	};

	return trace_ring_open(events, EVENT_KINDS, why);
}

struct witness *witness_open(char why[WITNESS_ERROR_MAX])
{
	struct witness *w = calloc(1, sizeof(*w));

	if (!w) {
		snprintf(why, WITNESS_ERROR_MAX, "out of memory");
		return NULL;
	}
	if (load_layouts(w, why) == 0)
		w->ring = open_ring(w, why);
	if (w->ring)
		return w;
	witness_close(w);
	return NULL;
}

void witness_close(struct witness *w)
{
	if (!w)
		return;
	trace_ring_close(w->ring);
	for (int k = 0; k < EVENT_KINDS; k++)
		tracepoint_free(&w->layouts[k].tp);
	free(w);
}

void witness_follow(struct witness *w, struct own *own)
{
	w->own = own;
}

int witness_fd(const struct witness *w)
{
	return trace_ring_fd(w->ring);
}

uint64_t witness_lost(const struct witness *w)
{
	return trace_ring_lost(w->ring);
}

uint64_t witness_skipped(const struct witness *w)
{
	return trace_ring_skipped(w->ring);
}

/* Contract: a v4-mapped address is an IPv4 address. */
static struct rst_addr address(int family, const uint8_t *ip, uint16_t port)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t any[16];
	struct rst_addr a = {.port = port};

	if (family == AF_INET6 && memcmp(ip, mapped, 12) == 0) {
		ip += 12;
		family = AF_INET;
	}
	memcpy(a.ip, ip, family == AF_INET ? 4 : 16);
	if (port || memcmp(a.ip, any, 16) != 0)
		a.family = family == AF_INET ? 4 : 6;
	return a;
}

/* Since 6.10 saddr and daddr are a sockaddr_in or sockaddr_in6. */
static struct rst_addr from_sockaddr(const uint8_t *sockaddr)
{
	struct sockaddr_in6 a;
	struct sockaddr_in v4;

	memcpy(&a, sockaddr, sizeof(a));
	memcpy(&v4, sockaddr, sizeof(v4));
	if (v4.sin_family == AF_INET)
		return address(AF_INET, (uint8_t *)&v4.sin_addr,
			       ntohs(v4.sin_port));
	if (a.sin6_family == AF_INET6)
		return address(AF_INET6, (uint8_t *)&a.sin6_addr,
			       ntohs(a.sin6_port));
	return (struct rst_addr){0};
}

/* v4 or v6 as the record's family says; v6 is v4-mapped where it is v4. */
static struct rst_addr one_end(const struct layout *l, const uint8_t *raw,
			       size_t size, struct trace_field v4,
			       struct trace_field v6, struct trace_field port)
{
	uint16_t number = (uint16_t)trace_number(raw, size, port);

	if (v4.size == sizeof(struct sockaddr_in6) &&
	    v4.offset + v4.size <= size)
		return from_sockaddr(raw + v4.offset);
	if (trace_number(raw, size, l->family) == AF_INET && v4.size == 4 &&
	    v4.offset + 4 <= size)
		return address(AF_INET, raw + v4.offset, number);
	if (v6.size == 16 && v6.offset + 16 <= size)
		return address(AF_INET6, raw + v6.offset, number);
	return (struct rst_addr){0};
}

static void decode(const struct layout *l, const uint8_t *raw, size_t size,
		   struct witness_reset *r)
{
	r->local = one_end(l, raw, size, l->saddr, l->saddr_v6, l->sport);
	r->peer = one_end(l, raw, size, l->daddr, l->daddr_v6, l->dport);
	r->is_active = !r->is_received && l->skbaddr.size &&
		       trace_number(raw, size, l->skbaddr) == 0;
	r->state = trace_number(raw, size, l->state);
	r->cookie = trace_number(raw, size, l->sock_cookie);
	if (l->reason.size)
		tracepoint_symbol(&l->tp, "reason",
				  trace_number(raw, size, l->reason), r->reason,
				  sizeof(r->reason));
}

static struct closed *closed_slot(struct witness *w, uint64_t socket)
{
	/* Sockets lie in slabs: their low bits are the same. */
	uint64_t hash = socket * UINT64_C(0x9e3779b97f4a7c15);

	return &w->closed[(hash >> 32) % CLOSED_SLOTS];
}

/*
 * tcp_close() and tcp_disconnect() set TCP_CLOSE just before they reset, so
 * the event of the same socket just before tells the state it left.
 */
static void find_state_before(struct witness *w, uint64_t socket,
			      struct witness_reset *r)
{
	const struct closed *c = closed_slot(w, socket);

	if (r->state != RST_CLOSE)
		r->before = r->state;
	else if (socket && c->socket == socket)
		r->before = c->before;
}

/* connect(2) and listen(2) change the state in the caller's context. */
static void take_own(const struct witness *w, const struct trace_record *r)
{
	const struct layout *l = &w->layouts[r->event];
	struct witness_reset ends = {0};

	if (r->event == FORKED) {
		own_forked(w->own,
			   (pid_t)trace_number(r->data, r->size, l->parent_pid),
			   (pid_t)trace_number(r->data, r->size, l->child_pid));
		return;
	}
	decode(l, r->data, r->size, &ends);
	own_used(w->own, r->pid,
		 r->event == CONNECTS ? &ends.peer : &ends.local);
}

static_assert((int)WITNESS_STACK_MAX >= (int)TRACE_STACK_MAX,
	      "what the ring has of a stack is kept");

static void keep_stack(const struct trace_record *record,
		       struct witness_reset *r)
{
	if (!r->is_active)
		return;
	r->stack_len = (uint32_t)record->stack_len;
	memcpy(r->stack, record->stack,
	       record->stack_len * sizeof(record->stack[0]));
}

static void take(const struct trace_record *record, void *arg)
{
	struct witness *w = arg;
	const struct layout *l = &w->layouts[record->event];
	uint64_t socket = trace_number(record->data, record->size, l->skaddr);
	struct witness_reset r = {
		.mono_ns = record->mono_ns,
		.realtime_ns = record->mono_ns + w->realtime_offset,
		.is_received = record->event == RECEIVED,
		.pid = record->pid,
		.tid = record->tid,
	};

	if (record->event >= CONNECTS) {
		if (w->own)
			take_own(w, record);
		return;
	}
	if (record->event == CLOSED) {
		*closed_slot(w, socket) = (struct closed){
			socket,
			trace_number(record->data, record->size, l->oldstate),
		};
		return;
	}
	memcpy(r.comm, record->comm, sizeof(r.comm));
	decode(l, record->data, record->size, &r);
	find_state_before(w, socket, &r);
	keep_stack(record, &r);
	w->each(&r, w->arg);
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void witness_drain(struct witness *w, witness_each *each, void *arg)
{
	w->realtime_offset =
		clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	w->each = each;
	w->arg = arg;
	trace_ring_drain(w->ring, take, w);
}
