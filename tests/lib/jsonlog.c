/* SPDX-License-Identifier: MIT */
/* jsonlog.c - reads JSON Lines with json-c, an independent parser. */
#include "jsonlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL unless the line, without its newline, is one JSON object. */
static json_object *parse(const char *line, size_t len)
{
	json_tokener *t = json_tokener_new();
	json_object *record;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
					  JSON_TOKENER_VALIDATE_UTF8);
	record = json_tokener_parse_ex(t, line, (int)len);
	if (record && (json_tokener_get_parse_end(t) != len ||
		       !json_object_is_type(record, json_type_object))) {
		json_object_put(record);
		record = NULL;
	}
	json_tokener_free(t);
	return record;
}

static int take_line(struct jsonlog *log, const char *line, size_t len)
{
	json_object **more;
	json_object *record;

	if (len == 0 || line[len - 1] != '\n')
		return -1;
	record = parse(line, len - 1);
	if (!record)
		return -1;
	more = realloc(log->records, (log->count + 1) * sizeof(*more));
	if (!more)
		abort();
	log->records = more;
	log->records[log->count++] = record;
	return 0;
}

int jsonlog_read(struct jsonlog *log, const char *path,
		 char why[JSONLOG_ERROR_MAX])
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int rc = 0;

	*log = (struct jsonlog){0};
	if (!f) {
		snprintf(why, JSONLOG_ERROR_MAX, "%s: %s", path,
			 strerror(errno));
		return -1;
	}
	while (rc == 0 && (len = getline(&line, &cap, f)) >= 0) {
		rc = take_line(log, line, (size_t)len);
		if (rc < 0)
			snprintf(why, JSONLOG_ERROR_MAX,
				 "%s:%zu: not one whole JSON object: %.300s",
				 path, log->count + 1, line);
	}
	free(line);
	fclose(f);
	if (rc < 0)
		jsonlog_free(log);
	return rc;
}

void jsonlog_free(struct jsonlog *log)
{
	for (size_t i = 0; i < log->count; i++)
		json_object_put(log->records[i]);
	free(log->records);
	*log = (struct jsonlog){0};
}

const char *jsonlog_text(json_object *record, const char *key)
{
	json_object *value = json_object_object_get(record, key);

	if (!json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

int64_t jsonlog_number(json_object *record, const char *key, int64_t absent)
{
	json_object *value = json_object_object_get(record, key);

	if (!json_object_is_type(value, json_type_int))
		return absent;
	return json_object_get_int64(value);
}
