/* SPDX-License-Identifier: MIT */
/* html_where.c - the frame of which capture, the line of which log. */
#include "html_parts.h"

#include <inttypes.h>
#include <string.h>

#include "input_name.h"

/* The head of the page names it already where it is the only one. */
static bool has_more_than_one(const struct report *r, bool is_log)
{
	size_t n = 0;

	for (size_t i = 0; i < r->input_count && n < 2; i++)
		n += r->inputs[i].is_log == is_log;
	return n > 1;
}

void html_input(const struct page *page, uint16_t input)
{
	char buf[1000];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	input_name_write(&t, page->report, input);
	html_bytes(page->out, buf, t.len);
}

void html_line(const struct page *page, const struct log_event *e)
{
	fprintf(page->out, " <small>line\u00a0%" PRIu64 " of ", e->line);
	if (has_more_than_one(page->report, true))
		html_input(page, e->log);
	else
		fputs("the log", page->out);
	fputs("</small>", page->out);
}

void html_where(const struct page *page, const struct finding *f)
{
	FILE *out = page->out;

	if (!f->frame.number) {
		if (f->event)
			html_line(page, f->event);
		return;
	}
	fprintf(out, " <small>frame\u00a0%" PRIu64, f->frame.number);
	if (has_more_than_one(page->report, false)) {
		fputs(" of ", out);
		html_input(page, f->frame.capture);
	}
	fputs("</small>", out);
}

/* One of its ends, where a translator on the way has changed it. */
static void end_write(FILE *out, const char *before, const struct rst_addr *a,
		      const struct rst_addr *as_seen)
{
	if (!memcmp(a, as_seen, sizeof(*a)))
		return;
	fprintf(out, " %s <span class=\"ends\">", before);
	html_endpoint(out, as_seen);
	fputs("</span>", out);
}

static void sighting_write(const struct page *page, const struct finding *f,
			   const struct sighting *s)
{
	FILE *out = page->out;

	fprintf(out, "frame\u00a0%" PRIu64 " of ", s->frame.number);
	html_input(page, s->frame.capture);
	end_write(out, "from", &f->source, &s->source);
	end_write(out, "to", &f->destination, &s->destination);
}

void html_sightings(const struct page *page, const struct finding *f)
{
	if (f->seen_len == 0)
		return;
	fputs("<p class=\"seen\">Also seen as ", page->out);
	for (unsigned i = 0; i < f->seen_len; i++) {
		fputs(i ? ", " : "", page->out);
		sighting_write(page, f, &f->seen[i]);
	}
	fputs(".</p>", page->out);
}
