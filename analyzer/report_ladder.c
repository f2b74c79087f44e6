/* SPDX-License-Identifier: MIT */
/* report_ladder.c - draws the last packets between two hosts. */
#include <string.h>

#include "evidence.h"
#include "ladder.h"
#include "report_ladder.h"

/*
 *   time      client                            server    frame
 *    -1.0 s   |-- SYN --------------------------->|           1
 *             |          close(5) of server[4242] #|         log
 *
 * Columns: the time right-aligned up to LEFT, a line at LEFT and one at
 * right(), the frame number behind it. Longer arrows than WIDEST allows say
 * no more.
 */
enum { LEFT = 12, FRAME = 9, WIDEST = 120 };

struct ladder {
	const struct page *page;
	const struct finding *f;
	unsigned inside; /* columns between the two lines */
};

static const char *glyph(const struct ladder *l, const char *utf8,
			 const char *ascii)
{
	return l->page->options->has_utf8 ? utf8 : ascii;
}

static void bar(const struct ladder *l)
{
	page_put(l->page, PAGE_DIM, glyph(l, "\u2502", "|"));
}

/* "-1.2 ms", right-aligned before the left line. */
static void draw_time(const struct ladder *l, int64_t ns)
{
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);

	ladder_write_time(&t, ns);
	buf[t.len] = '\0';
	fprintf(l->page->out, "%*s ", LEFT - 1, buf);
}

static enum page_style style_of(const struct ladder *l, const struct rung *r)
{
	if (r->flags & SEG_RST)
		return PAGE_RESET;
	return ladder_is_trigger(l->f, r) ? PAGE_BOLD : PAGE_PLAIN;
}

/* The label stands two strokes behind the tail of the arrow. */
static void draw_arrow(const struct ladder *l, const struct rung *r)
{
	const struct page *p = l->page;
	const char *stroke = glyph(l, "\u2500", "-");
	bool to_right = r->is_from_source == ladder_is_source_left(l->f);
	enum page_style style = style_of(l, r);
	char buf[64];
	struct rst_text label = rst_text_on(buf, sizeof(buf) - 1);
	unsigned used, rest;

	rst_text_char(&label, ' ');
	ladder_write_label(&label, l->f, r);
	rst_text_char(&label, ' ');
	buf[label.len] = '\0';
	used = (unsigned)label.len + 3;
	rest = l->inside > used ? l->inside - used : 0;
	if (!to_right)
		page_put(p, style, glyph(l, "\u25c0", "<"));
	page_fill(p, style, stroke, to_right ? 2 : rest);
	page_put(p, style, buf);
	page_fill(p, style, stroke, to_right ? rest : 2);
	if (to_right)
		page_put(p, style, glyph(l, "\u25b6", ">"));
}

static void draw_rung(const struct ladder *l, const struct rung *r, int64_t ns)
{
	draw_time(l, ns);
	bar(l);
	draw_arrow(l, r);
	bar(l);
	fprintf(l->page->out, "%*llu\n", FRAME - 1,
		(unsigned long long)r->frame.number);
}

/* A line between the hosts without a packet. */
static void draw_note(const struct ladder *l, const char *note,
		      const char *side)
{
	unsigned columns = page_columns(note, strlen(note));
	unsigned before = l->inside > columns ? (l->inside - columns) / 2 : 0;
	unsigned after =
		l->inside > columns + before ? l->inside - columns - before : 0;

	page_space(l->page, LEFT);
	page_put(l->page, PAGE_DIM, side);
	page_space(l->page, before);
	page_put(l->page, PAGE_DIM, note);
	page_space(l->page, after);
	page_put(l->page, PAGE_DIM, side);
	fputc('\n', l->page->out);
}

static void draw_silence(const struct ladder *l, int64_t ns)
{
	char buf[64];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);

	rst_text_duration(&t, (uint64_t)ns);
	rst_text_str(&t, " of silence");
	buf[t.len] = '\0';
	draw_note(l, buf, glyph(l, "\u250a", ":"));
}

static void draw_earlier(const struct ladder *l, uint64_t packets)
{
	char buf[64];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);

	page_count(&t, packets, "earlier packet", "earlier packets");
	buf[t.len] = '\0';
	draw_note(l, buf, glyph(l, "\u250a", ":"));
}

static void draw_call(const struct ladder *l, const struct log_event *e,
		      int64_t ns)
{
	const char *mark = glyph(l, "\u25a0", "#");
	char buf[160];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);
	unsigned room = l->inside - 2, columns, gap;

	evidence_write_call(&t, e);
	if (e->error) {
		rst_text_str(&t, ": ");
		rst_text_plain(&t, e->error, strlen(e->error), 20);
	}
	buf[t.len] = '\0';
	columns = page_columns(buf, t.len);
	gap = columns < room ? room - columns : 0;
	columns = room - gap;
	draw_time(l, ns);
	bar(l);
	if (ladder_is_left(l->f, e)) {
		page_put(l->page, PAGE_LOG, mark);
		fputc(' ', l->page->out);
		page_fit(l->page, PAGE_LOG, buf, columns);
		page_space(l->page, gap);
	} else {
		page_space(l->page, gap);
		page_fit(l->page, PAGE_LOG, buf, columns);
		fputc(' ', l->page->out);
		page_put(l->page, PAGE_LOG, mark);
	}
	bar(l);
	fprintf(l->page->out, "%*s\n", FRAME - 1, "log");
}

static void draw_ends(const struct ladder *l)
{
	const struct finding *f = l->f;
	const struct rst_addr *ends[2] = {&f->destination, &f->source};
	char left[64], right[64];
	struct rst_text t = rst_text_on(left, sizeof(left) - 1);
	FILE *out = l->page->out;
	unsigned width = l->inside + 2;

	rst_text_endpoint(&t, ends[ladder_is_source_left(f)]);
	left[t.len] = '\0';
	t = rst_text_on(right, sizeof(right) - 1);
	rst_text_endpoint(&t, ends[!ladder_is_source_left(f)]);
	right[t.len] = '\0';
	if (strlen(left) + strlen(right) + 2 > width) {
		fprintf(out, "%*s%s\n", LEFT, "", left);
		left[0] = '\0';
	}
	fprintf(out, "%*s%-*s%s%*s\n", LEFT, "", (int)(width - strlen(right)),
		left, right, FRAME - 1, "frame");
	if (f->client)
		fprintf(out, "%*s%-*s%s\n", LEFT, "", (int)width - 6, "client",
			"server");
}

void ladder_draw(const struct page *p, const struct finding *f)
{
	unsigned width = p->options->width < WIDEST ? p->options->width
						    : WIDEST;
	struct ladder l = {
		.page = p,
		.f = f,
		.inside = width - LEFT - 2 - FRAME,
	};
	struct ladder_line lines[LADDER_LINES_MAX];
	unsigned n = ladder_lines(f, lines);

	if (n)
		draw_ends(&l);
	for (unsigned i = 0; i < n; i++)
		switch (lines[i].kind) {
		case LADDER_EARLIER:
			draw_earlier(&l, (uint64_t)lines[i].ns);
			break;
		case LADDER_SILENCE: draw_silence(&l, lines[i].ns); break;
		case LADDER_PACKET:
			draw_rung(&l, lines[i].rung, lines[i].ns);
			break;
		case LADDER_CALL:
			draw_call(&l, lines[i].event, lines[i].ns);
			break;
		}
}
