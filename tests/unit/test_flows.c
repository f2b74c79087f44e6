/* SPDX-License-Identifier: MIT */
/* test_flows.c - connections are followed, told apart, and let go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flows.h"
#include "packets.h"
#include "talk.h"

static struct flows *flows;
static struct talk t;

static int fresh(void **state)
{
	(void)state;
	flows = flows_new(64);
	t = talk_new();
	return flows ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	flows_free(flows);
	return 0;
}

static struct flow_step add(struct segment s)
{
	flows_prepare(flows, &s);
	flows_fetch(flows, &s);
	return flows_add(flows, &s);
}

static struct flow *say(int who, uint8_t flags, uint32_t len)
{
	return add(talk_say(&t, who, flags, len)).flow;
}

static void handshake(void)
{
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
}

static void both_directions_are_one_connection(void **state)
{
	struct flow_step a = add(talk_say(&t, CLIENT, SEG_SYN, 0));
	struct flow_step b = add(talk_say(&t, SERVER, SEG_SYN | SEG_ACK, 0));

	(void)state;
	assert_ptr_equal(b.flow, a.flow);
	assert_int_equal(a.dir, 0);
	assert_int_equal(b.dir, 1);
	assert_int_equal(a.flow->side[0].isn, 1000);
	assert_int_equal(a.flow->side[1].isn, 5000);
	assert_int_equal(a.flow->flags & (FLOW_CLIENT_0 | FLOW_CLIENT_1),
			 FLOW_CLIENT_0);
	assert_int_equal(flows_stats(flows)->connections, 1);
}

static void ports_and_addresses_tell_connections_apart(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_ACK, 1);
	t.end[CLIENT].port++;
	assert_ptr_not_equal(say(CLIENT, SEG_SYN, 0), f);
	t.end[CLIENT].port--;
	t.end[CLIENT].ip[3]++;
	assert_ptr_not_equal(say(CLIENT, SEG_SYN, 0), f);
	assert_int_equal(flows_stats(flows)->live, 3);
}

static void numbers_follow_data_and_acknowledgments(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	say(CLIENT, SEG_ACK, 100);
	f = say(SERVER, SEG_ACK, 7);
	assert_int_equal(f->side[0].next, 1101);
	assert_int_equal(f->side[1].ack, 1101);
	assert_int_equal(f->side[1].next, 5008);
	assert_int_equal(flow_window(f, 0), 502 << 7);
}

static void a_retransmission_changes_no_numbers(void **state)
{
	struct segment s;
	struct flow *f;

	(void)state;
	handshake();
	s = talk_say(&t, CLIENT, SEG_ACK, 100);
	add(s);
	f = say(SERVER, SEG_ACK, 0);
	s.ts_ns = t.now_ns + 1000000;
	assert_null(add(s).copied);
	assert_int_equal(f->side[0].next, 1101);
	assert_false(f->side[0].flags & SIDE_HOLE);
	assert_int_equal(f->packets, 6);
}

static void numbers_wrap(void **state)
{
	struct flow *f;

	(void)state;
	t.next[CLIENT] = UINT32_MAX - 50;
	handshake();
	f = say(CLIENT, SEG_ACK, 100);
	assert_int_equal(f->side[0].next, 50);
	say(SERVER, SEG_ACK, 0);
	assert_int_equal(f->side[1].ack, 50);
	assert_false(f->side[0].flags & SIDE_HOLE);
}

static void a_capture_may_begin_in_the_middle(void **state)
{
	struct flow *f;

	(void)state;
	f = say(SERVER, SEG_PSH | SEG_ACK, 300);
	say(CLIENT, SEG_ACK, 0);
	assert_false(f->side[0].flags & SIDE_ISN);
	assert_false(f->flags & (FLOW_CLIENT_0 | FLOW_CLIENT_1));
	assert_int_equal(f->side[0].next, 5300);
	assert_int_equal(f->side[1].ack, 5300);
}

static void a_syn_ack_alone_tells_both_initial_numbers(void **state)
{
	struct flow *f;

	(void)state;
	talk_say(&t, CLIENT, SEG_SYN, 0); /* not captured */
	f = say(SERVER, SEG_SYN | SEG_ACK, 0);
	assert_int_equal(f->side[1].flags & SIDE_ISN, SIDE_ISN);
	assert_int_equal(f->side[1].isn, 1000);
	assert_int_equal(f->flags & FLOW_CLIENT_1, FLOW_CLIENT_1);
}

static void what_was_acknowledged_but_not_seen_is_a_hole(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	say(CLIENT, SEG_ACK, 10);
	talk_say(&t, CLIENT, SEG_ACK, 90); /* lost by the capture */
	f = say(SERVER, SEG_ACK, 0);
	assert_int_equal(f->side[0].next, 1101);
	assert_int_equal(f->side[0].flags & SIDE_HOLE, SIDE_HOLE);
}

static void two_fins_acknowledged_finish_a_connection(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_FIN | SEG_ACK, 0);
	assert_int_equal(f->side[0].flags & SIDE_FIN, SIDE_FIN);
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	assert_int_equal(f->side[0].flags & SIDE_FIN_ACKED, SIDE_FIN_ACKED);
	assert_false(f->flags & FLOW_FINISHED);
	say(CLIENT, SEG_ACK, 0);
	assert_true(f->flags & FLOW_FINISHED);
}

static void a_new_syn_begins_a_new_connection_on_the_same_ports(void **state)
{
	struct flow *f;
	uint16_t generation;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_ACK, 10);
	generation = f->generation;
	t.next[CLIENT] = 900000;
	assert_ptr_equal(say(CLIENT, SEG_SYN, 0), f);
	assert_int_not_equal(f->generation, generation);
	assert_int_equal(f->side[0].isn, 900000);
	assert_false(f->side[1].flags & SIDE_SEEN);
	assert_int_equal(f->packets, 1);
	assert_int_equal(flows_stats(flows)->connections, 2);
}

static void a_syn_sent_again_is_the_same_connection(void **state)
{
	struct segment syn = talk_say(&t, CLIENT, SEG_SYN, 0);

	(void)state;
	add(syn);
	syn.ts_ns += 1000000000;
	add(syn);
	assert_int_equal(flows_stats(flows)->connections, 1);
}

static void a_syn_after_a_reset_is_a_new_connection_even_if_alike(void **state)
{
	struct segment syn = talk_say(&t, CLIENT, SEG_SYN, 0);

	(void)state;
	add(syn);
	add(talk_deny(&t, SERVER, &syn));
	syn.ts_ns += 500000000;
	add(syn);
	assert_int_equal(flows_stats(flows)->connections, 2);
}

static void a_half_closed_predecessor_is_remembered(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	t.next[CLIENT] = 900000;
	f = say(CLIENT, SEG_SYN, 0);
	assert_int_equal(f->flags & FLOW_PRIOR_HALF_1, FLOW_PRIOR_HALF_1);
	assert_int_equal(f->flags & FLOW_PRIOR_HALF_0, 0);
}

static void probes_are_counted_until_they_are_answered(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_ACK, 10);
	say(SERVER, SEG_ACK, 0);
	talk_wait(&t, 60);
	add(talk_probe(&t, SERVER));
	talk_wait(&t, 60);
	add(talk_probe(&t, SERVER));
	assert_int_equal(f->side[1].probes, 2);
	assert_int_equal(f->side[1].next, 5001);
	say(CLIENT, SEG_ACK, 0);
	assert_int_equal(f->side[1].probes, 0);
}

static void silence_is_remembered_with_its_end(void **state)
{
	struct flow_step step;

	(void)state;
	handshake();
	talk_wait(&t, 60);
	step = add(talk_say(&t, SERVER, SEG_ACK, 10));
	say(CLIENT, SEG_ACK, 0);
	assert_in_range(step.rare->idle_ms, 60000, 60001);
	assert_in_range(step.rare->spoke_ms, 60000, 60001);
}

static void a_copy_from_a_second_tap_is_not_taken_in(void **state)
{
	struct segment s[3], copy;
	struct flow *f = NULL;

	(void)state;
	s[0] = talk_say(&t, CLIENT, SEG_SYN, 0);
	s[1] = talk_say(&t, SERVER, SEG_SYN | SEG_ACK, 0);
	s[2] = talk_say(&t, CLIENT, SEG_ACK, 0);
	for (int i = 0; i < 3; i++)
		f = add(s[i]).flow;
	for (int i = 0; i < 3; i++) {
		copy = s[i];
		copy.tap = 1;
		copy.ts_ns += 1000;
		copy.ttl--; /* it was forwarded */
		assert_int_equal(add(copy).copied->frame, s[i].frame);
	}
	assert_int_equal(f->packets, 3);
	assert_int_equal(flows_stats(flows)->copies, 3);
	assert_int_equal(flows_stats(flows)->connections, 1);
}

static void alike_packets_on_one_tap_are_two(void **state)
{
	struct segment s, copy, data;

	(void)state;
	handshake();
	data = talk_say(&t, CLIENT, SEG_ACK, 10);
	add(data);
	s = talk_deny(&t, SERVER, &data);
	add(s);
	assert_null(add(s).copied);
	copy = s;
	copy.tap = 1;
	assert_non_null(add(copy).copied);
	assert_non_null(add(copy).copied);
	assert_null(add(copy).copied);
}

static void past_packets_come_newest_first(void **state)
{
	struct past past[8];
	struct flow *f;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_ACK, 10);
	assert_int_equal(flows_past(flows, f, past, 8), 4);
	assert_int_equal(past[0].len, 10);
	assert_int_equal(past[0].dir, 0);
	assert_int_equal(past[3].flags, SEG_SYN);
	assert_int_equal(flows_past(flows, f, past, 2), 2);
}

static void history_forgets_what_is_overwritten(void **state)
{
	struct talk other = talk_new();
	struct past past[8];
	struct flow *f;

	(void)state;
	handshake();
	other.end[CLIENT].port = 9;
	for (int i = 0; i < HISTORY_MAX - 1; i++)
		add(talk_say(&other, CLIENT, SEG_ACK, 1));
	f = say(CLIENT, SEG_ACK, 10);
	assert_int_equal(flows_past(flows, f, past, 8), 1);
	assert_int_equal(past[0].len, 10);
}

static void finished_connections_are_released_after_a_minute(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		t.end[CLIENT].port++;
		handshake();
		add(talk_abort(&t, SERVER));
	}
	assert_int_equal(flows_stats(flows)->live, 10);
	talk_wait(&t, 61);
	t.end[CLIENT].port++;
	say(CLIENT, SEG_SYN, 0);
	assert_int_equal(flows_stats(flows)->live, 1);
	assert_int_equal(flows_stats(flows)->forgotten, 0);
}

static void a_flood_of_syns_pushes_out_no_connection(void **state)
{
	struct flow *f;

	(void)state;
	handshake();
	f = say(CLIENT, SEG_ACK, 10);
	for (unsigned i = 0; i < 100000; i++) {
		struct talk flood = talk_new();

		flood.end[CLIENT].ip[1] = (uint8_t)(i >> 16);
		flood.end[CLIENT].ip[2] = (uint8_t)(i >> 8);
		flood.end[CLIENT].ip[3] = (uint8_t)i;
		flood.end[CLIENT].port = 7;
		add(talk_say(&flood, CLIENT, SEG_SYN, 0));
		if (i % 32 == 0)
			assert_ptr_equal(say(CLIENT, SEG_ACK, 1), f);
	}
	assert_int_equal(flows_stats(flows)->live, 64);
	assert_int_equal(flows_stats(flows)->live_most, 64);
	assert_int_equal(flows_stats(flows)->forgotten, 100000 - 63);
	assert_int_equal(f->side[0].isn, 1000);
}

/* Every address is found again, whatever was released in between. */
static void the_index_survives_a_storm_of_inserts_and_releases(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		struct talk one = talk_new();
		uint64_t before;

		one.now_ns += i * 10000000000ull;
		one.end[CLIENT].port = (uint16_t)(i * 7919 % 50000);
		before = flows_stats(flows)->connections;
		add(talk_say(&one, CLIENT, SEG_SYN, 0));
		add(talk_say(&one, SERVER, SEG_SYN | SEG_ACK, 0));
		add(talk_abort(&one, SERVER));
		assert_int_equal(flows_stats(flows)->connections, before + 1);
	}
	assert_in_range(flows_stats(flows)->live, 1, 8);
}

static void clearing_forgets_every_connection(void **state)
{
	(void)state;
	handshake();
	flows_clear(flows);
	assert_int_equal(flows_stats(flows)->live, 0);
	assert_int_equal(say(CLIENT, SEG_ACK, 1)->packets, 1);
}

/*
 * Of so many connections some ten share their whole hash with another; and
 * the table has grown several times.
 */
static void many_connections_are_kept_apart(void **state)
{
	enum { MANY = 300000 };
	struct flows *large = flows_new(MANY);
	struct talk many = talk_new();

	(void)state;
	assert_non_null(large);
	for (uint32_t i = 0; i < 2 * MANY; i++) {
		struct segment s;
		struct flow_step step;

		many.end[CLIENT].ip[3] = (uint8_t)(i % MANY >> 16);
		many.end[CLIENT].port = (uint16_t)(i % MANY);
		many.next[CLIENT] = 1000;
		s = talk_say(&many, CLIENT, SEG_SYN, 0);
		flows_prepare(large, &s);
		step = flows_add(large, &s);
		assert_int_equal(step.is_new, i < MANY);
		assert_int_equal(step.dir, 0);
	}
	assert_int_equal(flows_stats(large)->connections, MANY);
	assert_int_equal(flows_stats(large)->forgotten, 0);
	flows_free(large);
}

static struct flow_step syn_of(struct flows *table, uint32_t i)
{
	struct talk one = talk_new();
	struct segment s;

	one.end[CLIENT].ip[3] = (uint8_t)(i >> 16);
	one.end[CLIENT].port = (uint16_t)i;
	s = talk_say(&one, CLIENT, SEG_SYN, 0);
	flows_prepare(table, &s);
	return flows_add(table, &s);
}

/*
 * Half of the slots are taken, the most there ever are, so some connections lie
 * too far from their slot for it to say how far; each new one pushes out one.
 */
static void a_full_table_finds_whom_it_has_not_forgotten(void **state)
{
	enum { FULL = (1 << 17) - 1, ALL = 3 * FULL };
	struct flows *full = flows_new(FULL);

	(void)state;
	assert_non_null(full);
	for (uint32_t i = 0; i < ALL; i++)
		assert_true(syn_of(full, i).is_new);
	for (uint32_t i = ALL - FULL; i < ALL; i++)
		assert_false(syn_of(full, i).is_new);
	assert_int_equal(flows_stats(full)->live, FULL);
	assert_int_equal(flows_stats(full)->forgotten, ALL - FULL);
	flows_free(full);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(many_connections_are_kept_apart),
		TEST(a_full_table_finds_whom_it_has_not_forgotten),
		TEST(both_directions_are_one_connection),
		TEST(ports_and_addresses_tell_connections_apart),
		TEST(numbers_follow_data_and_acknowledgments),
		TEST(a_retransmission_changes_no_numbers),
		TEST(numbers_wrap),
		TEST(a_capture_may_begin_in_the_middle),
		TEST(a_syn_ack_alone_tells_both_initial_numbers),
		TEST(what_was_acknowledged_but_not_seen_is_a_hole),
		TEST(two_fins_acknowledged_finish_a_connection),
		TEST(a_new_syn_begins_a_new_connection_on_the_same_ports),
		TEST(a_syn_sent_again_is_the_same_connection),
		TEST(a_syn_after_a_reset_is_a_new_connection_even_if_alike),
		TEST(a_half_closed_predecessor_is_remembered),
		TEST(probes_are_counted_until_they_are_answered),
		TEST(silence_is_remembered_with_its_end),
		TEST(a_copy_from_a_second_tap_is_not_taken_in),
		TEST(alike_packets_on_one_tap_are_two),
		TEST(past_packets_come_newest_first),
		TEST(history_forgets_what_is_overwritten),
		TEST(finished_connections_are_released_after_a_minute),
		TEST(a_flood_of_syns_pushes_out_no_connection),
		TEST(the_index_survives_a_storm_of_inserts_and_releases),
		TEST(clearing_forgets_every_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
