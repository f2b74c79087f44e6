/* SPDX-License-Identifier: MIT */
/* html_table.c - the groups as a table that the page's script can sort. */
#include "html_parts.h"

#include <inttypes.h>

enum column {
	COLUMN_COUNT,
	COLUMN_CAUSE,
	COLUMN_PROGRAM,
	COLUMN_CALL,
	COLUMN_SITE,
	COLUMN_UNREAD,
	COLUMN_UNACKED,
	COLUMN_PEER,
	COLUMNS
};

/* The class says what is a number, n, and how a narrow page shows it. */
static const struct {
	const char *name, *class;
} heads[COLUMNS] = {
	[COLUMN_COUNT] = {"Resets", "n"},
	[COLUMN_CAUSE] = {"Cause", "cause"},
	[COLUMN_PROGRAM] = {"Program", "program"},
	[COLUMN_CALL] = {"Call", "call"},
	[COLUMN_SITE] = {"Call site", "site"},
	[COLUMN_UNREAD] = {"Unread bytes", "n lost"},
	[COLUMN_UNACKED] = {"Unacked bytes", "n lost"},
	[COLUMN_PEER] = {"Peer", "peer"},
};

static bool is_number(enum column c)
{
	return heads[c].class[0] == 'n';
}

/* Of those that are numbers; 0 is nothing to show. */
static uint64_t number_of(const struct group *g, enum column c)
{
	return c == COLUMN_COUNT    ? g->count
	       : c == COLUMN_UNREAD ? g->unread
				    : g->unacked;
}

/* Of the others, "" where unknown. */
static const char *text_of(const struct group *g, enum column c)
{
	switch (c) {
	case COLUMN_CAUSE: return rst_cause_slug(g->cause);
	case COLUMN_PROGRAM: return g->program;
	case COLUMN_CALL: return g->call;
	case COLUMN_SITE: return g->site;
	default: return g->peer;
	}
}

static bool is_known(const struct group *g, enum column c)
{
	return is_number(c) ? number_of(g, c) > 0 : *text_of(g, c) != '\0';
}

/* A column that no row has anything for is left out. */
static bool is_shown(const struct groups *g, enum column c)
{
	for (size_t i = 0; i < g->count; i++)
		if (is_known(&g->group[i], c))
			return true;
	return false;
}

static void head_write(FILE *out, const bool shown[COLUMNS])
{
	fputs("<thead><tr>", out);
	for (enum column c = 0; c < COLUMNS; c++)
		if (shown[c])
			fprintf(out, "<th scope=\"col\"%s%s>%s</th>",
				is_number(c) ? " class=\"n\" data-number" : "",
				c == COLUMN_COUNT ? " aria-sort=\"descending\""
						  : "",
				heads[c].name);
	fputs("</tr></thead>", out);
}

/* A link's name says more than what it shows, to those who hear it alone. */
static void cause_link(FILE *out, const struct group *g, size_t index)
{
	fprintf(out, "<a href=\"#g%zu\" aria-label=\"%s, %zu times: ", index,
		rst_cause_slug(g->cause), g->count);
	html_group_name(out, g);
	fputs("\">", out);
	html_cause(out, g->cause);
	fputs("</a>", out);
	if (g->kind != FINDING_RESET)
		fprintf(out, " <small>%s</small>",
			g->kind == FINDING_PREDICTION ? "predicted alone"
						      : "received");
}

static void cell_write(FILE *out, const struct group *g, size_t index,
		       enum column c)
{
	bool has = is_known(g, c);

	fprintf(out, "<td class=\"%s%s\" data-name=\"%s\">", heads[c].class,
		has ? "" : " none", heads[c].name);
	if (!has)
		fputs("\xe2\x80\x93", out);
	else if (c == COLUMN_CAUSE)
		cause_link(out, g, index);
	else if (is_number(c))
		fprintf(out, "%" PRIu64, number_of(g, c));
	else
		html_text(out, text_of(g, c));
	fputs("</td>", out);
}

void html_table(const struct page *page)
{
	FILE *out = page->out;
	bool shown[COLUMNS];

	for (enum column c = 0; c < COLUMNS; c++)
		shown[c] = is_shown(&page->groups, c);

	fputs("<section aria-labelledby=\"h-where\"><h2 id=\"h-where\">Where"
	      "</h2><div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	      "aria-labelledby=\"h-where\"><table class=\"sortable\" "
	      "aria-labelledby=\"h-where\">",
	      out);
	head_write(out, shown);
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < page->groups_told; i++) {
		fputs("<tr>", out);
		for (enum column c = 0; c < COLUMNS; c++)
			if (shown[c])
				cell_write(out, &page->groups.group[i], i, c);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>", out);
	if (page->groups_told < page->groups.count)
		fprintf(out, "<p>%zu more kinds are listed at the end.</p>",
			page->groups.count - page->groups_told);
	fputs("</section>\n", out);
}
