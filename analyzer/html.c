/* SPDX-License-Identifier: MIT */
/* html.c - the frame of the page, and its groups one by one. */
#include "html.h"

#include <string.h>

#include "cause_text.h"
#include "embed.h"
#include "html_parts.h"

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

static void line_write(const struct page *page, const struct finding *f)
{
	FILE *out = page->out;

	html_time(page, f->ts_ns);
	fputc(' ', out);
	html_endpoint(out, &f->source);
	fputs(" \u2192 ", out);
	html_endpoint(out, &f->destination);
	html_where(page, f);
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
		fputs("<li>", out);
		line_write(page, &page->report->findings[g->findings[i]]);
		fputs("</li>\n", out);
	}
	fputs("</ol></details>", out);
}

static void other_kinds(const struct page *page)
{
	FILE *out = page->out;

	if (page->groups_told == page->groups.count)
		return;
	fprintf(out,
		"<details class=\"rest\"><summary>%zu more kinds</summary><ol>",
		page->groups.count - page->groups_told);
	for (size_t i = page->groups_told; i < page->groups.count; i++) {
		const struct group *g = &page->groups.group[i];

		for (size_t k = 0; k < g->count; k++) {
			fputs("<li>", out);
			html_cause(out, g->cause);
			fputc(' ', out);
			line_write(page,
				   &page->report->findings[g->findings[k]]);
			fputs("</li>\n", out);
		}
	}
	fputs("</ol></details>", out);
}

/* The page's first finding begins unfolded; of so few, the first of a kind. */
enum { FINDINGS_OPEN = 20 };

static void group(const struct page *page, size_t index)
{
	const struct group *g = &page->groups.group[index];
	size_t told = page->is_all || g->count < HTML_TOLD ? g->count
							   : HTML_TOLD;
	bool is_open = index == 0 ||
		       page->report->finding_count <= FINDINGS_OPEN;
	FILE *out = page->out;

	fprintf(out, "<article class=\"group\" id=\"g%zu\"><h3>", index);
	html_cause(out, g->cause);
	fputs(" \xc2\xb7 ", out);
	html_group_name(out, g);
	fprintf(out,
		" <small>%zu\u00a0%s%s</small></h3><p class=\"advice\">%s "
		"<strong>%s</strong></p>",
		g->count, g->count == 1 ? "time" : "times",
		g->kind == FINDING_PREDICTION ? ", predicted alone" : "",
		cause_text(g->cause)->what, cause_text(g->cause)->advice);
	for (size_t i = 0; i < told; i++)
		html_finding(page, g->findings[i], g->findings[0],
			     i == 0 && is_open);
	rest(page, g, told);
	fputs("</article>\n", out);
}

/* By the clock of the first capture, or of its own: the page shows both. */
static bool has_days(const struct report *r)
{
	const uint64_t day_ns = UINT64_C(86400000000000);
	uint64_t day;

	if (r->finding_count == 0)
		return false;
	day = report_time(r, &r->findings[0]) / day_ns;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].ts_ns / day_ns != day ||
		    report_time(r, &r->findings[i]) / day_ns != day)
			return true;
	return false;
}

int html_write(FILE *out, const struct report *r, struct places *p, bool is_all)
{
	struct page page = {.out = out,
			    .report = r,
			    .places = p,
			    .is_all = is_all,
			    .has_days = has_days(r)};

	if (groups_make(&page.groups, r, p) != 0)
		return -1;
	page.groups_told = is_all || page.groups.count < HTML_GROUPS
				   ? page.groups.count
				   : HTML_GROUPS;
	head(out);
	html_summary(&page);
	if (r->finding_count > 0) {
		html_timeline(&page);
		html_table(&page);
		fputs("<section aria-labelledby=\"h-each\">"
		      "<h2 id=\"h-each\">Each of them</h2>\n",
		      out);
		for (size_t i = 0; i < page.groups_told; i++)
			group(&page, i);
		other_kinds(&page);
		fputs("</section>\n", out);
	}
	foot(out);
	groups_free(&page.groups);
	return 0;
}
