/* SPDX-License-Identifier: MIT */
/* html_where.c - the frame of which capture, the line of which log. */
#include "html_parts.h"

#include <inttypes.h>

#include "input_name.h"

/* The head of the page names it already where it is the only one. */
static bool has_more_than_one(const struct report *r, bool is_log)
{
	size_t n = 0;

	for (size_t i = 0; i < r->input_count && n < 2; i++)
		n += r->inputs[i].is_log == is_log;
	return n > 1;
}

static void input_write(const struct page *page, uint16_t input)
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
		input_write(page, e->log);
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
		input_write(page, f->frame.capture);
	}
	fputs("</small>", out);
}
