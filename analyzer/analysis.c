/* SPDX-License-Identifier: MIT */
/* analysis.c - reads logs and captures, and finds out what they hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis.h"
#include "analysis_packets.h"
#include "foreign.h"

enum { TICK_PACKETS = 1 << 14 };

struct analysis {
	struct report report;
	struct log_store *logs;
	struct packets packets;
	struct stream **pipes; /* one an input: a pipe is opened but once */
};

struct analysis *analysis_new(void)
{
	struct analysis *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->logs = log_store_new();
	a->packets.flows = flows_new(FLOWS_MAX);
	a->packets.room = strings_new();
	a->packets.report = &a->report;
	if (a->logs && a->packets.flows && a->packets.room)
		return a;
	analysis_free(a);
	return NULL;
}

void analysis_free(struct analysis *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->report.input_count; i++) {
		free(a->report.inputs[i].error);
		stream_close(a->pipes[i]);
	}
	free(a->report.inputs);
	free(a->report.findings);
	free(a->pipes);
	log_store_free(a->logs);
	flows_free(a->packets.flows);
	strings_free(a->packets.room);
	correlation_free(a->packets.correlation);
	free(a);
}

struct report *analysis_report(struct analysis *a)
{
	return &a->report;
}

static void set_error(struct input *in, const char *why)
{
	if (!in->error)
		in->error = strdup(why);
}

/* What nobody here reads is told by its name, where it is known. */
static void tell_foreign(struct input *in, const struct stream *s,
			 const uint8_t *head, size_t len)
{
	const char *advice = foreign_advice(head, len);
	char why[STREAM_ERROR_MAX];

	if (!advice)
		return;
	snprintf(why, sizeof(why), "%s: byte 0%s: %s", stream_name(s),
		 stream_unit(s), advice);
	set_error(in, why);
}

/* Tells what an input is by its first bytes, out of gzip or zstd if need be. */
static void tell_apart(struct input *in, struct stream **pipe)
{
	uint8_t head[STREAM_PEEK_MAX];
	char why[STREAM_ERROR_MAX];
	struct stream *s = stream_open(in->path, why);
	size_t len;

	if (!s) {
		set_error(in, why);
		return;
	}
	len = stream_peek(s, head, sizeof(head));
	tell_foreign(in, s, head, len);
	in->is_log = !in->error && !capture_is_capture(head, len);
	if (stream_is_file(s))
		stream_close(s);
	else
		*pipe = s;
}

/* Input i from its start; the caller closes it. NULL, and that is noted. */
static struct stream *open_input(struct analysis *a, size_t i)
{
	char why[STREAM_ERROR_MAX];
	struct stream *s = a->pipes[i];

	a->pipes[i] = NULL;
	if (!s)
		s = stream_open(a->report.inputs[i].path, why);
	if (!s)
		set_error(&a->report.inputs[i], why);
	return s;
}

static void read_log(struct analysis *a, size_t i)
{
	struct input *in = &a->report.inputs[i];
	struct log_count count;
	char why[LOG_ERROR_MAX];
	struct stream *s = open_input(a, i);

	if (!s)
		return;
	if (log_read(a->logs, s, (uint16_t)i, &count, why))
		set_error(in, why);
	stream_close(s);
	in->count = count.lines;
	in->bytes = count.bytes;
	in->records = count.records;
}

static void tick(const struct analysis *a, const struct input *in,
		 const struct capture *c,
		 const struct analysis_progress *progress)
{
	uint64_t packets = 0, done, total;

	for (size_t i = 0; i < a->report.input_count; i++)
		packets += a->report.inputs[i].is_log
				   ? 0
				   : a->report.inputs[i].count;
	capture_progress(c, &done, &total);
	progress->tick(progress->arg, in->path, packets, done, total);
}

static void read_capture(struct analysis *a, size_t i,
			 const struct analysis_progress *progress)
{
	struct input *in = &a->report.inputs[i];
	char why[CAPTURE_ERROR_MAX];
	struct stream *s = open_input(a, i);
	struct capture *c;
	struct packet p;
	int rc;

	if (!s)
		return;
	c = capture_open_stream(s, why);
	if (!c) {
		set_error(in, why);
		return;
	}
	while ((rc = capture_next(c, &p)) == 1) {
		packets_take(&a->packets, in, (uint16_t)i, &p);
		if (progress && in->count % TICK_PACKETS == 0)
			tick(a, in, c, progress);
	}
	packets_flush(&a->packets);
	if (rc < 0)
		set_error(in, capture_error(c));
	capture_close(c);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int begin(struct analysis *a, const char *const *paths, size_t count)
{
	a->report.inputs = calloc(count, sizeof(*a->report.inputs));
	a->pipes = calloc(count, sizeof(struct stream *));
	if (!a->report.inputs || !a->pipes)
		return -1;
	a->report.input_count = count;
	for (size_t i = 0; i < count; i++) {
		a->report.inputs[i].path = paths[i];
		tell_apart(&a->report.inputs[i], &a->pipes[i]);
	}
	return 0;
}

int analysis_run(struct analysis *a, const char *const *paths, size_t count,
		 const struct analysis_progress *progress)
{
	struct report *r = &a->report;
	uint64_t start_ns = now_ns();

	if (begin(a, paths, count))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (r->inputs[i].is_log)
			read_log(a, i);
	r->events = log_store_events(a->logs, &r->event_count);
	a->packets.correlation = correlation_new(r->events, r->event_count);
	if (!a->packets.correlation)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!r->inputs[i].is_log && !r->inputs[i].error)
			read_capture(a, i, progress);
	if (a->packets.is_short || correlation_run(a->packets.correlation, r))
		return -1;
	r->flows = *flows_stats(a->packets.flows);
	r->elapsed_ns = now_ns() - start_ns;
	return 0;
}
