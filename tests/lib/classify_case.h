/* SPDX-License-Identifier: MIT */
/* classify_case.h - a connection of packets, and the reset that ends it. */
#ifndef TESTS_CLASSIFY_CASE_H
#define TESTS_CLASSIFY_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "classify.h"
#include "evidence.h"
#include "talk.h"

static struct flows *flows;
static struct talk t;

static inline int fresh(void **state)
{
	(void)state;
	flows = flows_new(64);
	t = talk_new();
	return flows ? 0 : -1;
}

static inline int done(void **state)
{
	(void)state;
	flows_free(flows);
	return 0;
}

static inline void add(struct segment s)
{
	flows_prepare(flows, &s);
	flows_add(flows, &s);
}

static inline struct segment say(int who, uint8_t flags, uint32_t len)
{
	struct segment s = talk_say(&t, who, flags, len);

	add(s);
	return s;
}

static inline void handshake(void)
{
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
}

/* A connection on which a request and its answer went. */
static inline void established(void)
{
	handshake();
	say(CLIENT, SEG_PSH | SEG_ACK, 100);
	say(SERVER, SEG_PSH | SEG_ACK, 200);
	say(CLIENT, SEG_ACK, 0);
}

static inline void closed_by_client(void)
{
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	say(SERVER, SEG_ACK, 0);
}

static inline struct finding classify(struct segment reset,
				      struct finding *first)
{
	struct past past[CLASSIFY_PAST + 1];
	struct flow_step step;
	struct finding f;
	size_t n;

	flows_prepare(flows, &reset);
	step = flows_add(flows, &reset);
	n = flows_past(flows, step.flow, past, CLASSIFY_PAST + 1);
	assert_null(step.copied);
	if (first)
		classify_echo(first, step.flow, step.dir, &reset, past + 1,
			      n - 1, &f);
	else
		classify_reset(step.flow, step.rare, step.dir, &reset, past + 1,
			       n - 1, &f);
	return f;
}

static inline struct finding expect(struct segment reset, enum rst_cause cause,
				    enum rst_certainty certainty,
				    enum trigger trigger)
{
	struct finding f = classify(reset, NULL);

	assert_string_equal(rst_cause_slug(f.cause), rst_cause_slug(cause));
	assert_int_equal(f.certainty, certainty);
	assert_string_equal(trigger_name(f.trigger), trigger_name(trigger));
	assert_int_equal(f.verdict, cause == RST_CAUSE_UNEXPLAINED
					    ? VERDICT_UNEXPLAINED
					    : VERDICT_EXPLAINED);
	return f;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

#endif
