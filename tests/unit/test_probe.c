/* SPDX-License-Identifier: MIT */
/* test_probe.c - what a real socket tells of itself, state by state. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probing.h"
#include "tcp_situation.h"

/* The kernel's name of the state that each situation leads to. */
static void each_situation_has_its_state(void **state)
{
	static const struct {
		const char *situation;
		enum rst_state state;
	} rows[] = {
		{"established", RST_ESTABLISHED},
		{"they_half_closed", RST_CLOSE_WAIT},
		{"they_closed_behind_full_window", RST_ESTABLISHED},
		{"they_reset", RST_CLOSE},
		{"fin_wait1", RST_FIN_WAIT1},
		{"fin_wait2", RST_FIN_WAIT2},
		{"closing", RST_CLOSING},
		{"last_ack", RST_LAST_ACK},
		{"both_shut_us_first", RST_CLOSE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
		struct rst_facts f;

		situation_make(rows[i].situation, &p);
		f = probing_facts(p.ours);
		assert_true(f.have & RST_HAVE_STATE);
		assert_string_equal(rst_state_name(f.state),
				    rst_state_name(rows[i].state));
		tcp_pair_drop(&p);
	}
}

/*
 * 100 bytes there and 7 back, then one situation after the other: neither a
 * FIN nor what is still unsent may slip into the counts.
 */
static void bytes_are_counted_without_fin_in_every_state(void **state)
{
	static const char block[100];

	(void)state;
	for (const struct situation *s = situations; s->name; s++) {
		struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_ACCEPTED);
		uint64_t sent = sizeof(block);
		struct rst_facts f;

		tcp_send(p.ours, block, sizeof(block), 0);
		tcp_receive(p.theirs, sizeof(block));
		tcp_send(p.theirs, block, 7, 0);
		tcp_receive(p.ours, 7);
		s->make(&p);
		f = probing_facts(p.ours);
		/* Situations whose making sends one byte, or very many. */
		if (p.theirs < 0 && f.bytes_sent == sent + 1)
			sent++;
		if (f.state == RST_CLOSE) {
			assert_false(f.have & RST_HAVE_BYTES);
		} else if (!s->has_full_window && !f.unsent) {
			assert_true(f.have & RST_HAVE_BYTES);
			assert_int_equal(f.bytes_sent, sent);
		}
		if (f.have & RST_HAVE_BYTES && !s->has_full_window)
			assert_int_equal(f.bytes_received, 7);
		tcp_pair_drop(&p);
	}
}

static bool has_retransmitted(void *arg)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(*(int *)arg, IPPROTO_TCP, TCP_INFO, &info, &len) ==
		       0 &&
	       info.tcpi_total_retrans > 0;
}

static bool has_read_all(void *arg)
{
	const struct tcp_pair *p = arg;
	char buf[4096];

	while (recv(p->theirs, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	return probing_facts(p->ours).unacked == 0;
}

static void bytes_sent_counts_no_retransmission(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	size_t total;
	struct rst_facts f;

	(void)state;
	tcp_deafen(p.theirs);
	total = tcp_fill(p.ours);
	f = probing_facts(p.ours);
	assert_int_equal(f.bytes_sent + f.unsent, total);
	assert_int_equal(f.unacked, total);
	assert_true(tcp_wait(has_retransmitted, &p.ours));
	tcp_undeafen(p.theirs);
	assert_true(tcp_wait(has_read_all, &p));
	f = probing_facts(p.ours);
	assert_int_equal(f.bytes_sent, total);
	assert_int_equal(f.unsent, 0);
	tcp_pair_drop(&p);
}

static void unread_bytes_are_exact(void **state)
{
	static const struct {
		const char *burden;
		int inq; /* what SIOCINQ makes of it */
		uint32_t unread;
	} rows[] = {
		{"nothing", 0, 0},	  {"all_read", 0, 0},
		{"unread", 5, 5},	  {"urgent_unread", 0, 1},
		{"urgent_fetched", 0, 1}, {"hidden_by_mark", 0, 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
		struct rst_facts f;

		burden_load(rows[i].burden, &p);
		assert_int_equal(rst_probe_inq(p.ours), rows[i].inq);
		f = probing_facts(p.ours);
		assert_true(f.have & RST_HAVE_UNREAD);
		assert_int_equal(f.unread, rows[i].unread);
		/* The FIN is no data. */
		situation_make("they_half_closed", &p);
		assert_int_equal(probing_facts(p.ours).unread, rows[i].unread);
		tcp_pair_drop(&p);
	}
}

static void bytes_before_and_behind_the_mark_are_added(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV6, PAIR_CLIENT);

	(void)state;
	tcp_send(p.theirs, "ab", 2, 0);
	tcp_send(p.theirs, "!", 1, MSG_OOB);
	tcp_send(p.theirs, "cde", 3, 0);
	tcp_wait_readable(p.ours, 2);
	assert_int_equal(probing_facts(p.ours).unread, 6);
	tcp_pair_drop(&p);
}

static void unread_behind_a_mark_is_unknown_without_sock_diag(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f;

	(void)state;
	burden_load("hidden_by_mark", &p);
	assert_int_equal(rst_probe(p.ours, RST_WANT_ALL, NULL, NULL, &f), 0);
	assert_false(f.have & RST_HAVE_UNREAD);
	tcp_pair_drop(&p);
}

static void low_water_mark_hides_data_from_the_glance_alone(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);

	(void)state;
	tcp_set_int(p.ours, SOL_SOCKET, SO_RCVLOWAT, 100);
	burden_load("unread", &p);
	assert_int_equal(rst_probe_glance(p.ours), 0);
	assert_int_equal(rst_probe_inq(p.ours), 5);
	assert_int_equal(probing_facts(p.ours).unread, 5);
	tcp_pair_drop(&p);
}

static void glance_sees_data_mark_and_fin(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);

	(void)state;
	assert_int_equal(rst_probe_glance(p.ours), 0);
	burden_load("unread", &p);
	assert_int_equal(rst_probe_glance(p.ours), POLLIN);
	burden_load("urgent_unread", &p);
	assert_int_equal(rst_probe_glance(p.ours), POLLIN | POLLPRI);
	situation_make("they_half_closed", &p);
	assert_int_equal(rst_probe_glance(p.ours),
			 POLLIN | POLLPRI | POLLRDHUP);
	tcp_pair_drop(&p);
	assert_int_equal(rst_probe_glance(-1), 0);
}

static void unacked_and_unsent_leave_our_fin_out(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f;

	(void)state;
	tcp_deafen(p.theirs);
	tcp_send(p.ours, "0123456789", 10, 0);
	f = probing_facts(p.ours);
	assert_int_equal(f.unacked, 10);
	assert_int_equal(f.unsent, 0);
	assert_int_equal(shutdown(p.ours, SHUT_WR), 0);
	f = probing_facts(p.ours);
	assert_int_equal(f.unacked, 10);
	assert_int_equal(f.unsent, 0);
	assert_false(f.is_fin_unsent);
	tcp_pair_drop(&p);
}

static void fin_behind_unsent_data_is_unsent(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts before, after;

	(void)state;
	situation_make("unsent", &p);
	before = probing_facts(p.ours);
	assert_true(before.unsent > 0);
	assert_int_equal(shutdown(p.ours, SHUT_WR), 0);
	after = probing_facts(p.ours);
	assert_int_equal(after.unsent, before.unsent);
	assert_int_equal(after.unacked, before.unacked);
	assert_true(after.is_fin_unsent);
	tcp_pair_drop(&p);
}

static void queues_of_a_dead_connection_are_not_told(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	struct rst_facts f;

	(void)state;
	burden_load("unread", &p);
	situation_make("they_reset", &p);
	f = probing_facts(p.ours);
	assert_int_equal(f.have & (RST_HAVE_UNACKED | RST_HAVE_UNSENT |
				   RST_HAVE_BYTES | RST_HAVE_TIMES),
			 0);
	assert_int_equal(f.unread, 5);
	tcp_pair_drop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_situation_has_its_state),
		cmocka_unit_test(bytes_are_counted_without_fin_in_every_state),
		cmocka_unit_test(bytes_sent_counts_no_retransmission),
		cmocka_unit_test(unread_bytes_are_exact),
		cmocka_unit_test(bytes_before_and_behind_the_mark_are_added),
		cmocka_unit_test(
			unread_behind_a_mark_is_unknown_without_sock_diag),
		cmocka_unit_test(
			low_water_mark_hides_data_from_the_glance_alone),
		cmocka_unit_test(glance_sees_data_mark_and_fin),
		cmocka_unit_test(unacked_and_unsent_leave_our_fin_out),
		cmocka_unit_test(fin_behind_unsent_data_is_unsent),
		cmocka_unit_test(queues_of_a_dead_connection_are_not_told),
	};

	return cmocka_run_group_tests(tests, probing_enter, NULL);
}
