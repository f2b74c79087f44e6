/* SPDX-License-Identifier: MIT */
/* trace_ring.h - raw tracepoint records of the whole machine, in order. */
#ifndef RSTWATCH_TRACE_RING_H
#define RSTWATCH_TRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracepoint.h"

enum {
	TRACE_RING_ERROR_MAX = 256,
	TRACE_EVENTS_MAX = 6,
	TRACE_ONLY_MAX = 2,
	TRACE_STACK_MAX = 24,
};

/* A tracepoint, and which of its records are wanted: all that only[] fits. */
struct trace_event {
	const struct tracepoint *tp;
	bool wants_stack; /* of the process that ran */
	struct {
		const char *field; /* NULL: no further condition */
		uint32_t value;
	} only[TRACE_ONLY_MAX];
};

struct trace_ring;

/*
 * Attaches to up to TRACE_EVENTS_MAX tracepoints. NULL and one sentence in why
 * on failure. All of it is descriptors: nothing is left when the process ends,
 * however it ends.
 */
struct trace_ring *trace_ring_open(const struct trace_event *events,
				   size_t count,
				   char why[TRACE_RING_ERROR_MAX]);

/* Becomes readable once the ring is half full; drain then, or any time. */
int trace_ring_fd(const struct trace_ring *r);

/* data is the tracepoint's record, as its format lays it out; its first eight
 * bytes, the common fields, are not filled. */
struct trace_record {
	size_t event;	  /* index into what was opened */
	uint64_t mono_ns; /* CLOCK_MONOTONIC */
	int32_t pid;	  /* as seen from here; 0 where it is not */
	int32_t tid;
	char comm[16];
	const uint64_t *stack; /* addresses, innermost first, as its frame
				  pointers lead; valid during the call */
	size_t stack_len;
	const uint8_t *data; /* valid during the call */
	size_t size;
};

typedef void trace_each(const struct trace_record *record, void *arg);

/* Hands over what the ring holds, in the order in which it happened. */
void trace_ring_drain(struct trace_ring *r, trace_each *each, void *arg);

/* Records that found the ring full. */
uint64_t trace_ring_lost(const struct trace_ring *r);

/*
 * Hits that the kernel passed over, of any of the tracepoints, because they
 * came in the middle of another BPF program (trace_call_bpf()); 0 before 5.12.
 */
uint64_t trace_ring_skipped(const struct trace_ring *r);

void trace_ring_close(struct trace_ring *r);

#endif
