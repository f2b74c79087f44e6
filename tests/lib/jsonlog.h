/* SPDX-License-Identifier: MIT */
/* jsonlog.h - reads a log of JSON Lines, strictly, and finds its records. */
#ifndef TESTS_JSONLOG_H
#define TESTS_JSONLOG_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

enum { JSONLOG_ERROR_MAX = 512 };

struct jsonlog {
	json_object **records;
	size_t count;
};

/*
 * All lines of a log. A line that is not one whole JSON object, or a last line
 * without its newline, is an error: -1 and one sentence in why.
 */
int jsonlog_read(struct jsonlog *log, const char *path,
		 char why[JSONLOG_ERROR_MAX]);
void jsonlog_free(struct jsonlog *log);

/* A string of a record; "" where the key is absent or no string. */
const char *jsonlog_text(json_object *record, const char *key);

/* A number of a record; absent where the key is, or no number. */
int64_t jsonlog_number(json_object *record, const char *key, int64_t absent);

#endif
