/* SPDX-License-Identifier: MIT */
/* page.c - writes the HTML report of ten thousand made-up resets. */
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "html.h"

enum { RESETS = 10000, EVENTS = 8, RUNGS = 6, FRAME = 12345678 };

static const uint64_t START_NS = UINT64_C(1795348800000000000);

static struct log_event events[EVENTS];
static struct rung ladders[RESETS][RUNGS];
static struct finding findings[RESETS];
static struct sighting sightings[RESETS];

/* The longest addresses that there are. */
static const struct rst_addr far = {{0x20, 0x01, 0xd, 0xb8, 0x85, 0xa3, 0x88,
				     0xd3, 0x13, 0x19, 0x8a, 0x2e, 0xa3, 0x70,
				     0x73, 0x44},
				    58080,
				    6,
				    0};

static bool is_ipv6(int i)
{
	return i % 4 == 3;
}

static void events_make(void)
{
	static const char *const programs[] = {
		"server", "nginx", "<b>odd</b>",
		"a-worker-whose-name-goes-on-for-as-long-as-there-is-room"};
	static const struct log_frame stack[] = {
		{"/usr/lib/none.so", NULL, 0x1234},
		{"/usr/bin/server", NULL, 0x5678},
	};

	for (int i = 0; i < EVENTS; i++) {
		events[i] = (struct log_event){
			.action = RST_RESET_PREDICTED,
			.log = 1,
			.line = 1000 + (uint64_t)i,
			.pid = 4242 + i,
			.process = programs[i % 4],
			.executable = "/usr/bin/server",
			.call = i & 4 ? "close" : "dup2",
			.fd = 5 + i,
			.message = "server[4242]: close(5) 127.0.0.1:8080 -> "
				   "127.0.0.1:51234 will reset: 11 unread "
				   "bytes (unread-data, certain). Read to end "
				   "of file before closing.",
			.sender = RST_SENDER_SELF,
			.have = RST_HAVE_UNREAD,
			.unread = i % 4 == 2 ? 4294967295 : 11,
			.unacked = i % 4 == 3 ? 4000000000 : 0,
			.unread_kind = "rest of an HTTP body",
			.local = {{127, 0, 0, 1}, 8080, 4, 0},
			.opened_by = "accept4",
			.opened_at = &stack[1],
			.stack = stack,
			.stack_len = 2,
		};
		if (is_ipv6(i))
			events[i].local = far;
	}
}

static void ladder_make(struct rung *r, uint64_t reset_ns)
{
	static const uint8_t flags[RUNGS] = {SEG_SYN, SEG_SYN | SEG_ACK,
					     SEG_ACK, SEG_PSH | SEG_ACK,
					     SEG_ACK, SEG_RST | SEG_ACK};

	for (int i = 0; i < RUNGS; i++)
		r[i] = (struct rung){
			.ts_ns = reset_ns - (uint64_t)(RUNGS - 1 - i) * 30000,
			.frame = {FRAME - RUNGS + (uint64_t)i + 1, 0},
			.flags = flags[i],
			.len = flags[i] & SEG_PSH ? 11 : 0,
			.is_from_source = i == 1 || i >= 4,
		};
}

/* In a second capture, behind a translator of addresses. */
static void sighting_make(int i)
{
	struct finding *f = &findings[i];

	sightings[i] = (struct sighting){
		.frame = {FRAME - 1, 2},
		.ts_ns = f->ts_ns,
		.source = far,
		.destination = far,
	};
	f->seen = &sightings[i];
	f->seen_len = 1;
}

static void finding_make(int i)
{
	struct finding *f = &findings[i];
	uint64_t ts_ns = START_NS + (uint64_t)i * 30000000000;

	ladder_make(ladders[i], ts_ns);
	*f = (struct finding){
		.kind = FINDING_RESET,
		.cause = (enum rst_cause)(1 + i * i % 8),
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_PREDICTED,
		.ts_ns = ts_ns,
		.source = {{127, 0, 0, 1}, 8080, 4, 0},
		.destination = {{127, 0, 0, 1}, (uint16_t)(20000 + i), 4, 0},
		.frame = {FRAME, i % 8 == 5 ? 2 : 0},
		.client = -1,
		.ladder = ladders[i],
		.ladder_len = RUNGS,
		.event = &events[i % EVENTS],
		.lead_ns = 12000,
	};
	if (is_ipv6(i)) {
		f->source = far;
		f->destination = far;
		f->destination.port = (uint16_t)(20000 + i);
	}
	if (f->frame.capture == 0)
		sighting_make(i);
	evidence_add(f, EVIDENCE_ACTIVE, 512, 0);
}

int main(void)
{
	static char long_path[300];
	struct input inputs[] = {
		{.path = "/var/tmp/capture.pcapng", .count = 123456},
		{.path = "server.jsonl", .is_log = true, .count = 9999},
		{.path = long_path,
		 .error = long_path,
		 .clock_offset_ns = 1,
		 .has_clock_offset = true},
	};
	struct report r = {.inputs = inputs,
			   .input_count = 3,
			   .findings = findings,
			   .finding_count = RESETS};
	struct places *places = places_new();

	if (!places)
		return 1;
	memset(long_path, 'p', sizeof(long_path) - 1);
	events_make();
	for (int i = 0; i < RESETS; i++)
		finding_make(i);
	if (html_write(stdout, &r, places, false) != 0 || fflush(stdout) != 0)
		return 1;
	places_free(places);
	return 0;
}
