/* SPDX-License-Identifier: MIT */
/* html_timeline.c - resets over the time of the run, as bars. */
#include "html_parts.h"

#include <inttypes.h>

enum { BINS = 60, WIDTH = 900, HEIGHT = 120 };

struct bins {
	size_t count[BINS][RST_CAUSE_COUNT];
	size_t most; /* in one bin */
	uint64_t first_ns, last_ns;
};

static size_t bin_sum(const struct bins *b, int i)
{
	size_t sum = 0;

	for (int c = 0; c < RST_CAUSE_COUNT; c++)
		sum += b->count[i][c];
	return sum;
}

/* Findings are in the order of report_time(), from first_ns to last_ns. */
static void bins_fill(struct bins *b, const struct report *r)
{
	double span = (double)(b->last_ns - b->first_ns);

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		uint64_t at = report_time(r, f) - b->first_ns;
		int k = (int)((double)at / span * BINS);

		b->count[k < BINS ? k : BINS - 1][f->cause]++;
	}
	for (int i = 0; i < BINS; i++)
		if (bin_sum(b, i) > b->most)
			b->most = bin_sum(b, i);
}

static void bar_write(FILE *out, const struct bins *b, int i)
{
	const double width = (double)WIDTH / BINS;
	double top = HEIGHT;

	for (int c = 0; c < RST_CAUSE_COUNT; c++) {
		double h = (double)b->count[i][c] * HEIGHT / (double)b->most;

		if (b->count[i][c] == 0)
			continue;
		/* A single reset among thousands is still to be seen. */
		if (h < 3)
			h = 3;
		top -= h;
		fprintf(out,
			"<rect class=\"c-%s\" x=\"%.1f\" y=\"%.1f\" "
			"width=\"%.1f\" height=\"%.1f\"><title>%zu %s"
			"</title></rect>",
			rst_cause_slug((enum rst_cause)c), i * width + 1,
			top < 0 ? 0 : top, width - 2, h, b->count[i][c],
			rst_cause_slug((enum rst_cause)c));
	}
}

/* 1, 2 or 5 times a power of ten, which goes into span so often at most. */
static uint64_t step_of(uint64_t span, unsigned most)
{
	for (uint64_t ten = 1;; ten *= 10)
		for (uint64_t n = 1; n <= 5; n += n == 1 ? 1 : 3)
			if (span / (n * ten) <= most)
				return n * ten;
}

/* Lines across the bars, with the number that reaches so high. */
static void heights_write(FILE *out, const struct bins *b)
{
	enum { LINES = 4 };
	size_t step = step_of(b->most, LINES);

	for (size_t n = step; n <= b->most; n += step)
		fprintf(out,
			"<span class=\"height\" aria-hidden=\"true\" style=\"bottom:%.1f%%\">"
			"<span>%zu</span></span>",
			(double)n * 100 / (double)b->most, n);
}

static const struct unit {
	uint64_t ns;
	const char *name;
} units[] = {{3600000000000, "h"}, {60000000000, "min"}, {1000000000, "s"},
	     {1000000, "ms"},	   {1000, "us"},	 {1, "ns"}};

/* The largest that goes into span so often at least. */
static const struct unit *unit_of(uint64_t span_ns, unsigned least)
{
	const struct unit *unit = units;

	while (unit->ns > 1 && span_ns / unit->ns < least)
		unit++;
	return unit;
}

static void ticks_write(FILE *out, const struct bins *b)
{
	enum { FEWEST = 2, MOST = 4 };
	uint64_t span = b->last_ns - b->first_ns;
	const struct unit *unit = unit_of(span, FEWEST);
	uint64_t step = step_of(span / unit->ns, MOST) * unit->ns;
	/* The label of one at the very end would stand out of the page. */
	uint64_t most = (span - span / 20) / step;

	fputs("<p class=\"ticks\" aria-hidden=\"true\">", out);
	for (uint64_t i = 1; i <= most; i++) {
		uint64_t ns = i * step;
		double at = (double)ns * 100 / (double)span;

		fprintf(out,
			"<span style=\"left:%.1f%%\">+%" PRIu64 " %s</span>",
			at, ns / unit->ns, unit->name);
	}
	fputs("</p>", out);
}

static void bars_write(FILE *out, const struct bins *b, size_t all)
{
	char span[40];
	struct rst_text t = rst_text_on(span, sizeof(span));

	rst_text_duration(&t, b->last_ns - b->first_ns);
	fprintf(out,
		"<svg class=\"timeline\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
		"%zu findings within %.*s, at most %zu in one of %d equal "
		"parts\">",
		WIDTH, HEIGHT, all, (int)t.len, span, b->most, BINS);
	for (int i = 0; i < BINS; i++)
		bar_write(out, b, i);
	fputs("</svg>", out);
}

static void scale_write(const struct page *page, const struct bins *b)
{
	FILE *out = page->out;
	char bar[40];
	struct rst_text t = rst_text_on(bar, sizeof(bar));

	rst_text_duration(&t, (b->last_ns - b->first_ns) / BINS);
	fputs("<p class=\"scale\">From ", out);
	html_time(page, b->first_ns);
	fputs(" to ", out);
	html_time(page, b->last_ns);
	fprintf(out, "; a bar is %.*s.</p>", (int)t.len, bar);
}

void html_timeline(const struct page *page)
{
	const struct report *r = page->report;
	static struct bins b;
	FILE *out = page->out;

	b = (struct bins){
		.first_ns = report_time(r, &r->findings[0]),
		.last_ns = report_time(r, &r->findings[r->finding_count - 1]),
	};
	/* What came at once has no course over time. */
	if (b.first_ns >= b.last_ns)
		return;
	bins_fill(&b, r);
	fputs("<section aria-labelledby=\"h-time\"><h2 id=\"h-time\">When"
	      "</h2><div class=\"chart\"><div class=\"bars\">",
	      out);
	heights_write(out, &b);
	bars_write(out, &b, r->finding_count);
	fputs("</div>", out);
	ticks_write(out, &b);
	fputs("</div>", out);
	scale_write(page, &b);
	fputs("</section>\n", out);
}
