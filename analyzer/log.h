/* SPDX-License-Identifier: MIT */
/* log.h - the records of the preload's logs, and how they are read. */
#ifndef ANALYZER_LOG_H
#define ANALYZER_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "rstwatch/addr.h"
#include "rstwatch/cause.h"
#include "rstwatch/facts.h"
#include "rstwatch/record.h"
#include "stream.h"

/* A stack frame as logged; the strings live as long as the log. */
struct log_frame {
	const char *module;   /* NULL where no file was mapped */
	const char *build_id; /* hex, "" for none, NULL where unknown */
	uint64_t offset;      /* ELF vaddr of the return address */
};

/*
 * A record that tells of a reset: reset-predicted or reset-received. Strings
 * are NULL where the record has no such key, live as long as the log, and are
 * untrusted: escape them. Which numbers are known: have, as in facts.h
 * (UNREAD, UNACKED, UNSENT, UNACCEPTED, BYTES, COOKIE, LINGER).
 */
struct log_event {
	enum rst_action action;
	uint16_t log;  /* index into report.inputs */
	uint64_t line; /* from 1 */
	uint64_t ts_ns;
	uint64_t seq;
	int32_t pid;
	const char *host;
	const char *process;
	const char *executable;
	const char *message;

	enum rst_cause cause;
	enum rst_certainty certainty;
	enum rst_sender sender;
	const char *call;
	int fd;		   /* -1 where unknown */
	const char *error; /* the name of an errno */
	const char *state;
	const char *advice;
	const char *unread_kind;
	const char *peek; /* its first bytes, where RSTWATCH_PEEK asked */
	uint32_t have;
	uint32_t unread;
	uint32_t unacked;
	uint32_t unsent;
	uint32_t unaccepted;
	int32_t linger;
	uint64_t bytes_sent;
	uint64_t bytes_received;
	uint64_t cookie;
	struct rst_addr local; /* family 0 where unknown */
	struct rst_addr peer;

	const char *last_call; /* what this side did last, NULL if unknown */
	int64_t last_result;
	uint64_t last_ago_ns;
	bool last_was_after_fin;
	const char *opened_by; /* the calls, NULL where unknown */
	const char *linger_set_by;
	const struct log_frame *opened_at; /* NULL where unknown */
	const struct log_frame *linger_set_at;
	const struct log_frame *stack; /* innermost first */
	unsigned stack_len;
};

/* What was read from one log. */
struct log_count {
	uint64_t lines;
	uint64_t bytes;
	uint64_t records; /* of rstwatch, all kinds */
	uint64_t bad;	  /* lines that are no JSON object, or too long */
	uint64_t dropped; /* records beyond LOG_EVENTS_MAX */
};

/* The events of all logs. Some 350 bytes each; more are counted only. */
struct log_store;

enum {
	LOG_EVENTS_MAX = 500000,
	LOG_LINE_MAX = 1 << 20,
	LOG_ERROR_MAX = 512,
};

struct log_store *log_store_new(void);
void log_store_free(struct log_store *l);

/* The events read so far, in the order of reading. */
struct log_event *log_store_events(const struct log_store *l, size_t *count);

/*
 * Reads the log s, number `log` of the inputs, to its end. What is no record
 * is passed over. 0, or -1 where something could not be read; then why holds
 * one sentence that names file, the first such line and how many more there
 * are, and what was read counts.
 */
int log_read(struct log_store *l, struct stream *s, uint16_t log,
	     struct log_count *count, char why[LOG_ERROR_MAX]);

/*
 * Reads one record from a line of JSON of len bytes: 1 and *e filled if it
 * tells of a reset, 0 for another one or for JSON of somebody else, -1 if it
 * is no JSON object. The strings of e live in l.
 */
int log_parse(struct log_store *l, const char *line, size_t len,
	      struct log_event *e);

#endif
