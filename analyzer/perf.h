/* SPDX-License-Identifier: MIT */
/* perf.h - raw tracepoint records of the whole machine, by perf events. */
#ifndef RSTWATCH_PERF_H
#define RSTWATCH_PERF_H

#include <stddef.h>
#include <stdint.h>

enum { PERF_ERROR_MAX = 256, PERF_EVENTS_MAX = 4 };

/* A tracepoint by its id, and which of its records are wanted. */
struct perf_event {
	unsigned id;
	const char *filter; /* as tracefs takes it; NULL: all of them */
};

struct perf;

/*
 * Opens up to PERF_EVENTS_MAX tracepoints on every processor. NULL and one
 * sentence in why on failure. All of it is descriptors: nothing is left when
 * the process ends, however it ends.
 */
struct perf *perf_open(const struct perf_event *events, size_t count,
		       char why[PERF_ERROR_MAX]);

/* An epoll descriptor that is readable once a ring is half full. */
int perf_fd(const struct perf *p);

/* One record: data is the tracepoint's own, as its format file lays it out. */
struct perf_record {
	unsigned id;
	uint64_t mono_ns; /* CLOCK_MONOTONIC */
	int32_t pid;
	int32_t tid;
	const uint8_t *data; /* valid during the call */
	size_t size;
};

typedef void perf_each(const struct perf_record *r, void *arg);

/* Hands over what the rings hold: in order of time for each processor. */
void perf_drain(struct perf *p, perf_each *each, void *arg);

/* Records that the kernel dropped because a ring was full. */
uint64_t perf_lost(const struct perf *p);

void perf_close(struct perf *p);

#endif
