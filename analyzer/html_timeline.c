/* SPDX-License-Identifier: MIT */
/* html_timeline.c - resets over the time of the run, as bars. */
#include "html_parts.h"

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

/* Findings are in the order of time. */
static void bins_fill(struct bins *b, const struct report *r)
{
	uint64_t span;

	b->first_ns = r->findings[0].ts_ns;
	b->last_ns = r->findings[r->finding_count - 1].ts_ns;
	span = b->last_ns - b->first_ns + 1;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		uint64_t at = f->ts_ns > b->first_ns ? f->ts_ns - b->first_ns
						     : 0;
		int k = (int)((double)at / (double)span * BINS);

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

void html_timeline(const struct page *page)
{
	static struct bins b;
	FILE *out = page->out;
	char span[40];
	struct rst_text t = rst_text_on(span, sizeof(span));

	if (page->report->finding_count == 0)
		return;
	b = (struct bins){0};
	bins_fill(&b, page->report);
	rst_text_duration(&t, b.last_ns - b.first_ns);
	fprintf(out,
		"<section aria-labelledby=\"h-time\"><h2 id=\"h-time\">When"
		"</h2><svg class=\"timeline\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
		"%zu findings within %.*s, at most %zu in one of %d equal "
		"parts\">",
		WIDTH, HEIGHT, page->report->finding_count, (int)t.len, span,
		b.most, BINS);
	for (int i = 0; i < BINS; i++)
		bar_write(out, &b, i);
	fputs("</svg><p class=\"scale\"><span>", out);
	html_time(out, b.first_ns);
	t.len = 0;
	rst_text_duration(&t, (b.last_ns - b.first_ns) / BINS);
	fprintf(out, "</span><span>highest bar: %zu within %.*s</span><span>",
		b.most, (int)t.len, span);
	html_time(out, b.last_ns);
	fputs("</span></p></section>\n", out);
}
