/* SPDX-License-Identifier: MIT */
/* correlate.h - ties resets of captures to records of logs. */
#ifndef ANALYZER_CORRELATE_H
#define ANALYZER_CORRELATE_H

#include "model.h"

struct correlation;

/* For the events of all logs, which must stay; NULL where memory is short. */
struct correlation *correlation_new(const struct log_event *events,
				    size_t count);
void correlation_free(struct correlation *c);

/* A capture holds a connection between these two. */
void correlation_saw(struct correlation *c, const struct rst_addr *a,
		     const struct rst_addr *b);

/*
 * Ties report->findings to the events: sets event, received, lead_ns, verdict
 * and the cause that a log knows better, estimates each log's clock offset,
 * and adds a finding for each event that no reset belongs to. 0, or -1 where
 * memory is short. The findings are sorted by time afterwards.
 */
int correlation_run(struct correlation *c, struct report *report);

#endif
