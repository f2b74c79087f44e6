/* SPDX-License-Identifier: MIT */
/* html_case.h - findings to make a page of, as each test wants them changed */
#ifndef TESTS_HTML_CASE_H
#define TESTS_HTML_CASE_H

#include "html.h"

/* The two ends of the reset, and the record that foretold it. */
extern const struct rst_addr page_server, page_client;
extern const struct log_event page_event;

/* One reset at that time. */
struct finding page_finding(uint64_t ts_ns);

/* The page; the caller frees it. */
char *page_of_report(const struct report *r, size_t *len);

/* The page of n findings in a capture and a log; the caller frees it. */
char *page_of(struct finding *findings, size_t n, const char *path,
	      size_t *len);

/* How often the text has that. */
size_t occurrences(const char *text, const char *what);

#endif
