/* SPDX-License-Identifier: MIT */
/* trace_ring.c - a small BPF program copies tracepoint records to a ring. */
#include "trace_ring.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trace_program.h"

/*
 * Why not perf's own rings: on Linux 6.18 samples that are taken in the idle
 * task's softirq were seen to be counted and then neither written nor reported
 * lost. A BPF program runs before that, keeps one order over all processors,
 * and knows the name of a process that is gone a moment later.
 */
enum { RING_BYTES = 1 << 20 };

struct trace_ring {
	int ring;
	int epoll; /* readable once the program has woken somebody */
	int lost;  /* an array map with one number */
	int programs[TRACE_EVENTS_MAX];
	int attached[TRACE_EVENTS_MAX];
	size_t record_at[TRACE_EVENTS_MAX]; /* in an event's samples */
	uint64_t *consumer;		    /* how far we have read */
	const uint64_t *producer;	    /* how far the kernel has written */
	const uint8_t *data; /* twice in a row, so nothing wraps */
};

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int new_map(enum bpf_map_type type, uint32_t entries, uint32_t key,
		   uint32_t value)
{
	union bpf_attr attr = {
		.map_type = type,
		.max_entries = entries,
		.key_size = key,
		.value_size = value,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

/*
 * The ring itself is readable as soon as it holds anything, and whoever polls
 * it would turn without end: only its wake-ups count.
 */
static int watch_wakeups(struct trace_ring *r)
{
	struct epoll_event wakeup = {.events = EPOLLIN | EPOLLET};

	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	return r->epoll < 0
		       ? -1
		       : epoll_ctl(r->epoll, EPOLL_CTL_ADD, r->ring, &wakeup);
}

static int map_ring(struct trace_ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, r->ring,
		       0);

	if (p == MAP_FAILED)
		return -1;
	r->consumer = p;
	p = mmap(NULL, page + 2 * RING_BYTES, PROT_READ, MAP_SHARED, r->ring,
		 (off_t)page);
	if (p == MAP_FAILED)
		return -1;
	r->producer = p;
	r->data = (const uint8_t *)p + page;
	return 0;
}

/* The program goes with the tracepoint: this one event runs it everywhere. */
static int attach(const struct trace_event *event, int program)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = event->tp->id,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0 && ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* 0, or -1 and errno. */
static int open_event(struct trace_ring *r, const struct trace_event *events,
		      size_t i)
{
	struct trace_program p;
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = (uint64_t)(uintptr_t)p.code,
		.license = (uint64_t)(uintptr_t) "GPL", /* its helpers' */
	};

	if (trace_program_write(&p, &events[i], (uint32_t)i, r->ring, r->lost,
				RING_BYTES / 2) < 0)
		return -1;
	attr.insn_cnt = p.len;
	r->record_at[i] = trace_program_record_at(&events[i]);
	r->programs[i] = bpf(BPF_PROG_LOAD, &attr);
	if (r->programs[i] < 0)
		return -1;
	r->attached[i] = attach(&events[i], r->programs[i]);
	return r->attached[i] < 0 ? -1 : 0;
}

static int open_all(struct trace_ring *r, const struct trace_event *events,
		    size_t count)
{
	r->ring = new_map(BPF_MAP_TYPE_RINGBUF, RING_BYTES, 0, 0);
	r->lost = new_map(BPF_MAP_TYPE_ARRAY, 1, 4, 8);
	if (r->ring < 0 || r->lost < 0 || map_ring(r) < 0 ||
	    watch_wakeups(r) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (open_event(r, events, i) < 0)
			return -1;
	return 0;
}

struct trace_ring *trace_ring_open(const struct trace_event *events,
				   size_t count, char why[TRACE_RING_ERROR_MAX])
{
	struct trace_ring *r = calloc(1, sizeof(*r));

	if (r)
		*r = (struct trace_ring){.ring = -1, .epoll = -1, .lost = -1};
	for (size_t i = 0; r && i < TRACE_EVENTS_MAX; i++)
		r->programs[i] = r->attached[i] = -1;
	if (r && open_all(r, events, count) == 0)
		return r;
	snprintf(why, TRACE_RING_ERROR_MAX,
		 "the kernel's tracepoints can't be read: %s (it needs Linux "
		 "5.8 and CAP_BPF with CAP_PERFMON, or root)",
		 strerror(errno));
	trace_ring_close(r);
	return NULL;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void *event_close(void *fd)
{
	close(*(int *)fd);
	return NULL;
}

/*
 * Each of them waits for RCU, 20 to 80 ms. Side by side they wait half as long
 * in all.
 */
static void events_close(int *events)
{
	pthread_t threads[TRACE_EVENTS_MAX];
	bool has_thread[TRACE_EVENTS_MAX] = {false};

	for (size_t i = 0; i < TRACE_EVENTS_MAX; i++) {
		if (events[i] < 0)
			continue;
		has_thread[i] = pthread_create(&threads[i], NULL, event_close,
					       &events[i]) == 0;
		if (!has_thread[i])
			close(events[i]);
	}
	for (size_t i = 0; i < TRACE_EVENTS_MAX; i++)
		if (has_thread[i])
			pthread_join(threads[i], NULL);
}

void trace_ring_close(struct trace_ring *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!r)
		return;
	events_close(r->attached);
	for (size_t i = 0; i < TRACE_EVENTS_MAX; i++)
		close_if_open(r->programs[i]);
	if (r->consumer)
		munmap(r->consumer, page);
	if (r->producer)
		munmap((void *)(uintptr_t)r->producer, page + 2 * RING_BYTES);
	close_if_open(r->epoll);
	close_if_open(r->ring);
	close_if_open(r->lost);
	free(r);
}

int trace_ring_fd(const struct trace_ring *r)
{
	return r->epoll;
}

uint64_t trace_ring_lost(const struct trace_ring *r)
{
	uint32_t key = 0;
	uint64_t lost = 0;
	union bpf_attr attr = {
		.map_fd = (uint32_t)r->lost,
		.key = (uint64_t)(uintptr_t)&key,
		.value = (uint64_t)(uintptr_t)&lost,
	};

	return bpf(BPF_MAP_LOOKUP_ELEM, &attr) == 0 ? lost : 0;
}

uint64_t trace_ring_skipped(const struct trace_ring *r)
{
	uint64_t skipped = 0;

	for (size_t i = 0; i < TRACE_EVENTS_MAX; i++) {
		struct bpf_prog_info info = {0};
		union bpf_attr attr = {
			.info.bpf_fd = (uint32_t)r->programs[i],
			.info.info_len = sizeof(info),
			.info.info = (uint64_t)(uintptr_t)&info,
		};

		if (r->programs[i] >= 0 &&
		    bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) == 0)
			skipped += info.recursion_misses;
	}
	return skipped;
}

static void take(const struct trace_ring *r, const uint8_t *sample, size_t size,
		 trace_each *each, void *arg)
{
	struct trace_sample head;
	struct trace_record record = {0};
	size_t at;

	if (size < sizeof(head))
		return;
	memcpy(&head, sample, sizeof(head));
	at = r->record_at[head.event];
	if (size < at)
		return;
	record.event = head.event;
	record.mono_ns = head.mono_ns;
	record.pid = (int32_t)head.pid;
	record.tid = (int32_t)head.tid;
	memcpy(record.comm, head.comm, sizeof(record.comm) - 1);
	record.stack = (const uint64_t *)(const void *)(sample + sizeof(head));
	if (head.stack_bytes > 0)
		record.stack_len = (size_t)head.stack_bytes / sizeof(uint64_t);
	record.data = sample + at;
	record.size = size - at;
	each(&record, arg);
}

void trace_ring_drain(struct trace_ring *r, trace_each *each, void *arg)
{
	struct epoll_event wakeup;
	uint64_t from = *r->consumer;

	/* Before the look: what comes in between wakes again. */
	epoll_wait(r->epoll, &wakeup, 1, 0);
	while (from < __atomic_load_n(r->producer, __ATOMIC_ACQUIRE)) {
		const uint8_t *p = r->data + from % RING_BYTES;
		uint32_t len = __atomic_load_n(
			(const uint32_t *)(const void *)p, __ATOMIC_ACQUIRE);

		if (len & BPF_RINGBUF_BUSY_BIT)
			return; /* somebody is still writing it */
		if (!(len & BPF_RINGBUF_DISCARD_BIT))
			take(r, p + BPF_RINGBUF_HDR_SZ, len, each, arg);
		len &= ~BPF_RINGBUF_DISCARD_BIT;
		from += (len + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
		__atomic_store_n(r->consumer, from, __ATOMIC_RELEASE);
	}
}
