/* SPDX-License-Identifier: MIT */
/* record.h - one event, and how it is written as a line and as JSON. */
#ifndef RSTWATCH_RECORD_H
#define RSTWATCH_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "rstwatch/addr.h"
#include "rstwatch/cause.h"
#include "rstwatch/facts.h"
#include "rstwatch/text.h"

#define RST_SCHEMA 1

/* X(ENUM, event.action) */
#define RST_ACTIONS(X) \
	X(PROCESS_STARTED, "process-started") \
	X(CONNECTION_OPENED, "connection-opened") \
	X(RESET_PREDICTED, "reset-predicted") \
	X(RESET_RECEIVED, "reset-received") \
	X(CONNECTION_CLOSED, "connection-closed") \
	X(PROCESS_ENDED, "process-ended")

enum rst_action {
#define X(e, name) RST_##e,
	RST_ACTIONS(X)
#undef X
		RST_ACTION_COUNT
};

/* In the order of RSTWATCH_LEVEL: a level shows itself and those above. */
enum rst_level { RST_LEVEL_OFF, RST_WARN, RST_INFO, RST_DEBUG };

const char *rst_action_name(enum rst_action action);
const char *rst_level_name(enum rst_level level);

/* The name of an error number: "ECONNRESET"; "" for one without a name. */
const char *rst_errno_name(int error);

enum { RST_STACK_MAX = 32, RST_PEEK_MAX = 64, RST_BUILD_ID_MAX = 20 };

/*
 * module may be NULL where no file is mapped there; then offset is the address.
 * Else the instruction meant is the one that ends before offset: the call that
 * returns there, or of what a signal interrupted, the byte that would run next.
 */
struct rst_frame {
	const char *module;
	uint64_t offset; /* in the file's own address space (ELF vaddr) */
	uint8_t build_id[RST_BUILD_ID_MAX];
	uint8_t build_id_len; /* 0 where it has none */
};

/* What this side did last on a connection, before the reset came. */
struct rst_last {
	const char *call; /* NULL where nothing is known */
	int64_t result;	  /* bytes, or what the call returned */
	uint64_t ago_ns;
	bool was_after_fin; /* after the peer's FIN had been seen */
};

/*
 * One event. Everything that is pointed to belongs to the caller. A key whose
 * value is unknown is left out: a NULL or empty string, a number whose
 * RST_HAVE_ bit is not set in facts.have, fd < 0, error 0, cause NONE.
 */
struct rst_event {
	enum rst_action action;
	enum rst_level level;
	uint64_t realtime_ns; /* CLOCK_REALTIME, when the facts were asked */
	uint64_t mono_ns;     /* CLOCK_MONOTONIC */
	uint64_t seq;	      /* 1 for a process's first record */

	const char *host;
	int32_t pid;
	int32_t tid;
	const char *process_name;
	const char *executable;

	enum rst_cause cause;
	enum rst_certainty certainty;
	enum rst_sender sender;
	const char *call;
	int fd;
	int error; /* errno of reset-received */
	struct rst_facts facts;
	struct rst_last last;

	const struct rst_frame *stack;
	unsigned stack_len;
	const struct rst_frame *opened_at;     /* one frame, or NULL */
	const struct rst_frame *linger_set_at; /* one frame, or NULL */
	const char *opened_by;	   /* the call that opened it, or NULL */
	const char *linger_set_by; /* the call that set linger, or NULL */

	const char *unread_kind; /* what the unread data is, or NULL */
	const uint8_t *peek;	 /* unread bytes, or NULL */
	unsigned peek_len;

	uint64_t lost;	     /* process-ended: records that weren't written */
	uint64_t suppressed; /* lines left out by RSTWATCH_LIMIT */
};

/*
 * The human sentence: "server[4242]: close(5) 127.0.0.1:80 -> ... will reset:
 * 11 unread bytes (unread-data, certain). Read to end of file before closing."
 * Untrusted parts are escaped for a terminal. No newline.
 */
void rst_record_message(struct rst_text *t, const struct rst_event *e);

/* "rstwatch: ", the sentence, a newline. */
void rst_record_line(struct rst_text *t, const struct rst_event *e);

/*
 * One line of JSON with its newline, keys as in contract.md section 3. Where
 * the buffer is too small, stack frames are left out from the outermost on;
 * RST_RECORD_MAX bytes hold every event without its stack. t->cut then says
 * whether the line was left out altogether.
 */
void rst_record_json(struct rst_text *t, const struct rst_event *e);

enum { RST_RECORD_MAX = 8192, RST_RECORD_STACK_BUF = 16384 };

#endif
