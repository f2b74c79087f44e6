/* SPDX-License-Identifier: MIT */
/* ladder.c - puts packets, calls and silences in the order of their time. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

static const int64_t SILENCE_NS = 500000000;

struct lines {
	struct ladder_line *out;
	unsigned len;
	int64_t last_ns;
};

/* A line, with the silence since the one before. */
static void add(struct lines *l, struct ladder_line line)
{
	if (line.ns - l->last_ns >= SILENCE_NS)
		l->out[l->len++] = (struct ladder_line){
			.kind = LADDER_SILENCE, .ns = line.ns - l->last_ns};
	l->last_ns = line.ns;
	l->out[l->len++] = line;
}

static bool is_the_reset(const struct finding *f, const struct rung *r)
{
	return r->frame.number == f->frame.number &&
	       r->frame.capture == f->frame.capture;
}

unsigned ladder_lines(const struct finding *f,
		      struct ladder_line out[LADDER_LINES_MAX])
{
	struct lines l = {.out = out};
	bool has_call = f->verdict == VERDICT_PREDICTED && f->event;

	if (!f->ladder_len)
		return 0;
	if (f->ladder_earlier)
		out[l.len++] =
			(struct ladder_line){.kind = LADDER_EARLIER,
					     .ns = (int64_t)f->ladder_earlier};
	l.last_ns = (int64_t)(f->ladder[0].ts_ns - f->ts_ns);
	for (unsigned i = 0; i < f->ladder_len && i < LADDER_MAX; i++) {
		const struct rung *r = &f->ladder[i];
		int64_t at_ns = (int64_t)(r->ts_ns - f->ts_ns);

		if (has_call && (-f->lead_ns <= at_ns || is_the_reset(f, r))) {
			add(&l, (struct ladder_line){.kind = LADDER_CALL,
						     .ns = -f->lead_ns,
						     .event = f->event});
			has_call = false;
		}
		add(&l, (struct ladder_line){
				.kind = LADDER_PACKET, .ns = at_ns, .rung = r});
	}
	if (f->received)
		add(&l, (struct ladder_line){.kind = LADDER_CALL,
					     .ns = f->received_ns,
					     .event = f->received});
	return l.len;
}

bool ladder_is_source_left(const struct finding *f)
{
	return f->client > 0;
}

/* A listener's record has another address than its connection. */
bool ladder_is_left(const struct finding *f, const struct log_event *e)
{
	bool is_source = !memcmp(&e->local, &f->source, sizeof(e->local));

	if (!e->local.family)
		is_source = e->sender != RST_SENDER_PEER;
	else if (!is_source &&
		 memcmp(&e->local, &f->destination, sizeof(e->local)) != 0)
		is_source = e->local.port == f->source.port;
	return is_source == ladder_is_source_left(f);
}

bool ladder_is_trigger(const struct finding *f, const struct rung *r)
{
	return r->frame.number == f->trigger_at.number &&
	       r->frame.capture == f->trigger_at.capture;
}

void ladder_write_label(struct rst_text *t, const struct finding *f,
			const struct rung *r)
{
	rung_write_flags(t, r->flags);
	if (r->len) {
		rst_text_char(t, ' ');
		rst_text_u64(t, r->len);
		rst_text_str(t, r->len == 1 ? " byte" : " bytes");
	}
	if (!ladder_is_trigger(f, r))
		return;
	if (f->trigger == TRIGGER_KEEPALIVE)
		rst_text_str(t, " (keepalive probe)");
	if (f->trigger == TRIGGER_WINDOW_UPDATE)
		rst_text_str(t, " (window update)");
}

void ladder_write_time(struct rst_text *t, int64_t ns)
{
	if (!ns) {
		rst_text_char(t, '0');
		return;
	}
	rst_text_char(t, ns < 0 ? '-' : '+');
	rst_text_duration(t, (uint64_t)llabs(ns));
}
