/* SPDX-License-Identifier: MIT */
/* cable.c - a thread that carries frames between two TAP devices, late. */
#include "cable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

enum { ENDS = 2, FRAME = 2048, UNDER_WAY = 8192 };

struct frame {
	uint64_t due_ns; /* 0: a free place */
	int to;
	size_t len;
	uint8_t bytes[FRAME];
};

struct cable {
	int tap[ENDS];
	unsigned delay_us, lost_percent;
	uint64_t dice;
	uint64_t dropped;
	int is_stopping;
	pthread_t thread;
	struct frame frames[UNDER_WAY];
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static unsigned roll_below(struct cable *c, unsigned n)
{
	c->dice = c->dice * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(c->dice >> 33) % n;
}

static bool is_ipv4(const uint8_t *frame)
{
	return frame[12] == 0x08 && frame[13] == 0x00;
}

static struct frame *place_free(struct cable *c)
{
	for (int i = 0; i < UNDER_WAY; i++)
		if (c->frames[i].due_ns == 0)
			return &c->frames[i];
	return NULL;
}

/* False where nothing more is there. ARP is neither late nor lost. */
static bool frame_take(struct cable *c, int from)
{
	struct frame *f = place_free(c);
	uint8_t none[FRAME];
	ssize_t n = read(c->tap[from], f ? f->bytes : none, FRAME);

	if (n <= 0)
		return false;
	c->dropped += !f;
	if (!f || (is_ipv4(f->bytes) && roll_below(c, 100) < c->lost_percent))
		return true;
	f->to = !from;
	f->len = (size_t)n;
	f->due_ns = now_ns();
	if (is_ipv4(f->bytes))
		f->due_ns +=
			(c->delay_us / 2 + roll_below(c, c->delay_us + 1)) *
			UINT64_C(1000);
	return true;
}

/* Hands over what is due; when the next will be, or UINT64_MAX. */
static uint64_t frames_give(struct cable *c)
{
	uint64_t now = now_ns(), next = UINT64_MAX;

	for (int i = 0; i < UNDER_WAY; i++) {
		struct frame *f = &c->frames[i];

		if (f->due_ns && f->due_ns <= now) {
			if (write(c->tap[f->to], f->bytes, f->len) < 0)
				c->dropped += errno != EIO; /* not up yet */
			f->due_ns = 0;
		} else if (f->due_ns && f->due_ns < next) {
			next = f->due_ns;
		}
	}
	return next;
}

static void *carry(void *arg)
{
	struct cable *c = arg;
	struct pollfd p[ENDS] = {{c->tap[0], POLLIN, 0},
				 {c->tap[1], POLLIN, 0}};

	wire_comes_first();
	while (!__atomic_load_n(&c->is_stopping, __ATOMIC_ACQUIRE)) {
		uint64_t next = frames_give(c), now = now_ns();
		struct timespec wait = {0, 50 * 1000 * 1000};

		if (next != UINT64_MAX && next < now + (uint64_t)wait.tv_nsec)
			wait.tv_nsec = next > now ? (long)(next - now) : 0;
		ppoll(p, ENDS, &wait, NULL);
		for (int i = 0; i < ENDS; i++)
			while (frame_take(c, i))
				;
	}
	return NULL;
}

static int tap_make(int netns, const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd;

	if (setns(netns, CLONE_NEWNET) != 0)
		return -1;
	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &r) == 0)
		return fd;
	close(fd);
	return -1;
}

struct cable *cable_lay(const int netns[2], const char *const names[2],
			unsigned delay_us, unsigned lost_percent)
{
	struct cable *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->delay_us = delay_us;
	c->lost_percent = lost_percent;
	c->tap[1] = tap_make(netns[1], names[1]);
	c->tap[0] = tap_make(netns[0], names[0]);
	if (c->tap[0] >= 0 && c->tap[1] >= 0) {
		errno = pthread_create(&c->thread, NULL, carry, c);
		if (errno == 0)
			return c;
	}
	free(c); /* the caller ends, and with it what is open */
	return NULL;
}

uint64_t cable_cut(struct cable *c)
{
	uint64_t dropped;

	__atomic_store_n(&c->is_stopping, 1, __ATOMIC_RELEASE);
	pthread_join(c->thread, NULL);
	dropped = c->dropped;
	for (int i = 0; i < ENDS; i++)
		close(c->tap[i]);
	free(c);
	return dropped;
}
