/* SPDX-License-Identifier: MIT */
/* report_json.c - an analysis as JSON Lines; contract.md section 4. */
#include <stdlib.h>
#include <string.h>

#include "community_id.h"
#include "evidence.h"
#include "report.h"
#include "tally.h"

/*
 * A line is built in one buffer, since the writer of text wants one. The
 * longest has 32 frames with paths of 4096 bytes, all escaped.
 */
enum { LINE_MAX_BYTES = 1 << 20 };

static void key(struct rst_text *t, const char *name)
{
	if (t->len && !strchr("{[", t->buf[t->len - 1]))
		rst_text_char(t, ',');
	rst_text_char(t, '"');
	rst_text_str(t, name);
	rst_text_str(t, "\":");
}

static void put_text(struct rst_text *t, const char *name, const char *s)
{
	if (!s || !*s)
		return;
	key(t, name);
	rst_text_char(t, '"');
	rst_text_json(t, s, strlen(s), strlen(s));
	rst_text_char(t, '"');
}

static void put_u64(struct rst_text *t, const char *name, uint64_t n)
{
	key(t, name);
	rst_text_u64(t, n);
}

static void put_i64(struct rst_text *t, const char *name, int64_t n)
{
	key(t, name);
	rst_text_i64(t, n);
}

static void put_end(struct rst_text *t, const char *address, const char *port,
		    const struct rst_addr *a)
{
	if (!a->family)
		return;
	key(t, address);
	rst_text_char(t, '"');
	rst_text_ip(t, a);
	rst_text_char(t, '"');
	put_u64(t, port, a->port);
}

static void put_time(struct rst_text *t, uint64_t ts_ns)
{
	key(t, "@timestamp");
	rst_text_char(t, '"');
	rst_text_time(t, ts_ns);
	rst_text_char(t, '"');
}

static void put_frame(struct rst_text *t, const struct report *r,
		      const struct frame *frame)
{
	put_text(t, "rstwatch.capture", r->inputs[frame->capture].path);
	put_u64(t, "rstwatch.frame", frame->number);
}

static void put_sightings(struct rst_text *t, const struct report *r,
			  const struct finding *f)
{
	if (!f->seen_len)
		return;
	key(t, "rstwatch.also_seen");
	rst_text_char(t, '[');
	for (unsigned i = 0; i < f->seen_len; i++) {
		const struct sighting *s = &f->seen[i];

		rst_text_str(t, i ? ",{" : "{");
		put_frame(t, r, &s->frame);
		put_time(t, s->ts_ns);
		put_end(t, "source.address", "source.port", &s->source);
		put_end(t, "destination.address", "destination.port",
			&s->destination);
		rst_text_char(t, '}');
	}
	rst_text_char(t, ']');
}

static void put_network(struct rst_text *t, const struct finding *f)
{
	uint8_t family = f->source.family ? f->source.family
					  : f->destination.family;

	put_end(t, "source.address", "source.port", &f->source);
	put_end(t, "destination.address", "destination.port", &f->destination);
	if (family)
		put_text(t, "network.type", family == 4 ? "ipv4" : "ipv6");
	if (!f->source.family || !f->destination.family)
		return;
	key(t, "network.community_id");
	rst_text_char(t, '"');
	community_id_write(t, &f->source, &f->destination);
	rst_text_char(t, '"');
}

static void put_place(struct rst_text *t, const struct place *place,
		      const char *build_id)
{
	rst_text_char(t, '{');
	put_text(t, "module", place->module);
	put_text(t, "build_id", build_id);
	if (place->module)
		put_u64(t, "offset", place->offset);
	put_text(t, "function", place->function);
	put_text(t, "file", place->file);
	if (place->line > 0)
		put_i64(t, "line", place->line);
	rst_text_char(t, '}');
}

/* A function that was inlined has an entry of its own, at the same offset. */
static void put_stack(struct rst_text *t, const struct log_event *e,
		      struct places *places)
{
	struct place stack[PLACES_MAX];
	size_t n = places_of_stack(places, e, stack), frame = 0;

	if (!n)
		return;
	key(t, "stack");
	rst_text_char(t, '[');
	for (size_t i = 0; i < n; i++) {
		rst_text_str(t, i ? "," : "");
		put_place(t, &stack[i], e->stack[frame].build_id);
		frame += !stack[i].is_inlined;
	}
	rst_text_char(t, ']');
}

static void put_origin(struct rst_text *t, const char *name,
		       const struct log_event *e, const struct log_frame *frame,
		       struct places *places)
{
	struct place place;

	if (!frame)
		return;
	place = places_of_frame(places, e, frame);
	key(t, name);
	put_place(t, &place, frame->build_id);
}

static void put_event(struct rst_text *t, const struct report *r,
		      const struct finding *f, struct places *places)
{
	const struct log_event *e = f->event;

	if (!e)
		return;
	key(t, "rstwatch.event");
	rst_text_char(t, '{');
	put_text(t, "log", r->inputs[e->log].path);
	put_u64(t, "line", e->line);
	put_i64(t, "process.pid", e->pid);
	put_text(t, "process.name", e->process);
	put_text(t, "call", e->call);
	if (e->fd >= 0)
		put_i64(t, "fd", e->fd);
	if (f->kind == FINDING_RESET && f->verdict == VERDICT_PREDICTED)
		put_i64(t, "lead_ns", f->lead_ns);
	if (e->have & RST_HAVE_UNREAD)
		put_u64(t, "unread_bytes", e->unread);
	put_text(t, "unread_kind", e->unread_kind);
	put_text(t, "peek", e->peek);
	put_text(t, "opened_by", e->opened_by);
	put_origin(t, "opened_at", e, e->opened_at, places);
	put_text(t, "linger_set_by", e->linger_set_by);
	put_origin(t, "linger_set_at", e, e->linger_set_at, places);
	put_stack(t, e, places);
	rst_text_char(t, '}');
}

static void put_evidence(struct rst_text *t, const struct finding *f)
{
	char sentence[4096];

	if (!f->evidence_len)
		return;
	key(t, "rstwatch.evidence");
	rst_text_char(t, '[');
	for (unsigned i = 0; i < f->evidence_len; i++) {
		struct rst_text part = rst_text_on(sentence, sizeof(sentence));

		evidence_write(&part, f, i);
		rst_text_str(t, i ? ",\"" : "\"");
		rst_text_json(t, sentence, part.len, part.len);
		rst_text_char(t, '"');
	}
	rst_text_char(t, ']');
}

static void put_verdict(struct rst_text *t, const struct report *r,
			const struct finding *f)
{
	put_text(t, "rstwatch.cause", rst_cause_slug(f->cause));
	put_text(t, "rstwatch.certainty", rst_certainty_name(f->certainty));
	if (f->kind == FINDING_PREDICTION) {
		put_text(t, "rstwatch.unmatched", unmatched_name(f->unmatched));
		return;
	}
	put_text(t, "rstwatch.verdict", verdict_name(f->verdict));
	put_text(t, "rstwatch.trigger", trigger_name(f->trigger));
	if (!f->echo_of.number)
		return;
	put_u64(t, "rstwatch.echo_of", f->echo_of.number);
	if (f->echo_of.capture != f->frame.capture)
		put_text(t, "rstwatch.echo_of_capture",
			 r->inputs[f->echo_of.capture].path);
}

void report_json_finding(struct rst_text *t, const struct report *r,
			 const struct finding *f, struct places *places)
{
	rst_text_char(t, '{');
	put_time(t, f->ts_ns);
	put_text(t, "event.action",
		 f->kind == FINDING_RESET ? "reset" : "prediction-unmatched");
	put_network(t, f);
	if (f->frame.number)
		put_frame(t, r, &f->frame);
	put_sightings(t, r, f);
	put_verdict(t, r, f);
	put_event(t, r, f, places);
	put_evidence(t, f);
	rst_text_char(t, '}');
}

static void put_counts(struct rst_text *t, const struct report_counts *c)
{
	put_u64(t, "rstwatch.resets", c->resets);
	put_u64(t, "rstwatch.predicted", c->verdicts[VERDICT_PREDICTED]);
	put_u64(t, "rstwatch.explained", c->verdicts[VERDICT_EXPLAINED]);
	put_u64(t, "rstwatch.unexplained", c->verdicts[VERDICT_UNEXPLAINED]);
	put_u64(t, "rstwatch.echoes", c->echoes);
	put_u64(t, "rstwatch.predictions_unmatched", c->predictions);
	put_u64(t, "rstwatch.received_unmatched", c->received);
	key(t, "rstwatch.causes");
	rst_text_char(t, '{');
	for (int i = RST_CAUSE_NONE + 1; i < RST_CAUSE_COUNT; i++)
		if (c->causes[i])
			put_u64(t, rst_cause_slug((enum rst_cause)i),
				c->causes[i]);
	rst_text_char(t, '}');
}

/* By how much the clock of the first capture differs from that of each. */
static void put_clocks(struct rst_text *t, const struct report *r)
{
	key(t, "rstwatch.clocks");
	rst_text_char(t, '[');
	for (size_t i = 0; i < r->input_count; i++) {
		if (!r->inputs[i].has_clock_offset)
			continue;
		rst_text_str(t, t->buf[t->len - 1] == '[' ? "{" : ",{");
		put_text(t, "file", r->inputs[i].path);
		put_i64(t, "offset_ns", r->inputs[i].clock_offset_ns);
		rst_text_char(t, '}');
	}
	rst_text_char(t, ']');
}

static void put_inputs(struct rst_text *t, const struct report *r)
{
	const char *comma = "";

	key(t, "rstwatch.errors");
	rst_text_char(t, '[');
	for (size_t i = 0; i < r->input_count; i++) {
		const char *error = r->inputs[i].error;

		if (!error)
			continue;
		rst_text_str(t, comma);
		rst_text_char(t, '"');
		rst_text_json(t, error, strlen(error), strlen(error));
		rst_text_char(t, '"');
		comma = ",";
	}
	rst_text_char(t, ']');
}

enum { TALLIED = 100 };

/* [{"name":"server close()","resets":5},...], the most frequent. */
static int put_tally(struct rst_text *t, const struct report *r,
		     const char *name, enum tally_by by)
{
	struct tally tally;

	if (tally_make(&tally, r, by))
		return -1;
	key(t, name);
	rst_text_char(t, '[');
	for (size_t i = 0; i < tally.count && i < TALLIED; i++) {
		char buf[512];
		struct rst_text of = rst_text_on(buf, sizeof(buf) - 1);

		tally_write(&of, tally.row[i].like, by);
		buf[of.len] = '\0';
		rst_text_str(t, i ? ",{" : "{");
		put_text(t, "name", buf);
		put_u64(t, "resets", tally.row[i].count);
		rst_text_char(t, '}');
	}
	rst_text_char(t, ']');
	tally_free(&tally);
	return 0;
}

static int put_summary(struct rst_text *t, const struct report *r)
{
	struct report_counts c = report_count(r);

	rst_text_char(t, '{');
	put_text(t, "event.action", "summary");
	put_counts(t, &c);
	put_u64(t, "rstwatch.dropped", r->findings_dropped);
	put_u64(t, "rstwatch.packets", c.packets);
	put_u64(t, "rstwatch.bytes", c.bytes);
	put_u64(t, "rstwatch.connections", r->flows.connections);
	put_u64(t, "rstwatch.connections_forgotten", r->flows.forgotten);
	put_u64(t, "rstwatch.copies", r->flows.copies);
	put_u64(t, "rstwatch.records", c.records);
	key(t, "rstwatch.skipped");
	rst_text_char(t, '{');
	for (int i = DECODE_SEGMENT + 1; i < DECODE_RESULT_COUNT; i++)
		if (c.results[i])
			put_u64(t, decode_result_name((enum decode_result)i),
				c.results[i]);
	rst_text_char(t, '}');
	put_clocks(t, r);
	put_inputs(t, r);
	if (put_tally(t, r, "rstwatch.calls", TALLY_CALLS) ||
	    put_tally(t, r, "rstwatch.hosts", TALLY_HOSTS))
		return -1;
	rst_text_str(t, "}\n");
	return 0;
}

int report_json(const struct report *r, const struct report_options *o,
		FILE *out)
{
	char *buf = malloc(LINE_MAX_BYTES);
	struct rst_text t;
	int result;

	if (!buf)
		return -1;
	for (size_t i = 0; i < r->finding_count; i++) {
		if (r->findings[i].kind == FINDING_RECEIVED)
			continue;
		t = rst_text_on(buf, LINE_MAX_BYTES);
		report_json_finding(&t, r, &r->findings[i], o->places);
		rst_text_char(&t, '\n');
		fwrite(buf, 1, t.len, out);
	}
	t = rst_text_on(buf, LINE_MAX_BYTES);
	result = put_summary(&t, r);
	fwrite(buf, 1, t.len, out);
	free(buf);
	return result;
}
