/* SPDX-License-Identifier: MIT */
/* report_page.h - a terminal's page: columns, wrapping, colours. */
#ifndef ANALYZER_REPORT_PAGE_H
#define ANALYZER_REPORT_PAGE_H

#include "report.h"
#include "rstwatch/text.h"

enum page_style {
	PAGE_PLAIN,
	PAGE_BOLD,
	PAGE_DIM,
	PAGE_RESET, /* of resets: red */
	PAGE_LOG,   /* of records: yellow */
	PAGE_GOOD,  /* green */
};

struct page {
	FILE *out;
	const struct report_options *options;
};

/* Writes s in a style; no wrapping. */
void page_put(const struct page *p, enum page_style style, const char *s);

/* The same n times. */
void page_fill(const struct page *p, enum page_style style, const char *s,
	       unsigned n);

void page_space(const struct page *p, unsigned n);

/*
 * Writes t as a paragraph between column indent and the page's width; the
 * first line begins with label, whose place the others leave empty. Whoever
 * wrote t has escaped what is untrusted in it.
 */
void page_paragraph(const struct page *p, unsigned indent, const char *label,
		    const struct rst_text *t);

/* The same with a bullet at column left, where the cursor already is. */
void page_item(const struct page *p, unsigned left, const struct rst_text *t);

/* s in exactly so many columns: cut with an ellipsis, or filled with spaces. */
void page_fit(const struct page *p, enum page_style style, const char *s,
	      unsigned columns);

/* A part of a page, of whatever arg is. */
typedef void page_writer(const struct page *p, const void *arg);

/*
 * Two parts next to each other, the first in the page's left columns; one
 * below the other where memory is short.
 */
void page_beside(const struct page *p, unsigned left, page_writer *first,
		 page_writer *second, const void *arg);

/* How many columns len bytes of UTF-8 take, if each character takes one. */
unsigned page_columns(const char *s, size_t len);

/* "1 byte", "2 bytes". */
void page_count(struct rst_text *t, uint64_t n, const char *one,
		const char *many);

#endif
