/* SPDX-License-Identifier: MIT */
/* model.c - the names of what an analysis finds. */
#include <stdlib.h>

#include "model.h"

const char *trigger_name(enum trigger trigger)
{
	static const char *const names[] = {
#define X(e, name, phrase) [TRIGGER_##e] = name,
		TRIGGERS(X)
#undef X
	};

	return names[trigger];
}

const char *trigger_phrase(enum trigger trigger)
{
	static const char *const phrases[] = {
#define X(e, name, phrase) [TRIGGER_##e] = phrase,
		TRIGGERS(X)
#undef X
	};

	return phrases[trigger];
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNEXPLAINED] = "unexplained",
		[VERDICT_EXPLAINED] = "explained",
		[VERDICT_PREDICTED] = "predicted",
	};

	return names[verdict];
}

const char *unmatched_name(enum unmatched unmatched)
{
	static const char *const names[] = {
		[UNMATCHED_NO] = "",
		[UNMATCHED_NOT_CAPTURED] = "not-captured",
		[UNMATCHED_NO_RESET_SEEN] = "no-reset-seen",
	};

	return names[unmatched];
}

void rung_write_flags(struct rst_text *t, uint8_t flags)
{
	static const struct {
		uint8_t bit;
		const char *name;
	} names[] = {
		{SEG_SYN, "SYN"}, {SEG_FIN, "FIN"}, {SEG_RST, "RST"},
		{SEG_PSH, "PSH"}, {SEG_ACK, "ACK"}, {SEG_URG, "URG"},
	};
	size_t start = t->len;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].bit))
			continue;
		rst_text_str(t, t->len > start ? "," : "");
		rst_text_str(t, names[i].name);
	}
	if (t->len == start)
		rst_text_str(t, "no flags");
}

struct finding *report_add(struct report *r)
{
	if (r->finding_count == r->finding_room) {
		size_t room = r->finding_room ? 2 * r->finding_room : 64;
		struct finding *f =
			realloc(r->findings, room * sizeof(*r->findings));

		if (!f)
			return NULL;
		r->findings = f;
		r->finding_room = room;
	}
	r->findings[r->finding_count] = (struct finding){0};
	return &r->findings[r->finding_count++];
}

static void count_finding(struct report_counts *c, const struct finding *f)
{
	switch (f->kind) {
	case FINDING_RESET:
		c->resets++;
		c->echoes += f->echo_of.number != 0;
		c->verdicts[f->verdict]++;
		c->causes[f->cause]++;
		break;
	case FINDING_PREDICTION: c->predictions++; break;
	case FINDING_RECEIVED: c->received++; break;
	}
}

struct report_counts report_count(const struct report *r)
{
	struct report_counts c = {0};

	for (size_t i = 0; i < r->finding_count; i++)
		count_finding(&c, &r->findings[i]);
	for (size_t i = 0; i < r->input_count; i++) {
		const struct input *in = &r->inputs[i];

		c.records += in->records;
		if (in->is_log) {
			c.lines += in->count;
			continue;
		}
		c.packets += in->count;
		c.bytes += in->bytes;
		for (int k = 0; k < DECODE_RESULT_COUNT; k++)
			c.results[k] += in->results[k];
	}
	return c;
}

bool report_has_capture(const struct report *r)
{
	for (size_t i = 0; i < r->input_count; i++)
		if (!r->inputs[i].is_log)
			return true;
	return false;
}

void report_keep_causes(struct report *r, uint32_t causes)
{
	size_t n = 0;

	for (size_t i = 0; i < r->finding_count; i++)
		if (causes & 1u << r->findings[i].cause)
			r->findings[n++] = r->findings[i];
	r->finding_count = n;
}
