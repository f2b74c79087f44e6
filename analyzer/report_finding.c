/* SPDX-License-Identifier: MIT */
/* report_finding.c - one finding told whole, for people at a terminal. */
#include <string.h>

#include "cause_text.h"
#include "evidence.h"
#include "input_name.h"
#include "report_finding.h"
#include "report_ladder.h"

enum { TEXT_MAX = 4096, INDENT = 2, LABEL = 10 };

const char *finding_outcome(const struct finding *f)
{
	if (f->kind == FINDING_PREDICTION)
		return unmatched_name(f->unmatched);
	return f->kind == FINDING_RECEIVED ? "from the log"
					   : verdict_name(f->verdict);
}

enum page_style finding_style(const struct finding *f)
{
	if (f->kind == FINDING_RESET && f->verdict == VERDICT_UNEXPLAINED)
		return PAGE_RESET;
	return f->verdict == VERDICT_PREDICTED && f->kind == FINDING_RESET
		       ? PAGE_GOOD
		       : PAGE_PLAIN;
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
	columns = 2 + (unsigned)t.len + 1 +
		  (unsigned)strlen(finding_outcome(f)) +
		  (*certainty ? 2 + (unsigned)strlen(certainty) : 0);
	fputc('\n', p->out);
	page_fill(p, PAGE_DIM, line, 2);
	page_put(p, PAGE_BOLD, buf);
	if (columns < p->options->width)
		page_fill(p, PAGE_DIM, line, p->options->width - columns);
	fprintf(p->out, " %s%s", certainty, *certainty ? ", " : "");
	page_put(p, finding_style(f), finding_outcome(f));
	fputs("\n\n", p->out);
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
	input_name_write(t, r, f->frame.capture);
	rst_text_str(t, " frame ");
	rst_text_u64(t, f->frame.number);
	rst_text_str(t, ", ");
	rst_text_time(t, f->ts_ns);
	rst_text_str(t, ").");
}

/* "Also seen as frame 12 of b.pcap, there from 192.0.2.1:50000." */
static void write_sighting(struct rst_text *t, const struct report *r,
			   const struct finding *f, const struct sighting *s)
{
	bool source = memcmp(&f->source, &s->source, sizeof(s->source));
	bool destination = memcmp(&f->destination, &s->destination,
				  sizeof(s->destination));

	rst_text_str(t, t->len ? " " : "");
	rst_text_str(t, "Also seen as frame ");
	rst_text_u64(t, s->frame.number);
	rst_text_str(t, " of ");
	input_name_write(t, r, s->frame.capture);
	rst_text_str(t, source || destination ? ", there" : "");
	if (source) {
		rst_text_str(t, " from ");
		rst_text_endpoint(t, &s->source);
	}
	if (destination) {
		rst_text_str(t, " to ");
		rst_text_endpoint(t, &s->destination);
	}
	rst_text_char(t, '.');
}

static void write_line(struct rst_text *t, const struct report *r,
		       const struct log_event *e)
{
	rst_text_str(t, " (");
	input_name_write(t, r, e->log);
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
	if (!report_has_capture(r))
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
	for (unsigned i = 0; i < f->seen_len; i++)
		write_sighting(&t, r, f, &f->seen[i]);
	if (t.len)
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
static bool is_said(const struct finding *f, const struct evidence *e)
{
	return e->kind == EVIDENCE_LOGGED ||
	       (e->kind == EVIDENCE_RECEIVED && f->ladder_len);
}

static void say_evidence(const struct page *p, const struct finding *f)
{
	char buf[TEXT_MAX];
	bool is_first = true;

	for (unsigned i = 0; i < f->evidence_len; i++) {
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		if (is_said(f, &f->evidence[i]))
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

	size_t first = 0;

	while (first + 1 < n && place_is_glue(&stack[first]))
		first++;
	for (size_t i = first; i < n && i < first + FRAMES_SHOWN; i++) {
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		place_write(&t, &stack[i]);
		page_paragraph(p, INDENT,
			       i > first ? "          " : "Called at ", &t);
		if (place_is_main(&stack[i]))
			break;
	}
}

/* One address of long before: "Opened at main client.c:12, by connect()". */
static void say_origin(const struct page *p, const struct log_event *e,
		       const char *label, const char *call,
		       const struct log_frame *frame)
{
	struct place place;
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (!frame || !p->options->places)
		return;
	place = places_of_frame(p->options->places, e, frame);
	place_write(&t, &place);
	if (call) {
		rst_text_str(&t, ", by ");
		rst_text_plain(&t, call, strlen(call), 40);
		rst_text_str(&t, "()");
	}
	page_paragraph(p, INDENT, label, &t);
}

static void say_origins(const struct page *p, const struct log_event *e)
{
	if (!e)
		return;
	say_origin(p, e, "Opened at ", e->opened_by, e->opened_at);
	say_origin(p, e, "Linger at ", e->linger_set_by, e->linger_set_at);
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

static void say_reasons(const struct page *p, const void *finding)
{
	const struct finding *f = finding;

	say_cause(p, f);
	say_stack(p, f);
	say_origins(p, f->event);
	say_evidence(p, f);
	say_advice(p, f);
}

static void say_ladder(const struct page *p, const void *finding)
{
	ladder_draw(p, finding);
}

/* On a page of WIDE columns the reasons stand right of the ladder. */
enum { WIDE = 132 };

void finding_say(const struct page *p, const struct report *r,
		 const struct finding *f, uint64_t number)
{
	unsigned width = p->options->width;

	say_heading(p, number, f);
	say_head(p, r, f);
	fputc('\n', p->out);
	if (f->ladder_len && width >= WIDE) {
		page_beside(p, width * 21 / 40, say_ladder, say_reasons, f);
		return;
	}
	if (f->ladder_len) {
		say_ladder(p, f);
		fputc('\n', p->out);
	}
	say_reasons(p, f);
}
