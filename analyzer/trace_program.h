/* SPDX-License-Identifier: MIT */
/* trace_program.h - the BPF program that copies a tracepoint's records. */
#ifndef RSTWATCH_TRACE_PROGRAM_H
#define RSTWATCH_TRACE_PROGRAM_H

#include <linux/bpf.h>
#include <stdint.h>

#include "trace_ring.h"

/* What stands in the ring before each record; and between the two, of an event
 * that wants it, a stack of TRACE_STACK_MAX addresses. */
struct trace_sample {
	uint64_t mono_ns;
	uint32_t tid; /* in the order of struct bpf_pidns_info */
	uint32_t pid;
	char comm[16];
	uint32_t event;
	int32_t stack_bytes; /* of the stack; negative where there is none */
};

enum { TRACE_PROGRAM_MAX = 192 };

struct trace_program {
	struct bpf_insn code[TRACE_PROGRAM_MAX];
	uint32_t len;
};

/*
 * Writes the program for one tracepoint: what fits event->only goes to the
 * ring map as a trace_sample with that number and the record; what finds the
 * ring full is counted in the lost map. Whoever waits is woken once the ring
 * holds more than wake_bytes. 0, or -1 and errno: EINVAL where a field does
 * not exist, E2BIG where the record is too long.
 */
int trace_program_write(struct trace_program *p,
			const struct trace_event *event, uint32_t number,
			int ring, int lost, uint32_t wake_bytes);

/* Where in the ring's sample of such an event the record begins. */
size_t trace_program_record_at(const struct trace_event *event);

#endif
