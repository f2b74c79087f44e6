/* SPDX-License-Identifier: MIT */
/* html.c - the frame of the page, its summary and its groups. */
#include "html.h"

#include <inttypes.h>
#include <string.h>

#include "embed.h"
#include "html_parts.h"

static const char *const advice_of[RST_CAUSE_COUNT] = {
#define X(e, slug, sender, what, advice, ...) [RST_CAUSE_##e] = advice,
	RST_CAUSES(X)
#undef X
};

static const char *const what_of[RST_CAUSE_COUNT] = {
#define X(e, slug, sender, what, ...) [RST_CAUSE_##e] = what,
	RST_CAUSES(X)
#undef X
};

static void head(FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      /* Whatever slipped through the escaping could not act. */
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'\">\n"
	      "<title>TCP resets - rstwatch</title>\n<style>\n",
	      out);
	fwrite(report_css, 1, (size_t)(report_css_end - report_css), out);
	fputs("</style>\n</head>\n<body>\n<main>\n", out);
}

static void foot(FILE *out)
{
	fputs("<footer>Made by rstwatch " RSTWATCH_VERSION
	      ". <code>rstwatch explain CAUSE</code> tells more of each."
	      "</footer>\n</main>\n<script>\n",
	      out);
	fwrite(report_js, 1, (size_t)(report_js_end - report_js), out);
	fputs("</script>\n</body>\n</html>\n", out);
}

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
	errors(out, r);
}

/* One bar, each cause with its share; the legend below it has the numbers. */
static void shares(FILE *out, const struct tally *t, size_t all)
{
	double x = 0;

	fputs("<svg class=\"shares\" viewBox=\"0 0 1000 10\" "
	      "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
	      out);
	for (int c = 1; c < RST_CAUSE_COUNT; c++) {
		double width = (double)t->of[c] * 1000 / (double)all;

		if (t->of[c] == 0)
			continue;
		fprintf(out,
			"<rect class=\"c-%s\" x=\"%.1f\" y=\"0\" "
			"width=\"%.1f\" height=\"10\"/>",
			rst_cause_slug((enum rst_cause)c), x, width);
		x += width;
	}
	fputs("</svg>", out);
}

static void legend(FILE *out, const struct tally *t)
{
	fputs("<dl class=\"legend\">", out);
	for (int c = 1; c < RST_CAUSE_COUNT; c++)
		if (t->of[c] > 0)
			fprintf(out,
				"<dt><span class=\"swatch c-%s\"></span>%s "
				"<b>%zu</b></dt><dd>%s</dd>",
				rst_cause_slug((enum rst_cause)c),
				rst_cause_slug((enum rst_cause)c), t->of[c],
				what_of[c]);
	fputs("</dl>", out);
}

static void summary(const struct page *page)
{
	const struct tally t = tally(page->report);
	FILE *out = page->out;

	fputs("<header><h1>TCP resets</h1>", out);
	inputs(out, page->report);
	fputs("</header><section aria-labelledby=\"h-sum\"><h2 id=\"h-sum\">"
	      "Summary</h2><div class=\"numbers\">",
	      out);
	number(out, t.resets, t.resets == 1 ? "reset" : "resets", "");
	number(out, t.predicted, "predicted by a log", "good");
	number(out, t.of[RST_CAUSE_UNEXPLAINED], "unexplained",
	       t.of[RST_CAUSE_UNEXPLAINED] ? "bad" : "");
	if (t.unmatched)
		number(out, t.unmatched, "predicted, not in a capture", "");
	if (t.received)
		number(out, t.received, "only received, by a log", "");
	fputs("</div>", out);
	if (page->report->finding_count)
		shares(out, &t, page->report->finding_count);
	legend(out, &t);
	if (page->report->findings_dropped)
		fprintf(out, "<p>%" PRIu64 " more are counted, not told.</p>",
			page->report->findings_dropped);
	fputs("</section>\n", out);
}

static void cell(FILE *out, const char *s)
{
	fputs("<td>", out);
	html_text(out, *s ? s : "\xe2\x80\x93");
	fputs("</td>", out);
}

/* What a link that shows a number leads to. */
static void row_name(FILE *out, const struct group *g)
{
	fputs(rst_cause_slug(g->cause), out);
	if (*g->program)
		fputs(", ", out);
	html_text(out, g->program);
	if (*g->call)
		fputc(' ', out);
	html_text(out, g->call);
}

static void table(const struct page *page)
{
	static const char *const columns[] = {"Cause", "Program", "Call",
					      "Call site", "Peer"};
	FILE *out = page->out;

	fputs("<section aria-labelledby=\"h-where\"><h2 id=\"h-where\">Where"
	      "</h2><div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	      "aria-labelledby=\"h-where\"><table class=\"sortable\" "
	      "aria-labelledby=\"h-where\"><thead>"
	      "<tr><th class=\"n\" scope=\"col\" aria-sort=\"descending\" "
	      "data-number>Resets</th>",
	      out);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		fprintf(out, "<th scope=\"col\">%s</th>", columns[i]);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < page->groups.count; i++) {
		const struct group *g = &page->groups.group[i];

		fprintf(out,
			"<tr><td class=\"n\"><a href=\"#g%zu\" "
			"aria-label=\"%zu resets: ",
			i, g->count);
		row_name(out, g);
		fprintf(out,
			"\">%zu</a></td>"
			"<td><span class=\"swatch c-%s\"></span>%s</td>",
			g->count, rst_cause_slug(g->cause),
			rst_cause_slug(g->cause));
		cell(out, g->program);
		cell(out, g->call);
		cell(out, g->site);
		cell(out, g->peer);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div></section>\n", out);
}

/* What is beyond the first few: one line each, folded. */
static void rest(const struct page *page, const struct group *g, size_t from)
{
	FILE *out = page->out;

	if (from >= g->count)
		return;
	fprintf(out,
		"<details class=\"rest\"><summary>%zu more like these"
		"</summary><ol>",
		g->count - from);
	for (size_t i = from; i < g->count; i++) {
		const struct finding *f =
			&page->report->findings[g->findings[i]];

		fputs("<li>", out);
		html_time(out, f->ts_ns);
		fputc(' ', out);
		html_endpoint(out, &f->source);
		fputs(" \xe2\x86\x92 ", out);
		html_endpoint(out, &f->destination);
		if (f->frame.number)
			fprintf(out, " <small>frame %" PRIu64 "</small>",
				f->frame.number);
		fputs("</li>\n", out);
	}
	fputs("</ol></details>", out);
}

static void group_title(FILE *out, const struct group *g)
{
	fprintf(out, "<span class=\"swatch c-%s\"></span>%s",
		rst_cause_slug(g->cause), rst_cause_slug(g->cause));
	if (*g->program) {
		fputs(" \xc2\xb7 ", out);
		html_text(out, g->program);
	}
	if (*g->call) {
		fputc(' ', out);
		html_text(out, g->call);
		fputs("()", out);
	}
	if (*g->site) {
		fputs(" in ", out);
		html_text(out, g->site);
	}
}

/* On a page of so few the first of each kind begins unfolded. */
enum { FINDINGS_OPEN = 20 };

static void group(const struct page *page, size_t index)
{
	const struct group *g = &page->groups.group[index];
	size_t told = page->is_all || g->count < HTML_TOLD ? g->count
							   : HTML_TOLD;
	FILE *out = page->out;

	fprintf(out, "<article class=\"group\" id=\"g%zu\"><h3>", index);
	group_title(out, g);
	fprintf(out,
		" <small>%zu %s%s</small></h3><p class=\"advice\">%s "
		"<strong>%s</strong></p>",
		g->count, g->count == 1 ? "time" : "times",
		g->kind == FINDING_PREDICTION ? ", predicted alone" : "",
		what_of[g->cause] ? what_of[g->cause] : "",
		advice_of[g->cause] ? advice_of[g->cause] : "");
	for (size_t i = 0; i < told; i++)
		html_finding(page, g->findings[i],
			     i == 0 && page->report->finding_count <=
					       FINDINGS_OPEN);
	rest(page, g, told);
	fputs("</article>\n", out);
}

int html_write(FILE *out, const struct report *r, struct places *p, bool is_all)
{
	struct page page = {
		.out = out, .report = r, .places = p, .is_all = is_all};

	if (groups_make(&page.groups, r, p) != 0)
		return -1;
	head(out);
	summary(&page);
	html_timeline(&page);
	if (r->finding_count > 0) {
		table(&page);
		fputs("<section aria-labelledby=\"h-each\">"
		      "<h2 id=\"h-each\">Each of them</h2>\n",
		      out);
		for (size_t i = 0; i < page.groups.count; i++)
			group(&page, i);
		fputs("</section>\n", out);
	}
	foot(out);
	groups_free(&page.groups);
	return 0;
}
