/* SPDX-License-Identifier: MIT */
/* report_case.c - a small report to write, as each test wants it changed */
#include "report_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "evidence.h"
#include "packets.h"
#include "places.h"

enum { MS = REPORT_MS };

static const uint64_t BASE_NS = 1795348800000000000;

struct input inputs[2];
const struct log_frame frames[1] = {{"/bin/no-such-app", "0a0b", 4660}};
struct log_event event, received;
struct rung ladder[REPORT_RUNGS];
struct finding finding;
struct report report;
char *text;
static size_t text_len;

static void set_inputs(void)
{
	inputs[0] = (struct input){.path = "logs/server.jsonl",
				   .is_log = true,
				   .count = 3,
				   .records = 3};
	inputs[1] = (struct input){.path = "lo.pcap", .count = 7, .bytes = 420};
}

static void set_events(void)
{
	event = (struct log_event){
		.action = RST_RESET_PREDICTED,
		.line = 3,
		.pid = 4242,
		.process = "server",
		.call = "close",
		.fd = 5,
		.sender = RST_SENDER_SELF,
		.have = RST_HAVE_UNREAD,
		.unread = 11,
		.local = address("10.0.0.2", 80),
		.peer = address("10.0.0.1", 40000),
		.stack = frames,
		.stack_len = 1,
		.message = "server[4242]: close(5) will reset.",
	};
	received = event;
	received.action = RST_RESET_RECEIVED;
	received.process = "client";
	received.call = "read";
	received.error = "ECONNRESET";
	received.local = event.peer;
	received.peer = event.local;
}

static void set_rung(unsigned i, int ms, uint8_t flags, uint32_t len,
		     bool is_from_source)
{
	ladder[i] = (struct rung){
		.ts_ns = BASE_NS + (uint64_t)((int64_t)ms * MS),
		.frame = {i + 3, 1},
		.flags = flags,
		.len = len,
		.is_from_source = is_from_source,
	};
}

static void set_finding(void)
{
	set_rung(0, -2002, SEG_SYN, 0, false);
	set_rung(1, -2001, SEG_SYN | SEG_ACK, 0, true);
	set_rung(2, -2000, SEG_ACK, 0, false);
	set_rung(3, -100, SEG_PSH | SEG_ACK, 11, false);
	set_rung(4, 0, SEG_RST | SEG_ACK, 0, true);
	finding = (struct finding){
		.kind = FINDING_RESET,
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_PREDICTED,
		.ts_ns = BASE_NS,
		.source = event.local,
		.destination = event.peer,
		.frame = {7, 1},
		.ladder = ladder,
		.ladder_len = 5,
		.ladder_earlier = 2,
		.client = -1,
		.event = &event,
		.lead_ns = 84000,
	};
	evidence_add(&finding, EVIDENCE_ACTIVE, 0, 0);
	evidence_add(&finding, EVIDENCE_LOGGED, 84000, 0);
	evidence_add(&finding, EVIDENCE_FACTS, 0, 0);
}

int fresh(void **state)
{
	(void)state;
	set_inputs();
	set_events();
	set_finding();
	report = (struct report){
		.inputs = inputs,
		.input_count = 2,
		.findings = &finding,
		.finding_count = 1,
		.events = &event,
		.event_count = 1,
		.flows = {.connections = 1},
		.elapsed_ns = 3 * MS,
	};
	return 0;
}

int done(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

const char *write_as(const char *format, struct report_options o)
{
	FILE *out;

	free(text);
	out = open_memstream(&text, &text_len);
	o.places = places_new();
	assert_non_null(o.places);
	assert_int_equal(reporter_find(format)->write(&report, &o, out), 0);
	fclose(out);
	places_free(o.places);
	return text;
}

const char *as_text(void)
{
	return write_as("text", (struct report_options){.width = 78});
}

json_object *json_line(unsigned n)
{
	const char *s = write_as("json", (struct report_options){0});
	json_object *o;

	while (n--)
		s = strchr(s, '\n') + 1;
	o = json_tokener_parse(s); /* stops at the end of the object */
	assert_non_null(o);
	return o;
}

const char *string(json_object *o, const char *key)
{
	return json_object_get_string(json_object_object_get(o, key));
}

int64_t number(json_object *o, const char *key)
{
	return json_object_get_int64(json_object_object_get(o, key));
}
