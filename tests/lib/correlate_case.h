/* SPDX-License-Identifier: MIT */
/* correlate_case.h - a connection's packets beside the records of its ends. */
#ifndef TESTS_CORRELATE_CASE_H
#define TESTS_CORRELATE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis_packets.h"
#include "evidence.h"
#include "packets.h"
#include "talk.h"

enum { LOG, CAPTURE, OTHER_LOG, INPUTS, EVENTS_MAX = 512 };

static const uint64_t MS = 1000000, S = 1000000000;

static struct input inputs[INPUTS];
static struct report report;
static struct packets packets;
static struct log_event events[EVENTS_MAX];
static size_t event_count;
static struct talk t;

static inline int fresh(void **state)
{
	(void)state;
	t = talk_new();
	event_count = 0;
	memset(inputs, 0, sizeof(inputs));
	inputs[LOG].is_log = inputs[OTHER_LOG].is_log = true;
	report = (struct report){.inputs = inputs, .input_count = INPUTS};
	packets = (struct packets){
		.flows = flows_new(64),
		.room = strings_new(),
		.report = &report,
	};
	return packets.flows && packets.room ? 0 : -1;
}

static inline int done(void **state)
{
	(void)state;
	flows_free(packets.flows);
	strings_free(packets.room);
	correlation_free(packets.correlation);
	free(report.findings);
	return 0;
}

/* A record that the program at end `who` made just now. */
static inline struct log_event *record(enum rst_action action, int who,
				       enum rst_cause cause)
{
	struct log_event *e = &events[event_count++];

	*e = (struct log_event){
		.action = action,
		.log = LOG,
		.line = event_count,
		.ts_ns = t.now_ns,
		.pid = 42 + who,
		.process = who == CLIENT ? "client" : "server",
		.call = "close",
		.fd = 5,
		.cause = cause,
		.certainty = RST_CERTAIN,
		.sender = rst_cause_sender(cause),
		.local = t.end[who],
		.peer = t.end[!who],
	};
	return e;
}

static inline struct log_event *predict(int who, enum rst_cause cause)
{
	return record(RST_RESET_PREDICTED, who, cause);
}

static inline void with_bytes(struct log_event *e, uint64_t sent,
			      uint64_t received)
{
	e->have |= RST_HAVE_BYTES;
	e->bytes_sent = sent;
	e->bytes_received = received;
}

/*
 * The packets are kept until all records are there, since logs are read first:
 * which connections a capture holds, is asked by what the logs tell.
 */
static struct segment wire[64];
static size_t wire_count;

static inline struct segment put(struct segment s)
{
	wire[wire_count++] = s;
	return s;
}

static inline struct segment say(int who, uint8_t flags, uint32_t len)
{
	return put(talk_say(&t, who, flags, len));
}

static inline void handshake(void)
{
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
}

static inline void request(void)
{
	handshake();
	say(CLIENT, SEG_PSH | SEG_ACK, 27);
	say(SERVER, SEG_PSH | SEG_ACK, 14);
}

static inline void run(void)
{
	packets.correlation = correlation_new(events, event_count);
	assert_non_null(packets.correlation);
	for (size_t i = 0; i < wire_count; i++) {
		struct bytes b;
		struct packet p;

		bytes_begin(&b);
		bytes_tcp(&b, &wire[i]);
		bytes_ip(&b, &wire[i], 6);
		p = bytes_packet(&b, 101);
		p.ts_ns = wire[i].ts_ns;
		p.frame = i + 1;
		packets_take(&packets, &inputs[CAPTURE], CAPTURE, &p);
	}
	packets_flush(&packets);
	wire_count = 0;
	assert_int_equal(correlation_run(packets.correlation, &report), 0);
}

static inline const struct finding *only(void)
{
	assert_int_equal(report.finding_count, 1);
	return &report.findings[0];
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

#endif
