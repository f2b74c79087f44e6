/* SPDX-License-Identifier: MIT */
/* report.h - the forms in which an analysis can be told. */
#ifndef ANALYZER_REPORT_H
#define ANALYZER_REPORT_H

#include <stdio.h>

#include "model.h"
#include "places.h"

struct report_options {
	bool tells_all; /* every reset in full, not the first of each kind */
	bool has_color; /* text: ANSI colours */
	bool has_utf8;	/* text: lines and arrows of Unicode */
	unsigned width; /* text: columns, 60 at least */
	struct places *places; /* turns stacks into lines of code */
};

/*
 * To add a form: a function, a row in reporters[] (report.c), a test. It
 * writes to out, which the caller opens, checks for errors and closes; 0, or
 * -1 where memory is short.
 */
struct reporter {
	const char *name; /* of --format */
	int (*write)(const struct report *r, const struct report_options *o,
		     FILE *out);
};

/* NULL where there is none of that name. */
const struct reporter *reporter_find(const char *name);

/* "text|json": for usage messages. */
void reporter_names(char *buf, size_t size);

int report_text(const struct report *r, const struct report_options *o,
		FILE *out);
int report_json(const struct report *r, const struct report_options *o,
		FILE *out);

/* One finding as a JSON object, without a newline. */
void report_json_finding(struct rst_text *t, const struct report *r,
			 const struct finding *f, struct places *places);

int report_html(const struct report *r, const struct report_options *o,
		FILE *out);
int report_prometheus(const struct report *r, const struct report_options *o,
		      FILE *out);

#endif
