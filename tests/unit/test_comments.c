/* SPDX-License-Identifier: MIT */
/* test_comments.c - what Wireshark will show beside a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "comments.h"

static struct places *places;

static int open_places(void **state)
{
	(void)state;
	places = places_new();
	return places ? 0 : -1;
}

static int close_places(void **state)
{
	(void)state;
	places_free(places);
	return 0;
}

static struct log_event event = {
	.pid = 4242,
	.process = "server",
	.call = "close",
	.fd = 5,
	.have = RST_HAVE_UNREAD,
	.unread = 11,
	.cause = RST_CAUSE_UNREAD_DATA,
};

static struct finding predicted(uint64_t frame)
{
	return (struct finding){
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_PREDICTED,
		.source = {{127, 0, 0, 1}, 8080, 4, 0},
		.destination = {{127, 0, 0, 1}, 51234, 4, 0},
		.frame = {frame, 0},
		.event = &event,
	};
}

static void says(const struct finding *f, const char *expected)
{
	char buf[512];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);

	comment_write(&t, f, places);
	buf[t.len] = '\0';
	assert_string_equal(buf, expected);
}

static void a_predicted_reset_names_process_call_and_bytes(void **state)
{
	struct finding f = predicted(8);

	(void)state;
	says(&f, "reset because server[4242] close(5) with 11 unread bytes "
		 "(unread-data, predicted)");
}

static void a_reset_without_a_log_names_what_it_answers(void **state)
{
	struct finding f = predicted(8);

	(void)state;
	f.event = NULL;
	f.cause = RST_CAUSE_REFUSED;
	f.verdict = VERDICT_EXPLAINED;
	f.trigger = TRIGGER_SYN;
	says(&f, "reset in answer to a SYN (refused, explained)");
}

static void an_escape_in_a_name_stays_text(void **state)
{
	struct log_event bad = event;
	struct finding f = predicted(8);

	(void)state;
	bad.process = "s\x1b[2J";
	f.event = &bad;
	says(&f, "reset because s\\x1b[2J[4242] close(5) with 11 unread bytes "
		 "(unread-data, predicted)");
}

static void comments_are_of_one_capture_in_the_order_of_frames(void **state)
{
	struct finding f[] = {predicted(9), predicted(3), predicted(5),
			      predicted(0)};
	struct input inputs[] = {{.path = "a.pcap"}, {.path = "b.pcap"}};
	struct report r = {.inputs = inputs,
			   .input_count = 2,
			   .findings = f,
			   .finding_count = 4};
	struct comments c;
	json_object *json, *cause;

	(void)state;
	f[2].frame.capture = 1;
	event.log = 0;
	assert_int_equal(comments_make(&c, &r, 0, places), 0);
	assert_int_equal(c.count, 2);
	assert_int_equal(c.annotation[0].frame, 3);
	assert_int_equal(c.annotation[1].frame, 9);
	json = json_tokener_parse(c.annotation[0].comments.text[1]);
	assert_non_null(json);
	assert_true(json_object_object_get_ex(json, "rstwatch.cause", &cause));
	assert_string_equal(json_object_get_string(cause), "unread-data");
	json_object_put(json);
	comments_free(&c);
}

static void each_frame_that_shows_a_reset_has_its_comments(void **state)
{
	const struct frame_copy copies[] = {{&copies[1], 8}, {NULL, 2}};
	struct finding f[] = {predicted(7), predicted(1)};
	struct input input = {.path = "a.pcapng"};
	struct report r = {.inputs = &input,
			   .input_count = 1,
			   .findings = f,
			   .finding_count = 2};
	static const uint64_t frames[] = {1, 2, 7, 8};
	struct comments c;

	(void)state;
	f[0].copies = copies;
	assert_int_equal(comments_make(&c, &r, 0, places), 0);
	assert_int_equal(c.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(c.annotation[i].frame, frames[i]);
	assert_string_equal(c.annotation[1].comments.text[1],
			    c.annotation[2].comments.text[1]);
	comments_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_predicted_reset_names_process_call_and_bytes),
		cmocka_unit_test(a_reset_without_a_log_names_what_it_answers),
		cmocka_unit_test(an_escape_in_a_name_stays_text),
		cmocka_unit_test(
			comments_are_of_one_capture_in_the_order_of_frames),
		cmocka_unit_test(
			each_frame_that_shows_a_reset_has_its_comments),
	};

	return cmocka_run_group_tests(tests, open_places, close_places);
}
