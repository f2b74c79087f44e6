/* SPDX-License-Identifier: MIT */
/* report_text.c - an analysis for people at a terminal. */
#include <stdlib.h>
#include <string.h>

#include "cause_text.h"
#include "evidence.h"
#include "groups.h"
#include "report_ladder.h"
#include "report_page.h"

/*
 * First what there is in one table, then the first of each kind told whole (or
 * all of them): who sent what, the ladder of the last packets, why, what that
 * rests on, and what to do.
 */
enum { TEXT_MAX = 4096, INDENT = 2, LABEL = 10 };

static void write_end(const struct page *p, struct rst_text *t)
{
	page_paragraph(p, 0, "", t);
}

static bool has_capture(const struct report *r)
{
	for (size_t i = 0; i < r->input_count; i++)
		if (!r->inputs[i].is_log)
			return true;
	return false;
}

/* Without a capture there is only what the logs tell. */
static void write_logs_alone(struct rst_text *t, const struct report_counts *c)
{
	page_count(t, c->predictions, "prediction", "predictions");
	if (c->received) {
		rst_text_str(t, " and ");
		page_count(t, c->received, "reset that arrived",
			   "resets that arrived");
	}
	rst_text_str(t, "; ");
	page_count(t, c->records, "log record", "log records");
	rst_text_str(t, " and no capture");
}

static void write_counts(struct rst_text *t, const struct report *r,
			 const struct report_counts *c)
{
	if (c->resets)
		page_count(t, c->resets, "reset", "resets");
	else
		rst_text_str(t, "No reset");
	if (c->predictions) {
		rst_text_str(t, ", ");
		page_count(t, c->predictions, "prediction", "predictions");
		rst_text_str(t, " without one");
	}
	rst_text_str(t, "; ");
	page_count(t, c->packets, "packet", "packets");
	rst_text_str(t, " of ");
	page_count(t, r->flows.connections, "connection", "connections");
	if (!c->lines)
		return;
	rst_text_str(t, " and ");
	page_count(t, c->records, "log record", "log records");
}

static void say_totals(const struct page *p, const struct report *r,
		       const struct report_counts *c)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (has_capture(r))
		write_counts(&t, r, c);
	else
		write_logs_alone(&t, c);
	rst_text_str(&t, ", read in ");
	rst_text_duration(&t, r->elapsed_ns);
	rst_text_char(&t, '.');
	write_end(p, &t);
}

/* What was in the input, but not looked into. */
static void say_skipped(const struct page *p, const struct report *r,
			const struct report_counts *c)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	for (int i = DECODE_SEGMENT + 1; i < DECODE_RESULT_COUNT; i++) {
		if (!c->results[i])
			continue;
		rst_text_str(&t, t.len ? ", " : "Packets without a segment: ");
		rst_text_u64(&t, c->results[i]);
		rst_text_char(&t, ' ');
		rst_text_str(&t, decode_result_name((enum decode_result)i));
	}
	if (t.len) {
		rst_text_char(&t, '.');
		write_end(p, &t);
	}
	t.len = 0;
	if (r->flows.forgotten)
		page_count(&t, r->flows.forgotten,
			   "connection was forgotten for want of memory.",
			   "connections were forgotten for want of memory.");
	if (r->findings_dropped) {
		rst_text_str(&t, t.len ? " " : "");
		page_count(&t, r->findings_dropped,
			   "more reset was not looked into.",
			   "more resets were not looked into.");
	}
	if (t.len)
		write_end(p, &t);
}

static void say_clocks(const struct page *p, const struct report *r)
{
	char buf[TEXT_MAX];

	for (size_t i = 0; i < r->input_count; i++) {
		const struct input *in = &r->inputs[i];
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		if (!in->has_clock_offset)
			continue;
		rst_text_str(&t, "The clock of ");
		rst_text_plain(&t, in->path, strlen(in->path), 200);
		rst_text_str(&t, " is ");
		rst_text_duration(&t, (uint64_t)llabs(in->clock_offset_ns));
		rst_text_str(&t,
			     in->clock_offset_ns > 0 ? " behind" : " ahead of");
		rst_text_str(&t, " that of the capture; its times are "
				 "shifted.");
		write_end(p, &t);
	}
}

static const char *outcome_of(const struct finding *f)
{
	if (f->kind == FINDING_PREDICTION)
		return unmatched_name(f->unmatched);
	return f->kind == FINDING_RECEIVED ? "from the log"
					   : verdict_name(f->verdict);
}

static enum page_style style_of(const struct finding *f)
{
	if (f->kind == FINDING_RESET && f->verdict == VERDICT_UNEXPLAINED)
		return PAGE_RESET;
	return f->verdict == VERDICT_PREDICTED && f->kind == FINDING_RESET
		       ? PAGE_GOOD
		       : PAGE_PLAIN;
}

enum { COUNT = 8, CAUSE = 24, OUTCOME = 13 };

static unsigned place_width(const struct page *p)
{
	return p->options->width - COUNT - 2 - CAUSE - OUTCOME - 2;
}

static void say_table_head(const struct page *p)
{
	char buf[160];

	snprintf(buf, sizeof(buf), "%*s  %-*s%-*s  %s", COUNT, "number", CAUSE,
		 "cause", (int)place_width(p), "where", "verdict");
	fputc('\n', p->out);
	page_put(p, PAGE_DIM, buf);
	fputc('\n', p->out);
}

/* The first that is no echo of another. */
static const struct finding *first_of(const struct report *r,
				      const struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!r->findings[g->findings[i]].echo_of.number)
			return &r->findings[g->findings[i]];
	return &r->findings[g->findings[0]];
}

/* "  12  unread-data             server close()              predicted" */
static void say_group(const struct page *p, const struct report *r,
		      const struct group *g)
{
	const struct finding *f = first_of(r, g);
	char slug[32], where[160];
	unsigned columns;

	snprintf(slug, sizeof(slug), "%-*s", CAUSE, rst_cause_slug(g->cause));
	snprintf(where, sizeof(where), "%s%s%s%s", g->program,
		 g->call[0] ? " " : "", g->call, g->call[0] ? "()" : "");
	if (!g->program[0])
		snprintf(where, sizeof(where), "%s", g->peer);
	fprintf(p->out, "%*zu  ", COUNT, g->count);
	page_put(p, PAGE_BOLD, slug);
	fputs(where, p->out);
	columns = page_columns(where, strlen(where));
	page_space(p, 2 + (columns < place_width(p) ? place_width(p) - columns
						    : 0));
	page_put(p, style_of(f), outcome_of(f));
	fputc('\n', p->out);
	if (!g->site[0])
		return;
	page_space(p, COUNT + 2 + CAUSE);
	page_put(p, PAGE_DIM, g->site);
	fputc('\n', p->out);
}

static void say_heading(const struct page *p, uint64_t number,
			const struct finding *f)
{
	const char *line = p->options->has_utf8 ? "\u2501" : "=";
	const char *certainty = rst_certainty_name(f->certainty);
	char buf[160];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);
	unsigned columns;

	rst_text_char(&t, ' ');
	rst_text_u64(&t, number);
	rst_text_str(&t, "  ");
	rst_text_str(&t, rst_cause_slug(f->cause));
	rst_text_char(&t, ' ');
	buf[t.len] = '\0';
	columns = 2 + (unsigned)t.len + 1 + (unsigned)strlen(outcome_of(f)) +
		  (*certainty ? 2 + (unsigned)strlen(certainty) : 0);
	fputc('\n', p->out);
	page_fill(p, PAGE_DIM, line, 2);
	page_put(p, PAGE_BOLD, buf);
	if (columns < p->options->width)
		page_fill(p, PAGE_DIM, line, p->options->width - columns);
	fprintf(p->out, " %s%s", certainty, *certainty ? ", " : "");
	page_put(p, style_of(f), outcome_of(f));
	fputs("\n\n", p->out);
}

/* An input without its directory, unless another has the same name. */
static void write_path(struct rst_text *t, const struct report *r,
		       uint16_t input)
{
	const char *path = r->inputs[input].path, *name = basename(path);

	for (size_t i = 0; i < r->input_count; i++)
		if (i != input && !strcmp(basename(r->inputs[i].path), name))
			name = path;
	rst_text_plain(t, name, strlen(name), 200);
}

static void write_reset(struct rst_text *t, const struct report *r,
			const struct finding *f)
{
	rst_text_endpoint(t, &f->source);
	rst_text_str(t, f->cause == RST_CAUSE_INJECTED
				? " seems to have reset its connection to "
				: " reset its connection to ");
	rst_text_endpoint(t, &f->destination);
	if (f->trigger != TRIGGER_NONE) {
		rst_text_str(t, ", in answer to ");
		rst_text_str(t, trigger_phrase(f->trigger));
	}
	rst_text_str(t, " (");
	write_path(t, r, f->frame.capture);
	rst_text_str(t, " frame ");
	rst_text_u64(t, f->frame.number);
	rst_text_str(t, ", ");
	rst_text_time(t, f->ts_ns);
	rst_text_str(t, ").");
}

static void write_line(struct rst_text *t, const struct report *r,
		       const struct log_event *e)
{
	rst_text_str(t, " (");
	write_path(t, r, e->log);
	rst_text_str(t, " line ");
	rst_text_u64(t, e->line);
	rst_text_char(t, ')');
}

/* What no packet was seen of: only the log's own words are left. */
static void write_logged(struct rst_text *t, const struct report *r,
			 const struct finding *f)
{
	const struct log_event *e = f->event;

	if (e->message)
		rst_text_plain(t, e->message, strlen(e->message), 1000);
	else
		evidence_write_call(t, e);
	write_line(t, r, e);
}

static void write_unmatched(struct rst_text *t, const struct report *r,
			    const struct finding *f)
{
	if (!has_capture(r))
		return;
	if (f->unmatched == UNMATCHED_NO_RESET_SEEN)
		rst_text_str(t, "The capture shows the connection, but no "
				"reset that fits.");
	else
		rst_text_str(t, "No capture shows this connection at that "
				"time.");
}

/* The call of the log that a reset belongs to, and when that was. */
static void write_call(struct rst_text *t, const struct report *r,
		       const struct finding *f)
{
	bool was_before = f->verdict == VERDICT_PREDICTED;
	int64_t ns = was_before ? f->lead_ns : f->received_ns;

	evidence_write_call(t, f->event);
	rst_text_str(t, was_before ? " was about to cause it, "
				   : " was told of it, ");
	rst_text_duration(t, ns > 0 ? (uint64_t)ns : 0);
	rst_text_str(t, was_before ? " before" : " later");
	write_line(t, r, f->event);
	rst_text_char(t, '.');
}

static void say_head(const struct page *p, const struct report *r,
		     const struct finding *f)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (f->kind == FINDING_RESET)
		write_reset(&t, r, f);
	else
		write_logged(&t, r, f);
	page_paragraph(p, INDENT, "", &t);
	t.len = 0;
	if (f->kind != FINDING_RESET)
		write_unmatched(&t, r, f);
	else if (f->event)
		write_call(&t, r, f);
	if (t.len)
		page_paragraph(p, INDENT, "", &t);
}

/* What head and ladder have said already. */
static bool is_said(const struct evidence *e)
{
	return e->kind == EVIDENCE_LOGGED || e->kind == EVIDENCE_RECEIVED;
}

static void say_evidence(const struct page *p, const struct finding *f)
{
	char buf[TEXT_MAX];
	bool is_first = true;

	for (unsigned i = 0; i < f->evidence_len; i++) {
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		if (is_said(&f->evidence[i]))
			continue;
		evidence_write(&t, f, i);
		page_space(p, INDENT);
		page_put(p, PAGE_DIM, is_first ? "Evidence  " : "          ");
		page_item(p, INDENT + LABEL, &t);
		is_first = false;
	}
}

enum { FRAMES_SHOWN = 6 };

/* The calls that led there, innermost first, out to main() if that is near. */
static void say_stack(const struct page *p, const struct finding *f)
{
	struct place stack[PLACES_MAX];
	char buf[TEXT_MAX];
	size_t n =
		f->event && p->options->places
			? places_of_stack(p->options->places, f->event, stack)
			: 0;

	for (size_t i = 0; i < n && i < FRAMES_SHOWN; i++) {
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		place_write(&t, &stack[i]);
		page_paragraph(p, INDENT, i ? "          " : "Called at ", &t);
		if (stack[i].function && !strcmp(stack[i].function, "main"))
			break;
	}
}

static void say_cause(const struct page *p, const struct finding *f)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_str(&t, cause_text(f->cause)->what);
	page_paragraph(p, INDENT, "Cause     ", &t);
}

static void say_advice(const struct page *p, const struct finding *f)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_str(&t, rst_cause_advice(f->cause));
	rst_text_str(&t, " More: rstwatch explain ");
	rst_text_str(&t, rst_cause_slug(f->cause));
	page_paragraph(p, INDENT, "Advice    ", &t);
}

static void say_finding(const struct page *p, const struct report *r,
			const struct finding *f, uint64_t number)
{
	say_heading(p, number, f);
	say_head(p, r, f);
	if (f->ladder_len) {
		fputc('\n', p->out);
		ladder_draw(p, f);
	}
	fputc('\n', p->out);
	say_cause(p, f);
	say_stack(p, f);
	say_evidence(p, f);
	say_advice(p, f);
}

/*
 * Of thousands of kinds (a port scan has one a port) only so many, the largest
 * first.
 */
enum { GROUPS_SHOWN = 25 };

static void say_groups(const struct page *p, const struct report *r,
		       const struct groups *g)
{
	size_t n = g->count < GROUPS_SHOWN ? g->count : GROUPS_SHOWN;

	if (n)
		say_table_head(p);
	for (size_t i = 0; i < n; i++)
		say_group(p, r, &g->group[i]);
	if (n < g->count)
		fprintf(p->out, "%*zu  more kinds\n", COUNT, g->count - n);
}

static void say_first_of_each(const struct page *p, const struct report *r,
			      const struct groups *g)
{
	size_t n = g->count < GROUPS_SHOWN ? g->count : GROUPS_SHOWN;

	for (size_t i = 0; i < n; i++)
		say_finding(p, r, first_of(r, &g->group[i]), i + 1);
	if (r->finding_count > n)
		fprintf(p->out, "\n%zu more: --all tells every one.\n",
			r->finding_count - n);
}

int report_text(const struct report *r, const struct report_options *o,
		FILE *out)
{
	struct page p = {.out = out, .options = o};
	struct report_counts c = report_count(r);
	struct groups g;

	if (groups_make(&g, r, o->places))
		return -1;
	say_totals(&p, r, &c);
	say_skipped(&p, r, &c);
	say_clocks(&p, r);
	say_groups(&p, r, &g);
	if (o->tells_all)
		for (size_t i = 0; i < r->finding_count; i++)
			say_finding(&p, r, &r->findings[i], i + 1);
	else
		say_first_of_each(&p, r, &g);
	groups_free(&g);
	return 0;
}
