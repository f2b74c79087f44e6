/* SPDX-License-Identifier: MIT */
/* perf.c - opens tracepoints through perf_event_open and reads their rings. */
#include "perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* With its control page just perf_event_mlock_kb, 516 where pages are 4 KiB. */
enum { RING_PAGES = 128 };

/* A processor's ring, which all of its events share. */
struct ring {
	struct perf_event_mmap_page *page;
	int fds[PERF_EVENTS_MAX];
};

struct perf {
	struct ring *rings;
	size_t ring_count;
	int epoll;
	uint64_t lost;
};

static size_t ring_bytes(void)
{
	return RING_PAGES * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t map_bytes(void)
{
	return ring_bytes() + (size_t)sysconf(_SC_PAGESIZE);
}

static int open_event(const struct perf_event *event, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = event->id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME |
			       PERF_SAMPLE_RAW,
		/* Realtime is refused: the kernel can't read it in an NMI. */
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		/* A wake-up for each event would cost its process 18 us. */
		.watermark = 1,
		.wakeup_watermark = (uint32_t)ring_bytes() / 2,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0 && event->filter &&
	    ioctl(fd, PERF_EVENT_IOC_SET_FILTER, event->filter) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void close_ring(struct ring *r)
{
	if (r->page)
		munmap(r->page, map_bytes());
	for (size_t i = 0; i < PERF_EVENTS_MAX; i++)
		if (r->fds[i] >= 0)
			close(r->fds[i]);
}

/* 0, or -1 and errno; close_ring() is for the caller in either case. */
static int open_ring(struct ring *r, const struct perf_event *events,
		     size_t count, int cpu)
{
	void *page;

	for (size_t i = 0; i < count; i++) {
		r->fds[i] = open_event(&events[i], cpu);
		if (r->fds[i] < 0)
			return -1;
	}
	page = mmap(NULL, map_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED,
		    r->fds[0], 0);
	if (page == MAP_FAILED)
		return -1;
	r->page = page;
	for (size_t i = 1; i < count; i++)
		if (ioctl(r->fds[i], PERF_EVENT_IOC_SET_OUTPUT, r->fds[0]) < 0)
			return -1;
	return 0;
}

/* 0, also for a processor that is switched off; -1 and errno. */
static int add_ring(struct perf *p, const struct perf_event *events,
		    size_t count, int cpu)
{
	struct epoll_event readable = {.events = EPOLLIN};
	struct ring r = {.fds = {-1, -1, -1, -1}};
	int error;

	if (open_ring(&r, events, count, cpu) == 0 &&
	    epoll_ctl(p->epoll, EPOLL_CTL_ADD, r.fds[0], &readable) == 0) {
		p->rings[p->ring_count++] = r;
		return 0;
	}
	error = errno;
	close_ring(&r);
	errno = error;
	return error == ENODEV ? 0 : -1;
}

static int add_rings(struct perf *p, const struct perf_event *events,
		     size_t count)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->rings = calloc((size_t)cpus, sizeof(*p->rings));
	if (p->epoll < 0 || !p->rings)
		return -1;
	for (int cpu = 0; cpu < cpus; cpu++)
		if (add_ring(p, events, count, cpu) < 0)
			return -1;
	return 0;
}

struct perf *perf_open(const struct perf_event *events, size_t count,
		       char why[PERF_ERROR_MAX])
{
	struct perf *p = calloc(1, sizeof(*p));

	if (p && add_rings(p, events, count) == 0)
		return p;
	snprintf(why, PERF_ERROR_MAX,
		 "the kernel's tracepoints can't be read: %s (it needs "
		 "CAP_PERFMON, or root)",
		 strerror(errno));
	perf_close(p);
	return NULL;
}

void perf_close(struct perf *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->ring_count; i++)
		close_ring(&p->rings[i]);
	if (p->epoll >= 0)
		close(p->epoll);
	free(p->rings);
	free(p);
}

int perf_fd(const struct perf *p)
{
	return p->epoll;
}

uint64_t perf_lost(const struct perf *p)
{
	return p->lost;
}

/* The body of a PERF_RECORD_SAMPLE, in the order of open_event()'s bits. */
static void take_sample(const uint8_t *body, size_t size, perf_each *each,
			void *arg)
{
	struct perf_record r = {0};
	uint32_t raw_size;
	uint16_t common_type;

	if (size < 20 + sizeof(common_type))
		return;
	memcpy(&r.pid, body, 4);
	memcpy(&r.tid, body + 4, 4);
	memcpy(&r.mono_ns, body + 8, 8);
	memcpy(&raw_size, body + 16, 4);
	memcpy(&common_type, body + 20, sizeof(common_type));
	r.id = common_type;
	r.data = body + 20;
	r.size = raw_size < size - 20 ? raw_size : size - 20;
	each(&r, arg);
}

static void take_record(struct perf *p, const uint8_t *record, size_t size,
			perf_each *each, void *arg)
{
	struct perf_event_header head;
	uint64_t lost[2]; /* id, how many */

	memcpy(&head, record, sizeof(head));
	record += sizeof(head);
	size -= sizeof(head);
	if (head.type == PERF_RECORD_SAMPLE) {
		take_sample(record, size, each, arg);
	} else if (head.type == PERF_RECORD_LOST && size >= sizeof(lost)) {
		memcpy(lost, record, sizeof(lost));
		p->lost += lost[1];
	}
}

/* Copies out of a ring what may wrap around its end. */
static void copy_out(const struct perf_event_mmap_page *page, uint64_t from,
		     void *to, size_t size)
{
	const uint8_t *data = (const uint8_t *)page + page->data_offset;

	for (size_t i = 0; i < size; i++)
		((uint8_t *)to)[i] = data[(from + i) % page->data_size];
}

static void drain_ring(struct perf *p, struct perf_event_mmap_page *page,
		       perf_each *each, void *arg)
{
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail;
	struct perf_event_header h;
	uint8_t record[512];

	while (tail + sizeof(h) <= head) {
		size_t size;

		copy_out(page, tail, &h, sizeof(h));
		if (h.size < sizeof(h) || tail + h.size > head)
			break;
		size = h.size < sizeof(record) ? h.size : sizeof(record);
		copy_out(page, tail, record, size);
		take_record(p, record, size, each, arg);
		tail += h.size;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
}

void perf_drain(struct perf *p, perf_each *each, void *arg)
{
	for (size_t i = 0; i < p->ring_count; i++)
		drain_ring(p, p->rings[i].page, each, arg);
}
