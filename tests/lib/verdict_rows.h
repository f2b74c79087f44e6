/* SPDX-License-Identifier: MIT */
/* verdict_rows.h - a table of facts and verdicts, one test a row. */
#ifndef RSTWATCH_TEST_VERDICT_ROWS_H
#define RSTWATCH_TEST_VERDICT_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "rstwatch/verdict.h"

/* A row reads: this act, on a socket of these facts, gives this verdict. */
struct row {
	const char *name;
	struct rst_act act;
	struct rst_facts facts;
	struct rst_verdict want;
};

#define CLOSE \
	{ \
		RST_ACT_CLOSE, 0, 0 \
	}
#define SHUTDOWN(how) \
	{ \
		RST_ACT_SHUTDOWN, SHUT_##how, 0 \
	}
#define CONNECT \
	{ \
		RST_ACT_CONNECT, 0, 0 \
	}
#define DISCONNECT \
	{ \
		RST_ACT_DISCONNECT, 0, 0 \
	}
#define SEND(n) \
	{ \
		RST_ACT_SEND, 0, n \
	}
#define RECEIVE \
	{ \
		RST_ACT_RECEIVE, 0, 0 \
	}

#define SILENCE \
	{ \
		RST_CAUSE_NONE, RST_CERTAINTY_NONE, RST_SENDER_UNKNOWN \
	}
#define SELF(cause, how_sure) \
	{ \
		RST_CAUSE_##cause, how_sure, RST_SENDER_SELF \
	}
#define PEER(cause, how_sure) \
	{ \
		RST_CAUSE_##cause, how_sure, RST_SENDER_PEER \
	}

/* What a probe of a live connection always tells. */
#define KNOWN \
	(RST_HAVE_STATE | RST_HAVE_UNREAD | RST_HAVE_UNACKED | \
	 RST_HAVE_UNSENT | RST_HAVE_LINGER | RST_HAVE_LINGER2 | \
	 RST_HAVE_BYTES | RST_HAVE_LOCAL | RST_HAVE_PEER | RST_HAVE_WINDOW)

/* A connection of which nothing but the fields named is remarkable. */
#define WITH(st, linger_s, linger2_s, ...) \
	{ \
		.have = KNOWN, .state = RST_##st, .linger = linger_s, \
		.linger2 = linger2_s, __VA_ARGS__ \
	}
#define IN(st, ...) \
	{ \
		.have = KNOWN, .state = RST_##st, .linger = RST_LINGER_OFF, \
		.linger2 = 60, __VA_ARGS__ \
	}

/* Runs each row under its own name; the number of failures. */
int verdict_rows_run(const struct row *rows, size_t n);

#endif
