/* SPDX-License-Identifier: MIT */
/* html_finding.c - one reset, told in full. */
#include "html_parts.h"

#include <inttypes.h>
#include <string.h>

#include "evidence.h"

static void evidence_list(const struct page *page, const struct finding *f)
{
	FILE *out = page->out;

	if (f->evidence_len == 0)
		return;
	fputs("<h4>Evidence</h4><ul>", out);
	for (unsigned i = 0; i < f->evidence_len; i++) {
		char buf[600];
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		evidence_write(&t, f, i);
		fputs("<li>", out);
		html_bytes(out, buf, t.len);
		fputs("</li>", out);
	}
	fputs("</ul>", out);
}

enum { LINE_MAX_SHOWN = 160, SOURCE_MAX = 100000 };

/* The line of code itself, where the source lies beside us. */
static void source_line(FILE *out, const struct place *place)
{
	char line[LINE_MAX_SHOWN + 2];
	FILE *in = place->file && place->line > 0 && place->line < SOURCE_MAX
			   ? fopen(place->file, "re")
			   : NULL;
	int number = 1;

	if (!in)
		return;
	while (fgets(line, sizeof(line), in)) {
		bool is_whole = strchr(line, '\n') != NULL;

		if (number == place->line) {
			const char *start = line + strspn(line, " \t");

			fputs("<code class=\"source\">", out);
			html_bytes(out, start, strcspn(start, "\n"));
			fputs("</code>", out);
			break;
		}
		number += is_whole;
	}
	fclose(in);
}

static void place_line(FILE *out, const struct place *place)
{
	char buf[700];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	place_write(&t, place);
	fputs("<li><span class=\"place\">", out);
	html_bytes(out, buf, t.len);
	fputs("</span>", out);
	if (place->is_inlined)
		fputs(" <small>inlined</small>", out);
	if (place->file && place->module) {
		fputs(" <small>", out);
		html_text(out, place_base(place->module));
		fputs("</small>", out);
	}
	source_line(out, place);
	fputs("</li>", out);
}

static void stack_list(const struct page *page, const struct log_event *e)
{
	struct place places[PLACES_MAX];
	size_t n = places_of_stack(page->places, e, places);

	if (n == 0)
		return;
	fputs("<h4>Where in the program</h4><ol class=\"stack\">", page->out);
	for (size_t i = 0; i < n; i++)
		place_line(page->out, &places[i]);
	fputs("</ol>", page->out);
}

/* Where the socket was opened and its linger set, as far as known. */
static void origin_line(const struct page *page, const char *what,
			const char *call, const struct log_frame *frame)
{
	struct place place;

	if (!frame)
		return;
	place = places_of_frame(page->places, frame);
	fprintf(page->out, "<li>%s by ", what);
	html_text(page->out, call ? call : "a call");
	fputs(" in<ol class=\"stack\">", page->out);
	place_line(page->out, &place);
	fputs("</ol></li>", page->out);
}

static void log_part(const struct page *page, const struct log_event *e)
{
	FILE *out = page->out;

	fputs("<p class=\"message\">", out);
	html_text(out, e->message);
	fputs("</p>", out);
	stack_list(page, e);
	if (!e->opened_at && !e->linger_set_at)
		return;
	fputs("<ul class=\"origin\">", out);
	origin_line(page, "Opened", e->opened_by, e->opened_at);
	origin_line(page, "Linger set", e->linger_set_by, e->linger_set_at);
	fputs("</ul>", out);
}

static void lead_write(FILE *out, const struct finding *f)
{
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (f->verdict != VERDICT_PREDICTED || f->lead_ns <= 0)
		return;
	rst_text_duration(&t, (uint64_t)f->lead_ns);
	fprintf(out, ", %.*s before the packet", (int)t.len, buf);
}

static void title_line(const struct page *page, const struct finding *f)
{
	FILE *out = page->out;

	html_time(out, f->ts_ns);
	fputs(" <span class=\"ends\">", out);
	html_endpoint(out, &f->source);
	fputs(" \xe2\x86\x92 ", out);
	html_endpoint(out, &f->destination);
	fputs("</span>", out);
	if (f->frame.number)
		fprintf(out, " <small>frame %" PRIu64 "</small>",
			f->frame.number);
	if (f->echo_of.number)
		fprintf(out, " <small>follows frame %" PRIu64 "</small>",
			f->echo_of.number);
}

void html_finding(const struct page *page, size_t index)
{
	const struct finding *f = &page->report->findings[index];
	const char *unmatched = unmatched_name(f->unmatched);
	FILE *out = page->out;

	fputs("<details class=\"finding\"><summary>", out);
	title_line(page, f);
	fprintf(out, "</summary><p class=\"verdict\">%s, %s%s%s",
		verdict_name(f->verdict), rst_certainty_name(f->certainty),
		*unmatched ? ", " : "", unmatched);
	lead_write(out, f);
	fputs("</p><div class=\"both\"><div>", out);
	html_diagram(page, f);
	fputs("</div><div>", out);
	if (f->event)
		log_part(page, f->event);
	if (f->received && f->received != f->event)
		log_part(page, f->received);
	evidence_list(page, f);
	fputs("</div></div></details>\n", out);
}
