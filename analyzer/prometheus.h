/* SPDX-License-Identifier: MIT */
/* prometheus.h - the report as counters for monitoring. */
#ifndef ANALYZER_PROMETHEUS_H
#define ANALYZER_PROMETHEUS_H

#include <stdio.h>

#include "model.h"

/*
 * Writes the findings counted by cause, program and verdict in Prometheus'
 * text format 0.0.4, as node_exporter's textfile collector reads it. 0, or -1
 * where memory is short; errors of out are left to the caller's ferror().
 */
int prometheus_write(FILE *out, const struct report *r);

#endif
