/* SPDX-License-Identifier: MIT */
/* html.h - the report as one page: no network, no script needed to read it. */
#ifndef ANALYZER_HTML_H
#define ANALYZER_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "model.h"
#include "places.h"

/*
 * Writes the whole document. Of each group of alike findings the first
 * HTML_TOLD are told in full, the rest with one line each, and so are all of
 * the groups behind the HTML_GROUPS largest (a port scan has one a port); all
 * of them in full where is_all. 0, or -1 where memory is short; errors of out
 * are left to the caller's ferror().
 */
int html_write(FILE *out, const struct report *r, struct places *p,
	       bool is_all);

enum { HTML_TOLD = 10, HTML_GROUPS = 200 };

#endif
