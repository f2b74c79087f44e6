/* SPDX-License-Identifier: MIT */
/* html_diagram.c - a connection's last packets as a sequence diagram. */
#include "html_parts.h"

#include <inttypes.h>
#include <string.h>

#include "ladder.h"

/* Times end left of the left host's line, frame numbers right of the other. */
enum {
	LEFT = 82,
	RIGHT = 466,
	MIDDLE = (LEFT + RIGHT) / 2,
	DIGIT = 11,
	STEP = 30,
	CALL_STEP = 46, /* has two lines */
	HEAD = 40,
	FOOT = 12,
};

/* "log" has three letters; the numbers of frames may be longer. */
static int width_of(const struct finding *f)
{
	int digits = 3;

	for (unsigned i = 0; i < f->ladder_len; i++) {
		uint64_t n = f->ladder[i].frame.number / 1000;
		int more = 3;

		for (; n > 0; n /= 10)
			more++;
		digits = more > digits ? more : digits;
	}
	return RIGHT + 18 + digits * DIGIT;
}

static void time_write(FILE *out, int64_t ns, int y)
{
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	ladder_write_time(&t, ns);
	fprintf(out, "<text class=\"when\" x=\"%d\" y=\"%d\">%.*s</text>",
		LEFT - 12, y + 4, (int)t.len, buf);
}

static void packet_write(FILE *out, const struct finding *f,
			 const struct ladder_line *line, int y)
{
	const struct rung *r = line->rung;
	bool to_right = r->is_from_source == ladder_is_source_left(f);
	int from = to_right ? LEFT : RIGHT, to = to_right ? RIGHT : LEFT;
	int tip = to_right ? to - 9 : to + 9;
	const char *class = r->flags & SEG_RST	      ? " rst"
			    : ladder_is_trigger(f, r) ? " trigger"
						      : "";
	char buf[80];
	struct rst_text label = rst_text_on(buf, sizeof(buf));

	ladder_write_label(&label, f, r);
	fprintf(out, "<g class=\"rung%s\"><text x=\"%d\" y=\"%d\">%.*s</text>",
		class, MIDDLE, y - 5, (int)label.len, buf);
	time_write(out, line->ns, y);
	fprintf(out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
		"<path d=\"M%d %d L%d %d L%d %d Z\"/>"
		"<text class=\"frame\" x=\"%d\" y=\"%d\">%" PRIu64
		"</text></g>",
		from, y, tip, y, tip, y - 5, to, y, tip, y + 5, width_of(f) - 2,
		y + 4, r->frame.number);
}

/* There is room for so many characters of a program's name. */
enum { NAME_ROOM = 24 };

static void name_cut(FILE *out, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (len <= NAME_ROOM) {
		html_text(out, name);
		return;
	}
	for (len = NAME_ROOM; len > 0 && (name[len] & 0xc0) == 0x80;)
		len--;
	html_bytes(out, name, len);
	fputs("\xe2\x80\xa6", out);
}

/* The call, and below it who made it, beside the line of that host. */
static void call_write(FILE *out, const struct finding *f,
		       const struct ladder_line *line, int y)
{
	const struct log_event *e = line->event;
	bool is_left = ladder_is_left(f, e);
	int x = is_left ? LEFT : RIGHT, beside = is_left ? x + 14 : x - 14;
	const char *class = is_left ? "start" : "end";

	fputs("<g class=\"call\">", out);
	time_write(out, line->ns, y);
	fprintf(out,
		"<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" "
		"rx=\"2\"/><text x=\"%d\" y=\"%d\" class=\"%s\">",
		x - 5, y - 5, beside, y - 4, class);
	html_text(out, e->call ? e->call : "call");
	if (e->fd >= 0)
		fprintf(out, "(%d)", e->fd);
	if (e->error) {
		fputs(": ", out);
		html_text(out, e->error);
	}
	fprintf(out, "</text><text x=\"%d\" y=\"%d\" class=\"%s who\">", beside,
		y + 14, class);
	name_cut(out, e->process);
	fprintf(out,
		"[%" PRId32 "]</text><text class=\"frame\" x=\"%d\" "
		"y=\"%d\">log</text></g>",
		e->pid, width_of(f) - 2, y + 4);
}

/* Time that passed, or packets that were, without a line of their own. */
static void gap_write(FILE *out, const struct ladder_line *line, int y)
{
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (line->kind == LADDER_SILENCE)
		rst_text_duration(&t, (uint64_t)line->ns);
	else
		rst_text_i64(&t, line->ns);
	fprintf(out, "<text class=\"gap\" x=\"%d\" y=\"%d\">%.*s %s</text>",
		MIDDLE, y + 4, (int)t.len, buf,
		line->kind == LADDER_SILENCE ? "of silence" : "packets before");
}

/* Two addresses of so many characters stand in one line. */
enum { ONE_LINE = 50 };

static bool are_long(const struct finding *f)
{
	char buf[160];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_endpoint(&t, &f->source);
	rst_text_endpoint(&t, &f->destination);
	return t.len > ONE_LINE;
}

static void end_write(FILE *out, const struct finding *f,
		      const struct rst_addr *a, bool is_left)
{
	const char *class = is_left ? "start" : "end";
	bool is_alone = are_long(f);
	int x = is_left ? LEFT - 4 : RIGHT + 4;

	if (is_alone)
		x = is_left ? 2 : width_of(f) - 2;
	fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x,
		is_alone && !is_left ? 28 : 12, class);
	html_endpoint(out, a);
	fputs("</text>", out);
	if (f->client && !is_alone)
		fprintf(out,
			"<text x=\"%d\" y=\"28\" class=\"%s role\">%s</text>",
			x, class, is_left ? "client" : "server");
}

/* A picture has but its name for those who can't see it. */
static void name_write(FILE *out, const struct finding *f)
{
	fprintf(out, "The last %u packets between ", f->ladder_len);
	html_endpoint(out, &f->source);
	fputs(" and ", out);
	html_endpoint(out, &f->destination);
	if (!f->event || !f->event->call)
		return;
	fputs(", and where ", out);
	html_text(out, f->event->process);
	fputs(" called ", out);
	html_text(out, f->event->call);
}

static void head_write(FILE *out, const struct finding *f, int height)
{
	bool is_source_left = ladder_is_source_left(f);

	fprintf(out,
		"<svg class=\"ladder\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-label=\"",
		width_of(f), height);
	name_write(out, f);
	fprintf(out,
		"\"><g class=\"life\"><line x1=\"%d\" y1=\"%d\" x2=\"%d\" "
		"y2=\"%d\"/><line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
		LEFT, HEAD - 8, LEFT, height - 4, RIGHT, HEAD - 8, RIGHT,
		height - 4);
	end_write(out, f, is_source_left ? &f->source : &f->destination, true);
	end_write(out, f, is_source_left ? &f->destination : &f->source, false);
	fputs("</g>", out);
}

static int step_of(const struct ladder_line *line)
{
	return line->kind == LADDER_CALL ? CALL_STEP : STEP;
}

void html_diagram(const struct page *page, const struct finding *f)
{
	struct ladder_line lines[LADDER_LINES_MAX];
	unsigned n = ladder_lines(f, lines);
	int y = HEAD, height = HEAD + FOOT;
	FILE *out = page->out;

	if (n == 0)
		return;
	for (unsigned i = 0; i < n; i++)
		height += step_of(&lines[i]);
	head_write(out, f, height);
	for (unsigned i = 0; i < n; y += step_of(&lines[i++])) {
		int middle = y + step_of(&lines[i]) / 2 + 3;

		if (lines[i].kind == LADDER_PACKET)
			packet_write(out, f, &lines[i], middle);
		else if (lines[i].kind == LADDER_CALL)
			call_write(out, f, &lines[i], middle);
		else
			gap_write(out, &lines[i], middle);
	}
	fputs("</svg>", out);
}
