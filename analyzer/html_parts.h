/* SPDX-License-Identifier: MIT */
/* html_parts.h - what the pieces of the page share. */
#ifndef ANALYZER_HTML_PARTS_H
#define ANALYZER_HTML_PARTS_H

#include "groups.h"
#include "html.h"

struct page {
	FILE *out;
	const struct report *report;
	struct places *places;
	struct groups groups;
	size_t groups_told; /* the first of them; of the rest a line a reset */
	bool is_all;
	bool has_days; /* its times are of more than one */
};

/* Nothing that comes from a packet or a log may become markup. */
void html_bytes(FILE *out, const char *s, size_t len);
void html_text(FILE *out, const char *s);

/* An address with its port; a time in UTC, with its day where there is more
 * than one: else the head of the page has it. */
void html_endpoint(FILE *out, const struct rst_addr *a);
void html_time(const struct page *page, uint64_t ts_ns);

/* What a report calls one of its inputs. */
void html_input(const struct page *page, uint16_t input);

/*
 * The line of its log that a record stands in, and the frame that a finding is,
 * or its record's line where it has none: each with the name of the file where
 * there is more than one of the kind.
 */
void html_line(const struct page *page, const struct log_event *e);
void html_where(const struct page *page, const struct finding *f);

/* The frames that it is in other captures. */
void html_sightings(const struct page *page, const struct finding *f);

/* A cause by name, beside its colour. */
void html_cause(FILE *out, enum rst_cause cause);

/* "nginx close() in ngx_close_connection", as far as a log tells. */
void html_group_name(FILE *out, const struct group *g);

/* before, and "11 unread bytes (TLS data)"; nothing where nothing is lost. */
void html_loss(FILE *out, const char *before, const struct log_event *e);

/* What was read, how many resets of what, and what most of them come from. */
void html_summary(const struct page *page);

/* Each group told with its program, call, place in the code, and peer. */
void html_table(const struct page *page);

/* How many resets came when, by cause; there is one at least. */
void html_timeline(const struct page *page);

/* The packets of a finding and the call between them. */
void html_diagram(const struct page *page, const struct finding *f);

/*
 * One finding in full: diagram, evidence, stack; folded unless is_open. A stack
 * that is the same as that of the first of its group is not written again.
 */
void html_finding(const struct page *page, size_t index, size_t first,
		  bool is_open);

#endif
