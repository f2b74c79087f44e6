/* SPDX-License-Identifier: MIT */
/* embed.h - the files that the build puts into the program. */
#ifndef ANALYZER_EMBED_H
#define ANALYZER_EMBED_H

/* report.css and report.js byte for byte, from X to X_end, without a NUL. */
extern const char report_css[], report_css_end[];
extern const char report_js[], report_js_end[];

#endif
