/* SPDX-License-Identifier: MIT */
/* html_diagram.c - a connection's last packets as a sequence diagram. */
#include "html_parts.h"

#include <inttypes.h>

enum {
	WIDTH = 440,
	LEFT = 24,
	RIGHT = WIDTH - LEFT,
	STEP = 40,
	HEAD = 30,
	FOOT = 8,
};

/* Against the reset: "-1.2 ms" before, "+3 us" after. */
static void offset_write(FILE *out, uint64_t ts_ns, uint64_t reset_ns)
{
	bool is_before = ts_ns <= reset_ns;
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_duration(&t, is_before ? reset_ns - ts_ns : ts_ns - reset_ns);
	fprintf(out, "%s%.*s", is_before ? "\xe2\x88\x92" : "+", (int)t.len,
		buf);
}

static void rung_write(FILE *out, const struct rung *r, const struct finding *f,
		       int y)
{
	bool is_reset = r->flags & SEG_RST;
	int from = r->is_from_source ? LEFT : RIGHT;
	int to = r->is_from_source ? RIGHT : LEFT;
	int tip = r->is_from_source ? to - 9 : to + 9;
	char buf[40];
	struct rst_text flags = rst_text_on(buf, sizeof(buf));

	fprintf(out, "<g class=\"rung%s\"><text x=\"%d\" y=\"%d\">",
		is_reset ? " rst" : "", WIDTH / 2, y - 6);
	rung_write_flags(&flags, r->flags);
	fwrite(buf, 1, flags.len, out);
	if (r->len > 0)
		fprintf(out, " %" PRIu32 " byte%s", r->len,
			r->len == 1 ? "" : "s");
	fprintf(out,
		"</text><text class=\"note\" x=\"%d\" y=\"%d\">#%" PRIu64 " ",
		WIDTH / 2, y + 13, r->frame.number);
	if (is_reset && r->frame.number == f->frame.number)
		fputs("this reset", out);
	else
		offset_write(out, r->ts_ns, f->ts_ns);
	fprintf(out,
		"</text><line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
		"<path d=\"M%d %d L%d %d L%d %d Z\"/></g>",
		from, y, tip, y, tip, y - 5, to, y, tip, y + 5);
}

/* The call stands on the line of the host that made it. */
static void call_write(FILE *out, const struct finding *f, int y)
{
	const struct log_event *e = f->event;
	bool is_left = e->sender != RST_SENDER_PEER;
	int x = is_left ? LEFT : RIGHT;

	fprintf(out,
		"<g class=\"call\"><circle cx=\"%d\" cy=\"%d\" r=\"5\"/>"
		"<text x=\"%d\" y=\"%d\" class=\"%s\">",
		x, y, is_left ? x + 14 : x - 14, y + 4,
		is_left ? "start" : "end");
	html_text(out, e->call);
	if (e->fd >= 0)
		fprintf(out, "(%d)", e->fd);
	fputs(", ", out);
	html_text(out, e->process);
	fprintf(out, "[%" PRId32 "]</text></g>", e->pid);
}

static void head_write(FILE *out, const struct finding *f, int height)
{
	fprintf(out,
		"<svg class=\"ladder\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"The last packets of the connection\">"
		"<g class=\"life\"><line x1=\"%d\" y1=\"%d\" x2=\"%d\" "
		"y2=\"%d\"/><line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
		"<text x=\"2\" y=\"14\" class=\"start\">",
		WIDTH, height, LEFT, HEAD - 8, LEFT, height - 4, RIGHT,
		HEAD - 8, RIGHT, height - 4);
	html_endpoint(out, &f->source);
	fprintf(out, "</text><text x=\"%d\" y=\"14\" class=\"end\">",
		WIDTH - 2);
	html_endpoint(out, &f->destination);
	fputs("</text></g>", out);
}

void html_diagram(const struct page *page, const struct finding *f)
{
	bool has_call = f->event && f->event->call;
	uint64_t call_ns = 0;
	int y = HEAD + STEP - 12;
	FILE *out = page->out;

	if (f->ladder_len == 0)
		return;
	if (has_call)
		call_ns = f->ts_ns - (uint64_t)f->lead_ns;
	head_write(out, f,
		   HEAD + FOOT + STEP * ((int)f->ladder_len + has_call));
	for (unsigned i = 0; i < f->ladder_len; i++) {
		const struct rung *r = &f->ladder[i];

		if (has_call && r->ts_ns >= call_ns) {
			call_write(out, f, y);
			has_call = false;
			y += STEP;
		}
		rung_write(out, r, f, y);
		y += STEP;
	}
	if (has_call)
		call_write(out, f, y);
	fputs("</svg>", out);
}
