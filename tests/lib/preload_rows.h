/* SPDX-License-Identifier: MIT */
/* preload_rows.h - what each watched program does, and what is said of it. */
#ifndef TESTS_PRELOAD_ROWS_H
#define TESTS_PRELOAD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * To add a behaviour: a program in tests/preload/programs, named by the
 * sentence that is true of it, and one row here; a near-twin of it that the
 * other answer is true of.
 */

/* A record that is expected; a number that is 0 has to be absent, or 0. */
struct preload_said {
	const char *action; /* event.action; NULL ends the list */
	const char *cause;
	const char *certainty;
	const char *call;
	const char *error; /* rstwatch.errno */
	int64_t unread;
	int64_t unaccepted;
};

enum { ANY = -1 }; /* a number that differs from run to run */

#define PREDICTED(why, sure, func, ...) \
	{ \
		.action = "reset-predicted", .cause = why, .certainty = sure, \
		.call = func, ##__VA_ARGS__ \
	}
#define RECEIVED(func, errname, ...) \
	{ \
		.action = "reset-received", .call = func, .error = errname, \
		##__VA_ARGS__ \
	}

enum { PRELOAD_SAID_MAX = 4, PRELOAD_SYSCTLS_MAX = 2 };

struct preload_row {
	const char *program;
	size_t resets; /* connections that the kernel resets; what is foretold
			  nevertheless where that is 0 has to be "likely" */
	/* What the kernel may call it, joined by '|' (kernel.md section 1). */
	const char *reasons;
	const char *status; /* as program_status_text() says it; NULL: exit 0 */
	const char *sysctls[PRELOAD_SYSCTLS_MAX + 1];
	/* Who else holds its socket is looked for in all of /proc: as many
	 * processes as the machine may have are too many for that. */
	bool is_alone;
	struct preload_said said[PRELOAD_SAID_MAX + 1];
};

#define SILENT(name, ...) \
	{ \
		.program = name, ##__VA_ARGS__ \
	}
#define RESETS(name, count, why, ...) \
	{ \
		.program = name, .resets = count, .reasons = why, \
		##__VA_ARGS__ \
	}

/* Which of them depends on how far the peer's close has got (kernel.md 3.10).
 */
#define LATE "TCP_ABORT_ON_DATA|TCP_TIMEWAIT_SOCKET"

struct preload_table {
	const struct preload_row *rows;
	size_t count;
};

extern const struct preload_table preload_unread_rows;
extern const struct preload_table preload_abort_rows;
extern const struct preload_table preload_peer_rows;
extern const struct preload_table preload_received_rows;

#endif
