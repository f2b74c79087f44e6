/* SPDX-License-Identifier: MIT */
/* tracepoint.h - how the running kernel describes one of its tracepoints. */
#ifndef RSTWATCH_TRACEPOINT_H
#define RSTWATCH_TRACEPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACEPOINT_ERROR_MAX = 256 };

/*
 * A directory descriptor of tracefs: a mount of its own that no other process
 * sees and that goes away with the descriptor (fsmount, kernel 5.2), or where
 * that is refused the usual mount point. -1 and one sentence in why where
 * there is neither. The caller closes it.
 */
int tracefs_open(char why[TRACEPOINT_ERROR_MAX]);

/* A tracepoint's format file: "name:", "ID:", "format:", "print fmt:". */
struct tracepoint {
	unsigned id; /* common_type of its records */
	char *format;
};

/*
 * Reads the format of event ("tcp/tcp_send_reset"). 0, or -1 and one sentence
 * in why. tracepoint_free() releases it.
 */
int tracepoint_load(int tracefs, const char *event, struct tracepoint *tp,
		    char why[TRACEPOINT_ERROR_MAX]);
void tracepoint_free(struct tracepoint *tp);

/* Takes over a format that was read already: 0, or -1 if it has no ID. */
int tracepoint_parse(struct tracepoint *tp, char *format);

/* Where a field stands in the record; size 0 where there is no such field. */
struct trace_field {
	unsigned offset;
	unsigned size;
};

struct trace_field tracepoint_field(const struct tracepoint *tp,
				    const char *name);

/* Bytes of a record, up to the end of its last field. */
unsigned tracepoint_size(const struct tracepoint *tp);

/*
 * The name that the format's own table (__print_symbolic) gives to value of
 * field, copied to name; false, and name empty, where it gives none.
 */
bool tracepoint_symbol(const struct tracepoint *tp, const char *field,
		       uint64_t value, char *name, size_t size);

/*
 * An unsigned field of a record of size bytes; 0 where the field does not
 * exist or the record is too short.
 */
uint64_t trace_number(const uint8_t *record, size_t size,
		      struct trace_field field);

#endif
