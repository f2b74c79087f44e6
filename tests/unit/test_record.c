/* SPDX-License-Identifier: MIT */
/* test_record.c - an event as JSON: read back by json-c, never half a line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "rstwatch/record.h"

static const struct rst_frame frames[] = {
	{"/usr/bin/server", 4660, {0xab, 0x01, 0xff}, 3},
	{"/usr/lib/libc.so.6", 99, {0}, 0},
	{NULL, 0, {0}, 0},
};

enum { FRAME_COUNT = sizeof(frames) / sizeof(frames[0]) };

/* An event in which every key has a value. */
static struct rst_event full_event(void)
{
	return (struct rst_event){
		.action = RST_RESET_PREDICTED,
		.level = RST_WARN,
		.realtime_ns = 1795348800123456789,
		.mono_ns = 77000000001,
		.seq = 3,
		.host = "box",
		.pid = 4242,
		.tid = 4243,
		.process_name = "server",
		.executable = "/usr/bin/server",
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.sender = RST_SENDER_SELF,
		.call = "close",
		.fd = 5,
		.error = ECONNRESET,
		.facts = {.have = ~0u,
			  .state = RST_CLOSE_WAIT,
			  .unread = 11,
			  .unacked = 22,
			  .unsent = 7,
			  .linger = 0,
			  .linger2 = -1,
			  .unaccepted = 2,
			  .bytes_sent = 5000000000,
			  .bytes_received = 6,
			  .cookie = 12345,
			  .local = {{127, 0, 0, 1}, 8080, 4, 0},
			  .peer = {{127, 0, 0, 1}, 51234, 4, 0},
			  .holder = RST_HOLDER_PROCESS,
			  .holder_pid = 77},
		.last = {"write", -1, 1234567, true},
		.stack = frames,
		.stack_len = FRAME_COUNT,
		.opened_at = &frames[1],
		.linger_set_at = &frames[0],
		.opened_by = "accept4",
		.linger_set_by = "setsockopt",
		.unread_kind = "TLS close_notify",
		.peek = (const uint8_t *)"GET /\x00\xff",
		.peek_len = 7,
		.lost = 1,
		.suppressed = 9,
	};
}

/* The line as json-c reads it; one line, one object, nothing behind it. */
static struct json_object *parsed(const struct rst_event *e)
{
	static char buf[RST_RECORD_STACK_BUF];
	struct rst_text t = rst_text_on(buf, sizeof(buf));
	struct json_object *o;

	rst_record_json(&t, e);
	assert_false(t.cut);
	assert_ptr_equal(memchr(buf, '\n', t.len), buf + t.len - 1);
	buf[t.len - 1] = '\0';
	o = json_tokener_parse(buf);
	assert_non_null(o);
	assert_true(json_object_is_type(o, json_type_object));
	return o;
}

static struct json_object *at(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		fail_msg("no key %s", key);
	return v;
}

static void expect_str(struct json_object *o, const char *key, const char *s)
{
	struct json_object *v = at(o, key);

	assert_true(json_object_is_type(v, json_type_string));
	assert_string_equal(json_object_get_string(v), s);
}

static void expect_int(struct json_object *o, const char *key, int64_t n)
{
	struct json_object *v = at(o, key);

	assert_true(json_object_is_type(v, json_type_int));
	assert_int_equal(json_object_get_int64(v), n);
}

static void a_full_event_has_the_keys_of_the_contract(void **state)
{
	struct rst_event e = full_event();
	struct json_object *o = parsed(&e);

	(void)state;
	expect_str(o, "@timestamp", "2026-11-22T12:00:00.123456789Z");
	expect_str(o, "event.action", "reset-predicted");
	expect_str(o, "log.level", "warn");
	expect_str(o, "host.name", "box");
	expect_int(o, "process.pid", 4242);
	expect_int(o, "process.thread.id", 4243);
	expect_str(o, "process.name", "server");
	expect_str(o, "process.executable", "/usr/bin/server");
	expect_str(o, "network.transport", "tcp");
	expect_str(o, "network.type", "ipv4");
	expect_str(o, "network.local.address", "127.0.0.1");
	expect_int(o, "network.local.port", 8080);
	expect_str(o, "network.peer.address", "127.0.0.1");
	expect_int(o, "network.peer.port", 51234);
	expect_int(o, "rstwatch.schema", 1);
	expect_int(o, "rstwatch.seq", 3);
	expect_int(o, "rstwatch.mono_ns", 77000000001);
	expect_str(o, "rstwatch.cause", "unread-data");
	expect_str(o, "rstwatch.certainty", "certain");
	expect_str(o, "rstwatch.sender", "self");
	expect_str(o, "rstwatch.call", "close");
	expect_int(o, "rstwatch.fd", 5);
	expect_str(o, "rstwatch.errno", "ECONNRESET");
	expect_str(o, "rstwatch.state", "CLOSE_WAIT");
	expect_int(o, "rstwatch.unread_bytes", 11);
	expect_int(o, "rstwatch.unacked_bytes", 22);
	expect_int(o, "rstwatch.unsent_bytes", 7);
	expect_int(o, "rstwatch.linger", 0);
	expect_int(o, "rstwatch.unaccepted", 2);
	expect_int(o, "rstwatch.bytes_sent", 5000000000);
	expect_int(o, "rstwatch.bytes_received", 6);
	expect_int(o, "rstwatch.socket_cookie", 12345);
	expect_str(o, "rstwatch.advice", "Read to end of file before closing.");
	json_object_put(o);
}

static void a_full_event_has_its_history(void **state)
{
	struct rst_event e = full_event();
	struct json_object *o = parsed(&e), *after_fin, *set_at;

	(void)state;
	expect_str(o, "rstwatch.unread_kind", "TLS close_notify");
	expect_str(o, "rstwatch.peek", "GET /\\x00\\xff");
	expect_str(o, "rstwatch.last.call", "write");
	expect_int(o, "rstwatch.last.result", -1);
	expect_int(o, "rstwatch.last.ago_ns", 1234567);
	after_fin = at(o, "rstwatch.last.after_fin");
	assert_true(json_object_is_type(after_fin, json_type_boolean));
	assert_true(json_object_get_boolean(after_fin));
	expect_str(o, "rstwatch.opened_by", "accept4");
	expect_str(at(o, "rstwatch.opened_at"), "module", "/usr/lib/libc.so.6");
	expect_str(o, "rstwatch.linger_set_by", "setsockopt");
	set_at = at(o, "rstwatch.linger_set_at");
	expect_str(set_at, "build_id", "ab01ff");
	expect_str(o, "rstwatch.holder", "process");
	expect_int(o, "rstwatch.holder_pid", 77);
	expect_int(o, "rstwatch.suppressed", 9);
	json_object_put(o);
}

static void a_stack_is_an_array_innermost_first(void **state)
{
	struct rst_event e = full_event();
	struct json_object *o = parsed(&e), *stack = at(o, "rstwatch.stack");
	struct json_object *inner = json_object_array_get_idx(stack, 0);
	struct json_object *plain = json_object_array_get_idx(stack, 1);
	struct json_object *nowhere = json_object_array_get_idx(stack, 2);

	(void)state;
	assert_int_equal(json_object_array_length(stack), FRAME_COUNT);
	expect_str(inner, "module", "/usr/bin/server");
	expect_str(inner, "build_id", "ab01ff");
	expect_int(inner, "offset", 4660);
	assert_int_equal(json_object_object_length(plain), 2);
	assert_int_equal(json_object_object_length(nowhere), 0);
	json_object_put(o);
}

static void what_is_unknown_is_left_out(void **state)
{
	struct rst_event e = {.fd = -1, .seq = 1, .pid = 9, .level = RST_WARN};
	struct json_object *o = parsed(&e);

	(void)state;
	expect_str(o, "event.action", "process-started");
	expect_str(o, "message", "?[9]: started.");
	/* and @timestamp, log.level, process.pid, schema, seq, mono_ns */
	assert_int_equal(json_object_object_length(o), 8);
	json_object_put(o);
}

static void linger_that_is_off_is_left_out(void **state)
{
	struct rst_event e = full_event();
	struct json_object *o;

	(void)state;
	e.facts.linger = RST_LINGER_OFF;
	o = parsed(&e);
	assert_false(json_object_object_get_ex(o, "rstwatch.linger", NULL));
	json_object_put(o);
}

static void an_ended_process_says_what_was_lost(void **state)
{
	struct rst_event e = {.action = RST_PROCESS_ENDED, .fd = -1};
	struct json_object *o = parsed(&e);

	(void)state;
	expect_int(o, "rstwatch.lost", 0);
	json_object_put(o);
}

static void an_ipv6_peer_alone_names_the_type(void **state)
{
	struct rst_event e = full_event();
	struct json_object *o;

	(void)state;
	e.facts.local.family = 0;
	e.facts.peer = (struct rst_addr){{[15] = 1}, 443, 6, 0};
	o = parsed(&e);
	expect_str(o, "network.type", "ipv6");
	expect_str(o, "network.peer.address", "::1");
	assert_false(json_object_object_get_ex(o, "network.local.port", NULL));
	json_object_put(o);
}

static void hostile_names_come_back_as_they_were(void **state)
{
	static const char hostile[] = "/tmp/\"\\\n\x1b[2J\xe2\x80\xae";
	struct rst_event e = full_event();
	struct json_object *o;

	(void)state;
	e.process_name = e.executable = e.host = hostile;
	o = parsed(&e);
	expect_str(o, "process.name", hostile);
	expect_str(o, "process.executable", hostile);
	expect_str(o, "host.name", hostile);
	assert_non_null(strstr(json_object_get_string(at(o, "message")),
			       "/tmp/\"\\\\x0a\\x1b[2J\\xe2\\x80\\xae[4242]"));
	json_object_put(o);
}

/* Each whole line parses; each line that is cut leaves the buffer as it was. */
static void no_buffer_is_overrun_or_holds_half_a_line(void **state)
{
	static char buf[RST_RECORD_MAX], guarded[RST_RECORD_MAX];
	struct rst_event e = full_event();
	struct rst_text whole = rst_text_on(buf, sizeof(buf));
	size_t shortest = 0;

	(void)state;
	rst_record_json(&whole, &e);
	assert_false(whole.cut);
	for (size_t cap = 0; cap <= whole.len; cap++) {
		struct rst_text t = rst_text_on(guarded, cap);
		struct json_object *o;

		memset(guarded, '#', sizeof(guarded));
		rst_record_json(&t, &e);
		assert_int_equal(guarded[cap], '#');
		if (t.cut) {
			assert_int_equal(t.len, 0);
			assert_int_equal(shortest, 0);
			continue;
		}
		if (!shortest)
			shortest = t.len;
		assert_int_equal(guarded[t.len - 1], '\n');
		guarded[t.len - 1] = '\0';
		o = json_tokener_parse(guarded);
		assert_non_null(o);
		json_object_put(o);
	}
	assert_true(shortest > 0 && shortest < whole.len);
}

static void a_small_buffer_drops_the_outermost_frames(void **state)
{
	static char buf[RST_RECORD_MAX];
	struct rst_event e = full_event();
	struct rst_text whole = rst_text_on(buf, sizeof(buf)), less;
	struct json_object *o, *stack;

	(void)state;
	rst_record_json(&whole, &e);
	less = rst_text_on(buf, whole.len - 1);
	rst_record_json(&less, &e);
	assert_false(less.cut);
	buf[less.len - 1] = '\0';
	o = json_tokener_parse(buf);
	stack = at(o, "rstwatch.stack");
	assert_int_equal(json_object_array_length(stack), FRAME_COUNT - 1);
	expect_int(json_object_array_get_idx(stack, 0), "offset", 4660);
	json_object_put(o);
}

static void a_line_is_appended_behind_what_is_there(void **state)
{
	static char buf[RST_RECORD_MAX];
	struct rst_event e = {.fd = -1};
	struct rst_text t = rst_text_on(buf, sizeof(buf));
	size_t one;

	(void)state;
	rst_record_json(&t, &e);
	one = t.len;
	rst_record_json(&t, &e);
	assert_int_equal(t.len, 2 * one);
	assert_memory_equal(buf, buf + one, one);
}

/*
 * The promise of RST_RECORD_MAX: every untrusted byte escaped, every number
 * long; the names of calls are our own.
 */
static void the_worst_event_fits_without_its_stack(void **state)
{
	static char buf[RST_RECORD_MAX], path[4096], name[65];
	uint8_t peek[RST_PEEK_MAX] = {0};
	struct rst_frame frame = {path, UINT64_MAX, {0}, RST_BUILD_ID_MAX};
	struct rst_event e = full_event();
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	(void)state;
	for (size_t len = 100; len < sizeof(path); len++) {
		memset(path, 1, sizeof(path));
		path[len] = '\0';
		memset(name, 1, sizeof(name) - 1);
		e.host = e.process_name = name;
		e.call = e.opened_by = e.last.call = "epoll_pwait2_time64";
		e.executable = path;
		e.opened_at = e.linger_set_at = &frame;
		e.peek = peek;
		e.peek_len = RST_PEEK_MAX;
		e.stack_len = 0;
		e.cause = RST_CAUSE_LINGER_ZERO;
		e.realtime_ns = e.mono_ns = e.seq = UINT64_MAX;
		e.suppressed = e.facts.bytes_sent = UINT64_MAX;
		e.facts.bytes_received = e.facts.cookie = UINT64_MAX;
		e.facts.local.family = e.facts.peer.family = 6;
		t.len = 0;
		rst_record_json(&t, &e);
		assert_false(t.cut);
		assert_int_equal(buf[t.len - 1], '\n');
	}
}

static void names_of_errors_and_states_are_the_kernels(void **state)
{
	(void)state;
	assert_string_equal(rst_errno_name(ECONNRESET), "ECONNRESET");
	assert_string_equal(rst_errno_name(EPIPE), "EPIPE");
	assert_string_equal(rst_errno_name(ECONNREFUSED), "ECONNREFUSED");
	assert_string_equal(rst_errno_name(ETIMEDOUT), "ETIMEDOUT");
	assert_string_equal(rst_errno_name(0), "");
	assert_string_equal(rst_errno_name(-1), "");
	assert_string_equal(rst_errno_name(100000), "");
	assert_string_equal(rst_state_name(RST_CLOSE_WAIT), "CLOSE_WAIT");
	assert_string_equal(rst_state_name(RST_STATE_COUNT), "");
	assert_string_equal(rst_action_name(RST_ACTION_COUNT), "");
	assert_string_equal(rst_level_name(RST_DEBUG), "debug");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_event_has_the_keys_of_the_contract),
		cmocka_unit_test(a_full_event_has_its_history),
		cmocka_unit_test(a_stack_is_an_array_innermost_first),
		cmocka_unit_test(what_is_unknown_is_left_out),
		cmocka_unit_test(linger_that_is_off_is_left_out),
		cmocka_unit_test(an_ended_process_says_what_was_lost),
		cmocka_unit_test(an_ipv6_peer_alone_names_the_type),
		cmocka_unit_test(hostile_names_come_back_as_they_were),
		cmocka_unit_test(no_buffer_is_overrun_or_holds_half_a_line),
		cmocka_unit_test(a_small_buffer_drops_the_outermost_frames),
		cmocka_unit_test(a_line_is_appended_behind_what_is_there),
		cmocka_unit_test(the_worst_event_fits_without_its_stack),
		cmocka_unit_test(names_of_errors_and_states_are_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
