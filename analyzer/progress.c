/* SPDX-License-Identifier: MIT */
/* progress.c - a line on the terminal that says how far the reading is. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "progress.h"
#include "rstwatch/text.h"

enum { BAR = 20 };

static const uint64_t LONG_NS = 500000000, REDRAW_NS = 100000000;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void write_bar(struct rst_text *t, uint64_t done, uint64_t total,
		      uint64_t spent_ns)
{
	unsigned filled = (unsigned)((double)done / (double)total * BAR);
	double rest = (double)(total - done) / (double)(done ? done : 1);

	rst_text_str(t, " [");
	for (unsigned i = 0; i < BAR; i++)
		rst_text_char(t, i < filled ? '=' : ' ');
	rst_text_str(t, "] ");
	rst_text_u64(t, (uint64_t)((double)done / (double)total * 100));
	rst_text_str(t, " %, ");
	rst_text_duration(t, (uint64_t)((double)spent_ns * rest));
	rst_text_str(t, " left");
}

static void draw(const struct progress *p, const char *path, uint64_t packets,
		 uint64_t done, uint64_t total, uint64_t now)
{
	char buf[256];
	struct rst_text t = rst_text_on(buf, sizeof(buf));
	uint64_t spent = now - p->start_ns;
	uint64_t rate = (uint64_t)((double)packets / (double)spent * 1e6);

	rst_text_str(&t, "\r");
	rst_text_plain(&t, path, strlen(path), 60);
	if (total && done <= total)
		write_bar(&t, done, total, now - p->path_start_ns);
	rst_text_str(&t, ", ");
	rst_text_u64(&t, rate);
	rst_text_str(&t, "k packets/s\033[K");
	fwrite(buf, 1, t.len, stderr);
	fflush(stderr);
}

void progress_tick(void *arg, const char *path, uint64_t packets, uint64_t done,
		   uint64_t total)
{
	struct progress *p = arg;
	uint64_t now = now_ns();

	if (!p->start_ns)
		p->start_ns = now;
	if (p->path != path) {
		p->path = path;
		p->path_start_ns = now;
	}
	if (now == p->start_ns || now - p->drawn_ns < REDRAW_NS ||
	    (!p->is_eager && now - p->start_ns < LONG_NS))
		return;
	p->drawn_ns = now;
	p->is_shown = true;
	draw(p, path, packets, done, total, now);
}

void progress_end(struct progress *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
}
