/* SPDX-License-Identifier: MIT */
/* sink.h - numbers the events and writes them to the log or stderr. */
#ifndef RSTWATCH_SINK_H
#define RSTWATCH_SINK_H

#include <stdbool.h>

#include "rstwatch/record.h"

#include "calls.h"

/* Opens the log and writes process-started; after config and process. */
void sink_start(void);

/* True if events of this level are shown at all. */
bool sink_shows(enum rst_level level);

/*
 * Writes one event. The caller fills what it knows of the socket and the call;
 * time, number, process and thread are filled in here. Needs 17 KiB of stack:
 * to be called aside (aside.h), from any thread.
 */
void sink_emit(struct rst_event *e);

/* Writes process-started in the child of a fork; aside. */
void sink_forked(void);

/* Writes process-ended, once, with what was lost. */
void sink_end(void);

/* The same, naming the call that stops us; nothing is written after it. */
void sink_stop(enum rst_call call);

#endif
