/* SPDX-License-Identifier: MIT */
/* html_finding.c - one reset, told in full. */
#include "html_parts.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* NULL where it is no file, or newer than what was built from it. */
static FILE *source_open(const struct place *place)
{
	struct stat source, module;
	FILE *in;
	int fd;

	if (!place->file || !place->module || place->line <= 0 ||
	    place->line >= SOURCE_MAX)
		return NULL;
	/* The name comes from the module: a pipe must not keep us waiting. */
	fd = open(place->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &source) && S_ISREG(source.st_mode) &&
	    !stat(place->module, &module) &&
	    source.st_mtime <= module.st_mtime) {
		in = fdopen(fd, "r");
		if (in)
			return in;
	}
	close(fd);
	return NULL;
}

/* The line of code itself, where the source lies beside us. */
static void source_line(FILE *out, const struct place *place)
{
	char line[LINE_MAX_SHOWN + 2];
	FILE *in = source_open(place);
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

/* A module is named where its frames begin. */
static bool is_elsewhere(const struct place *place, const struct place *before)
{
	return place->file && place->module &&
	       (!before || !before->module ||
		strcmp(place->module, before->module) != 0);
}

/* before: the place further in, or NULL. */
static void place_inside(FILE *out, const struct place *place,
			 const struct place *before)
{
	char buf[700];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	place_write(&t, place);
	fputs("<span class=\"place\">", out);
	html_bytes(out, buf, t.len);
	fputs("</span>", out);
	if (place->is_inlined)
		fputs(" <small>inlined</small>", out);
	if (is_elsewhere(place, before)) {
		fputs(" <small>\u00b7 ", out);
		html_text(out, place_base(place->module));
		fputs("</small>", out);
	}
	source_line(out, place);
}

static void place_lines(FILE *out, const struct place *places, size_t from,
			size_t to)
{
	for (size_t i = from; i < to; i++) {
		fputs("<li>", out);
		place_inside(out, &places[i], i ? &places[i - 1] : NULL);
		fputs("</li>", out);
	}
}

/* Folded: what called main(). */
static void outer_frames(FILE *out, const struct place *places, size_t from,
			 size_t n)
{
	if (from >= n)
		return;
	fprintf(out,
		"<details class=\"outer\"><summary>%zu more outside of main"
		"</summary><ol class=\"stack\" start=\"%zu\">",
		n - from, from + 1);
	place_lines(out, places, from, n);
	fputs("</ol></details>", out);
}

/* Folded: what the language's library does for the innermost of the program. */
static void glue_frames(FILE *out, const struct place *places, size_t n)
{
	if (n == 0)
		return;
	fprintf(out,
		"<details class=\"outer\"><summary>%zu further in, of the "
		"language's library</summary><ol class=\"stack\">",
		n);
	place_lines(out, places, 0, n);
	fputs("</ol></details>", out);
}

static bool is_same_stack(const struct log_event *a, const struct log_event *b)
{
	if (a->stack_len != b->stack_len)
		return false;
	for (unsigned i = 0; i < a->stack_len; i++)
		if (a->stack[i].offset != b->stack[i].offset ||
		    !a->stack[i].module != !b->stack[i].module ||
		    (a->stack[i].module &&
		     strcmp(a->stack[i].module, b->stack[i].module) != 0))
			return false;
	return true;
}

/* like: that record of the group's first finding, or NULL. */
static void stack_list(const struct page *page, const struct log_event *e,
		       const struct log_event *like)
{
	struct place places[PLACES_MAX];
	size_t n = places_of_stack(page->places, e, places), first = 0, inner;

	if (n == 0)
		return;
	if (like && like != e && is_same_stack(like, e)) {
		fputs("<p class=\"same\">The stack is that of the first of "
		      "these.</p>",
		      page->out);
		return;
	}
	while (first + 1 < n && place_is_glue(&places[first]))
		first++;
	inner = first;
	while (inner < n && !place_is_main(&places[inner]))
		inner++;
	if (inner < n)
		inner++;
	glue_frames(page->out, places, first);
	fprintf(page->out, "<ol class=\"stack\" start=\"%zu\">", first + 1);
	place_lines(page->out, places, first, inner);
	fputs("</ol>", page->out);
	outer_frames(page->out, places, inner, n);
}

/* Where the socket was opened and its linger set, as far as known. */
static void origin_line(const struct page *page, const struct log_event *e,
			const char *what, const char *call,
			const struct log_frame *frame)
{
	struct place place;

	if (!frame)
		return;
	place = places_of_frame(page->places, e, frame);
	fprintf(page->out, "<li>%s by ", what);
	html_text(page->out, call ? call : "a call");
	fputs("() in ", page->out);
	place_inside(page->out, &place, NULL);
	fputs("</li>", page->out);
}

/* is_named: the finding's title has told the line of the log. */
static void log_part(const struct page *page, const char *title,
		     const struct log_event *e, const struct log_event *like,
		     bool is_named)
{
	FILE *out = page->out;

	fprintf(out, "<h4>%s", title);
	if (!is_named)
		html_line(page, e);
	fputs("</h4><p class=\"message\">", out);
	html_text(out, e->message);
	fputs("</p>", out);
	stack_list(page, e, like);
	if (!e->opened_at && !e->linger_set_at)
		return;
	fputs("<ul class=\"origin\">", out);
	origin_line(page, e, "Opened", e->opened_by, e->opened_at);
	origin_line(page, e, "Linger set", e->linger_set_by, e->linger_set_at);
	fputs("</ul>", out);
}

static void pill(FILE *out, const char *text, const char *class)
{
	if (*text)
		fprintf(out, "<span class=\"pill %s\">%s</span> ", class, text);
}

static void verdict_line(FILE *out, const struct finding *f)
{
	bool was_predicted = f->verdict == VERDICT_PREDICTED;
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	fputs("<p class=\"verdict\">", out);
	pill(out, verdict_name(f->verdict),
	     was_predicted			 ? "good"
	     : f->verdict == VERDICT_UNEXPLAINED ? "bad"
						 : "");
	pill(out, rst_certainty_name(f->certainty), "");
	pill(out, unmatched_name(f->unmatched), "");
	if (was_predicted && f->lead_ns > 0) {
		rst_text_duration(&t, (uint64_t)f->lead_ns);
		fprintf(out, "%.*s before the packet", (int)t.len, buf);
	}
	fputs("</p>", out);
}

static void title_line(const struct page *page, const struct finding *f)
{
	FILE *out = page->out;

	html_time(page, f->ts_ns);
	fputs(" <span class=\"ends\">", out);
	html_endpoint(out, &f->source);
	fputs(" \xe2\x86\x92 ", out);
	html_endpoint(out, &f->destination);
	fputs("</span> <span class=\"loss\">", out);
	html_loss(out, "", f->event);
	fputs("</span>", out);
	html_where(page, f);
	if (f->echo_of.number)
		fprintf(out, " <small>follows frame\u00a0%" PRIu64 "</small>",
			f->echo_of.number);
}

void html_finding(const struct page *page, size_t index, size_t first,
		  bool is_open)
{
	const struct finding *f = &page->report->findings[index];
	const struct finding *like = &page->report->findings[first];
	bool was_told = f->event && f->event == f->received;
	bool is_named = !f->frame.number;
	FILE *out = page->out;

	fprintf(out, "<details class=\"finding\"%s><summary>",
		is_open ? " open" : "");
	title_line(page, f);
	fputs("</summary>", out);
	verdict_line(out, f);
	html_sightings(page, f);
	fputs("<div class=\"both\"><div>", out);
	html_diagram(page, f);
	evidence_list(page, f);
	fputs("</div><div>", out);
	if (f->event && !was_told)
		log_part(page, "The call", f->event, like->event, is_named);
	if (f->received)
		log_part(page, "Who was told", f->received, like->received,
			 is_named && was_told);
	fputs("</div></div></details>\n", out);
}
