/* SPDX-License-Identifier: MIT */
/* report_text.c - an analysis for people at a terminal. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "report_finding.h"
#include "tally.h"

/*
 * First what there is in one table, then the first of each kind told whole (or
 * all of them): who sent what, the ladder of the last packets, why, what that
 * rests on, and what to do.
 */
enum { TEXT_MAX = 4096 };

static void write_end(const struct page *p, struct rst_text *t)
{
	page_paragraph(p, 0, "", t);
}

/* Without a capture there is only what the logs tell. */
static void write_logs_alone(struct rst_text *t, const struct report_counts *c)
{
	page_count(t, c->predictions, "prediction", "predictions");
	if (c->received) {
		rst_text_str(t, " and ");
		page_count(t, c->received, "reset that arrived",
			   "resets that arrived");
	}
	rst_text_str(t, "; ");
	page_count(t, c->records, "log record", "log records");
	rst_text_str(t, " and no capture");
}

static void write_counts(struct rst_text *t, const struct report *r,
			 const struct report_counts *c)
{
	if (c->resets)
		page_count(t, c->resets, "reset", "resets");
	else
		rst_text_str(t, "No reset");
	if (c->predictions) {
		rst_text_str(t, ", ");
		page_count(t, c->predictions, "prediction", "predictions");
		rst_text_str(t, " without one");
	}
	rst_text_str(t, "; ");
	page_count(t, c->packets, "packet", "packets");
	rst_text_str(t, " (");
	page_count(t, c->bytes, "byte", "bytes");
	rst_text_str(t, ") of ");
	page_count(t, r->flows.connections, "connection", "connections");
	if (!c->lines)
		return;
	rst_text_str(t, " and ");
	page_count(t, c->records, "log record", "log records");
}

static void say_totals(const struct page *p, const struct report *r,
		       const struct report_counts *c)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (report_has_capture(r))
		write_counts(&t, r, c);
	else
		write_logs_alone(&t, c);
	rst_text_str(&t, ", read in ");
	rst_text_duration(&t, r->elapsed_ns);
	rst_text_char(&t, '.');
	write_end(p, &t);
}

/* What was in the input, but not looked into. */
static void say_skipped(const struct page *p, const struct report *r,
			const struct report_counts *c)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	for (int i = DECODE_SEGMENT + 1; i < DECODE_RESULT_COUNT; i++) {
		if (!c->results[i])
			continue;
		rst_text_str(&t, t.len ? ", " : "Packets without a segment: ");
		rst_text_u64(&t, c->results[i]);
		rst_text_char(&t, ' ');
		rst_text_str(&t, decode_result_name((enum decode_result)i));
	}
	if (t.len) {
		rst_text_char(&t, '.');
		write_end(p, &t);
	}
	t.len = 0;
	if (r->flows.forgotten)
		page_count(&t, r->flows.forgotten,
			   "connection was forgotten for want of memory.",
			   "connections were forgotten for want of memory.");
	if (r->findings_dropped) {
		rst_text_str(&t, t.len ? " " : "");
		page_count(&t, r->findings_dropped,
			   "more reset was not looked into.",
			   "more resets were not looked into.");
	}
	if (t.len)
		write_end(p, &t);
}

static void say_clocks(const struct page *p, const struct report *r)
{
	char buf[TEXT_MAX];

	for (size_t i = 0; i < r->input_count; i++) {
		const struct input *in = &r->inputs[i];
		struct rst_text t = rst_text_on(buf, sizeof(buf));

		if (!in->has_clock_offset)
			continue;
		rst_text_str(&t, "The clock of ");
		rst_text_plain(&t, in->path, strlen(in->path), 200);
		rst_text_str(&t, " is ");
		rst_text_duration(&t, (uint64_t)llabs(in->clock_offset_ns));
		rst_text_str(&t,
			     in->clock_offset_ns > 0 ? " behind" : " ahead of");
		rst_text_str(&t, in->is_log ? " that of the capture; its times "
					      "are shifted."
					    : " that of the first capture.");
		write_end(p, &t);
	}
}

/* A page of WIDE columns has one for the line of code, else it is below. */
enum { COUNT = 8, CAUSE = 24, OUTCOME = 13, WHERE = 30, WIDE = 120 };

static bool is_wide(const struct page *p)
{
	return p->options->width >= WIDE;
}

static unsigned place_width(const struct page *p)
{
	return p->options->width - COUNT - 2 - CAUSE - OUTCOME - 2;
}

/* "       1  unread-data     server close()     main server.c:20  predicted" */
static void say_row(const struct page *p, const char *count, const char *cause,
		    const char *where, const char *site, enum page_style style)
{
	unsigned width = place_width(p);

	page_put(p, style, count);
	page_fit(p, style == PAGE_PLAIN ? PAGE_BOLD : style, cause, CAUSE);
	page_fit(p, style, where, is_wide(p) ? WHERE : width);
	if (is_wide(p)) {
		page_space(p, 2);
		page_fit(p, style, site, width - WHERE - 2);
	}
	page_space(p, 2);
}

static void say_table_head(const struct page *p)
{
	fputc('\n', p->out);
	say_row(p, "  number  ", "cause", "where", "line of code", PAGE_DIM);
	page_put(p, PAGE_DIM, "verdict");
	fputc('\n', p->out);
}

/* The first that is no echo of another. */
static const struct finding *first_of(const struct report *r,
				      const struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!r->findings[g->findings[i]].echo_of.number)
			return &r->findings[g->findings[i]];
	return &r->findings[g->findings[0]];
}

/* What the predictions of a group said would be lost: "36360 bytes unread". */
static void write_loss(char *buf, size_t size, const struct group *g)
{
	uint64_t n = g->unread + g->unacked;
	const char *how = !g->unacked  ? "unread"
			  : !g->unread ? "not acked"
				       : "lost";

	if (n)
		snprintf(buf, size, "%" PRIu64 " %s %s", n,
			 n == 1 ? "byte" : "bytes", how);
}

/* The place, its function cut so that file and line have their room. */
static void write_site(char *buf, size_t size, const struct group *g,
		       unsigned columns)
{
	size_t room = columns < size - 1 ? columns : size - 1;
	struct rst_text t = rst_text_on(buf, room);

	if (g->has_where)
		place_write(&t, &g->where);
	buf[t.len] = '\0';
}

/* Below the cause what is lost, below the call its place, if not beside it. */
static void say_below(const struct page *p, const struct group *g)
{
	unsigned room = p->options->width - COUNT - 2 - CAUSE, columns;
	char loss[48] = "", site[GROUP_TEXT_MAX] = "";

	if (!is_wide(p))
		write_site(site, sizeof(site), g, room);
	columns = page_columns(site, strlen(site));

	write_loss(loss, sizeof(loss), g);
	if (!*loss && !*site)
		return;
	page_space(p, COUNT + 2);
	if (*site) {
		page_fit(p, PAGE_DIM, loss, CAUSE);
		page_fit(p, PAGE_DIM, site, columns < room ? columns : room);
	} else {
		page_put(p, PAGE_DIM, loss);
	}
	fputc('\n', p->out);
}

/*
 *      12  unread-data             server close()              predicted
 *          132 bytes unread        main server.c:20
 */
static void say_group(const struct page *p, const struct report *r,
		      const struct group *g)
{
	const struct finding *f = first_of(r, g);
	char count[32], where[2 * GROUP_TEXT_MAX + 4], site[GROUP_TEXT_MAX];

	write_site(site, sizeof(site), g, place_width(p) - WHERE - 2);
	snprintf(count, sizeof(count), "%*zu  ", COUNT, g->count);
	snprintf(where, sizeof(where), "%s%s%s%s", g->program,
		 g->call[0] ? " " : "", g->call, g->call[0] ? "()" : "");
	say_row(p, count, rst_cause_slug(g->cause),
		g->program[0] ? where : g->peer, site, PAGE_PLAIN);
	page_put(p, finding_style(f), finding_outcome(f));
	fputc('\n', p->out);
	say_below(p, g);
}

/*
 * Of thousands of kinds (a port scan has one a port) only so many, the largest
 * first.
 */
enum { GROUPS_SHOWN = 25 };

static void say_groups(const struct page *p, const struct report *r,
		       const struct groups *g)
{
	size_t n = g->count < GROUPS_SHOWN ? g->count : GROUPS_SHOWN;

	if (n)
		say_table_head(p);
	for (size_t i = 0; i < n; i++)
		say_group(p, r, &g->group[i]);
	if (n < g->count)
		fprintf(p->out, "%*zu  more kinds\n", COUNT, g->count - n);
}

enum { TALLIED = 8 };

/* "By hosts  5 10.0.0.1 - 10.0.0.2, 1 10.0.0.1 - 10.0.0.3, and 12 others." */
static int say_tally(const struct page *p, const struct report *r,
		     const char *label, enum tally_by by)
{
	char buf[TEXT_MAX];
	struct rst_text t = rst_text_on(buf, sizeof(buf));
	struct tally tally;

	if (tally_make(&tally, r, by))
		return -1;
	for (size_t i = 0; i < tally.count && i < TALLIED; i++) {
		rst_text_str(&t, i ? ", " : "");
		rst_text_u64(&t, tally.row[i].count);
		rst_text_char(&t, ' ');
		tally_write(&t, tally.row[i].like, by);
	}
	if (tally.count > TALLIED) {
		rst_text_str(&t, ", and ");
		page_count(&t, tally.count - TALLIED, "other", "others");
	}
	rst_text_char(&t, '.');
	if (tally.count > 1)
		page_paragraph(p, 2, label, &t);
	tally_free(&tally);
	return 0;
}

/* Where there is more than one of a kind. */
static int say_tallies(const struct page *p, const struct report *r,
		       const struct groups *g)
{
	if (g->count < 2)
		return 0;
	fputc('\n', p->out);
	if (say_tally(p, r, "By cause  ", TALLY_CAUSES) ||
	    say_tally(p, r, "By call   ", TALLY_CALLS))
		return -1;
	return say_tally(p, r, "By hosts  ", TALLY_HOSTS);
}

static void say_first_of_each(const struct page *p, const struct report *r,
			      const struct groups *g)
{
	size_t n = g->count < GROUPS_SHOWN ? g->count : GROUPS_SHOWN;

	for (size_t i = 0; i < n; i++)
		finding_say(p, r, first_of(r, &g->group[i]), i + 1);
	if (r->finding_count > n)
		fprintf(p->out, "\n%zu more: --all tells every one.\n",
			r->finding_count - n);
}

int report_text(const struct report *r, const struct report_options *o,
		FILE *out)
{
	struct page p = {.out = out, .options = o};
	struct report_counts c = report_count(r);
	struct groups g;
	int result;

	if (groups_make(&g, r, o->places))
		return -1;
	say_totals(&p, r, &c);
	say_skipped(&p, r, &c);
	say_clocks(&p, r);
	say_groups(&p, r, &g);
	result = say_tallies(&p, r, &g);
	if (o->tells_all)
		for (size_t i = 0; i < r->finding_count; i++)
			finding_say(&p, r, &r->findings[i], i + 1);
	else
		say_first_of_each(&p, r, &g);
	groups_free(&g);
	return result;
}
