/* SPDX-License-Identifier: MIT */
/* html_summary.c - the top of the page: what was read, how many, of what. */
#include "html_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cause_text.h"

struct tally {
	size_t of[RST_CAUSE_COUNT];
	size_t resets, predicted, unmatched, received;
};

static struct tally tally(const struct report *r)
{
	struct tally t = {0};

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		t.of[f->cause]++;
		t.resets += f->kind == FINDING_RESET;
		t.unmatched += f->kind == FINDING_PREDICTION;
		t.received += f->kind == FINDING_RECEIVED;
		t.predicted += f->kind == FINDING_RESET &&
			       f->verdict == VERDICT_PREDICTED;
	}
	return t;
}

static void number(FILE *out, size_t n, const char *what, const char *class)
{
	fprintf(out, "<div class=\"number %s\"><b>%zu</b> %s</div>", class, n,
		what);
}

/* Names of files are folded where there are many; errors never are. */
enum { INPUTS_SHOWN = 3 };

static void inputs_fold(FILE *out, const struct report *r)
{
	size_t logs = 0;

	for (size_t i = 0; i < r->input_count; i++)
		logs += r->inputs[i].is_log;
	fprintf(out,
		"<details class=\"inputs\"><summary>%zu log%s, %zu capture%s"
		"</summary>",
		logs, logs == 1 ? "" : "s", r->input_count - logs,
		r->input_count - logs == 1 ? "" : "s");
}

static void errors(FILE *out, const struct report *r)
{
	for (size_t i = 0; i < r->input_count; i++) {
		if (!r->inputs[i].error)
			continue;
		fputs("<p class=\"error\">", out);
		html_text(out, r->inputs[i].error);
		fputs("</p>", out);
	}
}

static void inputs(FILE *out, const struct report *r)
{
	bool is_folded = r->input_count > INPUTS_SHOWN;

	if (is_folded)
		inputs_fold(out, r);
	fputs("<ul class=\"inputs\">", out);
	for (size_t i = 0; i < r->input_count; i++) {
		const struct input *in = &r->inputs[i];

		fputs("<li>", out);
		html_text(out, in->path);
		fprintf(out, " <small>%" PRIu64 " %s</small>", in->count,
			in->is_log ? "lines" : "packets");
		fputs("</li>", out);
	}
	fputs(is_folded ? "</ul></details>" : "</ul>", out);
}

static void clock_write(const struct page *page, uint16_t input)
{
	const struct input *in = &page->report->inputs[input];
	FILE *out = page->out;
	char buf[40];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_duration(&t, (uint64_t)llabs(in->clock_offset_ns));
	fputs("<li>The clock of ", out);
	html_input(page, input);
	fprintf(out, " is %.*s %s that of the %s.</li>", (int)t.len, buf,
		in->clock_offset_ns > 0 ? "behind" : "ahead of",
		in->is_log ? "capture; its times are shifted"
			   : "first capture");
}

/* Not said in the list of the inputs: that may be folded. */
static void clocks(const struct page *page)
{
	const struct report *r = page->report;
	FILE *out = page->out;
	size_t n = 0;

	for (size_t i = 0; i < r->input_count; i++)
		n += r->inputs[i].has_clock_offset;
	if (n == 0)
		return;
	if (n > INPUTS_SHOWN)
		fprintf(out,
			"<details class=\"inputs\"><summary>%zu clocks that "
			"differ</summary>",
			n);
	fputs("<ul class=\"inputs clocks\">", out);
	for (size_t i = 0; i < r->input_count; i++)
		if (r->inputs[i].has_clock_offset)
			clock_write(page, (uint16_t)i);
	fputs(n > INPUTS_SHOWN ? "</ul></details>" : "</ul>", out);
}

/* Findings are in the order of their times. */
static void period(FILE *out, const struct report *r)
{
	char day[2][40];

	if (r->finding_count == 0)
		return;
	for (int i = 0; i < 2; i++) {
		const struct finding *f =
			&r->findings[i ? r->finding_count - 1 : 0];
		struct rst_text t = rst_text_on(day[i], sizeof(day[i]));

		rst_text_time(&t, report_time(r, f));
	}
	fprintf(out, "<p class=\"period\">%.10s, %.8s", day[0], day[0] + 11);
	if (strncmp(day[0], day[1], 10) != 0)
		fprintf(out, " to %.10s, %.8s", day[1], day[1] + 11);
	else if (strncmp(day[0], day[1], 19) != 0)
		fprintf(out, " to %.8s", day[1] + 11);
	fputs(" UTC</p>", out);
}

enum { CHANGES = 5 };

/* Who, which call, which line, how many bytes, what to change: of the most. */
static void changes(const struct page *page)
{
	const struct report *r = page->report;
	FILE *out = page->out;

	fputs("<ol class=\"changes\">", out);
	for (size_t i = 0; i < page->groups.count && i < CHANGES; i++) {
		const struct group *g = &page->groups.group[i];

		fprintf(out, "<li><b>%zu\u00d7</b> ", g->count);
		html_cause(out, g->cause);
		fprintf(out, " <a href=\"#g%zu\">", i);
		html_group_name(out, g);
		fputs("</a>", out);
		html_loss(out, ": ", r->findings[g->findings[0]].event);
		fprintf(out, ". <strong>%s</strong></li>",
			cause_text(g->cause)->advice);
	}
	fputs("</ol>", out);
}

struct share {
	enum rst_cause cause;
	size_t count;
};

static int by_count(const void *x, const void *y)
{
	const struct share *a = x, *b = y;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return (int)a->cause - (int)b->cause;
}

/* The causes that there are, the most frequent first: how many. */
static size_t shares_sort(const struct tally *t,
			  struct share share[RST_CAUSE_COUNT])
{
	size_t n = 0;

	for (int c = 1; c < RST_CAUSE_COUNT; c++)
		if (t->of[c] > 0)
			share[n++] = (struct share){c, t->of[c]};
	qsort(share, n, sizeof(*share), by_count);
	return n;
}

/* One bar, each cause with its share; the legend below it has the numbers. */
static void bar(FILE *out, const struct share *share, size_t n, size_t all)
{
	double x = 0;

	fputs("<svg class=\"shares\" viewBox=\"0 0 1000 10\" "
	      "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
	      out);
	for (size_t i = 0; i < n; i++) {
		double width = (double)share[i].count * 1000 / (double)all;

		fprintf(out,
			"<rect class=\"c-%s\" x=\"%.1f\" y=\"0\" "
			"width=\"%.1f\" height=\"10\"/>",
			rst_cause_slug(share[i].cause), x, width);
		x += width;
	}
	fputs("</svg>", out);
}

static void legend(FILE *out, const struct share *share, size_t n)
{
	fputs("<dl class=\"legend\">", out);
	for (size_t i = 0; i < n; i++) {
		fputs("<dt>", out);
		html_cause(out, share[i].cause);
		fprintf(out, " <b>%zu</b></dt><dd>%s</dd>", share[i].count,
			cause_text(share[i].cause)->what);
	}
	fputs("</dl>", out);
}

static void numbers(FILE *out, const struct report *r, const struct tally *t)
{
	size_t unexplained = t->of[RST_CAUSE_UNEXPLAINED];

	fputs("<div class=\"numbers\">", out);
	if (report_has_capture(r)) {
		number(out, t->resets, t->resets == 1 ? "reset" : "resets", "");
		number(out, t->predicted, "predicted by a log",
		       t->predicted ? "good" : "");
		number(out, unexplained, "unexplained",
		       unexplained ? "bad" : "");
	}
	if (t->unmatched || !report_has_capture(r))
		number(out, t->unmatched,
		       t->unmatched == 1 ? "prediction without a packet"
					 : "predictions without a packet",
		       "");
	if (t->received || !report_has_capture(r))
		number(out, t->received, "received, told by a log", "");
	fputs("</div>", out);
}

void html_summary(const struct page *page)
{
	const struct report *r = page->report;
	const struct tally t = tally(r);
	struct share share[RST_CAUSE_COUNT];
	size_t n = shares_sort(&t, share);
	FILE *out = page->out;

	fputs("<header><h1>TCP resets</h1>", out);
	period(out, r);
	inputs(out, r);
	clocks(page);
	errors(out, r);
	fputs("</header><section aria-labelledby=\"h-sum\"><h2 id=\"h-sum\">"
	      "Summary</h2>",
	      out);
	numbers(out, r, &t);
	if (n > 0) {
		changes(page);
		bar(out, share, n, r->finding_count);
		legend(out, share, n);
	} else {
		fputs("<p>No reset, and no record of one.</p>", out);
	}
	if (r->findings_dropped)
		fprintf(out, "<p>%" PRIu64 " more are counted, not told.</p>",
			r->findings_dropped);
	fputs("</section>\n", out);
}
