/* SPDX-License-Identifier: MIT */
/* report_case.h - a small report to write, as each test wants it changed */
#ifndef TESTS_REPORT_CASE_H
#define TESTS_REPORT_CASE_H

#include <json-c/json.h>

#include "report.h"

enum { REPORT_MS = 1000000, REPORT_RUNGS = 5 };

/* One reset that one record foretold; fresh() makes them, tests change them. */
extern struct input inputs[2];
extern const struct log_frame frames[1];
extern struct log_event event, received;
extern struct rung ladder[REPORT_RUNGS];
extern struct finding finding;
extern struct report report;

/* What was written last. */
extern char *text;

/* Set-up and teardown of each test. */
int fresh(void **state);
int done(void **state);

/* The report in a format, owned by text until the next one. */
const char *write_as(const char *format, struct report_options o);
const char *as_text(void);

/* Line number n of the report as JSON, to be put by the caller. */
json_object *json_line(unsigned n);

/* A member of an object. */
const char *string(json_object *o, const char *key);
int64_t number(json_object *o, const char *key);

#endif
