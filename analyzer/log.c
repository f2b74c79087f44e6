/* SPDX-License-Identifier: MIT */
/* log.c - reads logs line by line, whatever else is in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_store.h"

enum { JSON_DEPTH_MAX = 16 };

struct log_store *log_store_new(void)
{
	struct log_store *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->strings = strings_new();
	l->tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (l->strings && l->tokener)
		return l;
	log_store_free(l);
	return NULL;
}

void log_store_free(struct log_store *l)
{
	if (!l)
		return;
	strings_free(l->strings);
	if (l->tokener)
		json_tokener_free(l->tokener);
	free(l->events);
	free(l);
}

struct log_event *log_store_events(const struct log_store *l, size_t *count)
{
	*count = l->count;
	return l->events;
}

static int add_event(struct log_store *l, const struct log_event *e)
{
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 256;
		struct log_event *events =
			realloc(l->events, room * sizeof(*events));

		if (!events)
			return -1;
		l->events = events;
		l->room = room;
	}
	l->events[l->count++] = *e;
	return 0;
}

static bool contains(const char *line, size_t len, const char *word)
{
	return memmem(line, len, word, strlen(word));
}

/* Most records of a log at level info tell of no reset: these cost no parse. */
static bool is_other_record(const char *line, size_t len)
{
	return line[0] == '{' && line[len - 1] == '}' &&
	       contains(line, len, "\"event.action\"") &&
	       contains(line, len, "\"rstwatch.schema\"") &&
	       !contains(line, len, "\"reset-predicted\"") &&
	       !contains(line, len, "\"reset-received\"");
}

/* A reading of one log: where it is, and what was wrong first. */
struct reading {
	struct log_store *store;
	struct stream *stream;
	struct log_count *count;
	char *why;
	uint16_t log;
	bool was_cut;	  /* the last line has no end */
	bool is_too_long; /* the line here, and was told: up to its end */
};

/* Of the line that was counted last. */
static void complain(struct reading *r, const char *what)
{
	r->count->bad++;
	if (r->why[0])
		return;
	snprintf(r->why, LOG_ERROR_MAX, "%s: line %llu: %s",
		 stream_name(r->stream), (unsigned long long)r->count->lines,
		 what);
}

static void take_line(struct reading *r, const char *line, size_t len)
{
	struct log_event e;
	int result;

	r->count->lines++;
	while (len && (line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	if (!len)
		return;
	if (is_other_record(line, len)) {
		r->count->records++;
		return;
	}
	result = log_parse(r->store, line, len, &e);
	if (result < 0) {
		complain(r, r->was_cut ? "cut in the middle, expected a whole "
					 "JSON object"
				       : "no JSON object, expected a record "
					 "of rstwatch");
		return;
	}
	if (!result) {
		r->count->records += contains(line, len, "\"rstwatch.schema\"");
		return;
	}
	r->count->records++;
	e.log = r->log;
	e.line = r->count->lines;
	if (r->store->count == LOG_EVENTS_MAX || add_event(r->store, &e))
		r->count->dropped++;
}

static void give_up_line(struct reading *r)
{
	r->count->lines++;
	complain(r, "longer than 1 MiB, expected a record of rstwatch");
	r->is_too_long = true;
}

/*
 * Takes the whole lines of buf; the number of bytes that are left. Of a line
 * that fills it, the beginning has been told, and what follows is passed over.
 */
static size_t take_lines(struct reading *r, char *buf, size_t len)
{
	char *line = buf, *end;

	while ((end = memchr(line, '\n', len - (size_t)(line - buf)))) {
		if (!r->is_too_long)
			take_line(r, line, (size_t)(end - line));
		r->is_too_long = false;
		line = end + 1;
	}
	len -= (size_t)(line - buf);
	if (len == LOG_LINE_MAX && !r->is_too_long)
		give_up_line(r);
	if (r->is_too_long)
		return 0;
	memmove(buf, line, len);
	return len;
}

static int read_all(struct reading *r, char *buf)
{
	size_t len = 0;
	ssize_t n;

	while ((n = stream_read(r->stream, buf + len, LOG_LINE_MAX - len)) >
	       0) {
		r->count->bytes += (size_t)n;
		len = take_lines(r, buf, len + (size_t)n);
	}
	r->was_cut = true;
	if (len)
		take_line(r, buf, len);
	return n < 0 ? -1 : 0;
}

static void add_more(struct reading *r)
{
	unsigned long long more = r->count->bad - 1;
	size_t len = strlen(r->why);

	if (r->count->bad > 1)
		snprintf(r->why + len, LOG_ERROR_MAX - len,
			 " (and %llu more line%s)", more, more == 1 ? "" : "s");
}

int log_read(struct log_store *l, struct stream *s, uint16_t log,
	     struct log_count *count, char why[LOG_ERROR_MAX])
{
	struct reading r = {.store = l,
			    .stream = s,
			    .count = count,
			    .why = why,
			    .log = log};
	char *buf = malloc(LOG_LINE_MAX);

	*count = (struct log_count){0};
	why[0] = '\0';
	if (!buf) {
		snprintf(why, LOG_ERROR_MAX, "%s: out of memory",
			 stream_name(s));
		return -1;
	}
	if (read_all(&r, buf) && !why[0])
		snprintf(why, LOG_ERROR_MAX, "%s", stream_error(s));
	free(buf);
	add_more(&r);
	if (!why[0] && !count->records)
		snprintf(why, LOG_ERROR_MAX,
			 "%s: %s, expected a capture (pcap, pcapng) or a log "
			 "of rstwatch (JSON Lines)",
			 stream_name(s),
			 count->bytes ? "no record in it" : "is empty");
	return why[0] ? -1 : 0;
}
