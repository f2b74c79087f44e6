/* SPDX-License-Identifier: MIT */
/* test_prediction_mptcp.c - the same for MPTCP, also fallen back to TCP. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "prediction.h"
#include "rstwatch/probe.h"
#include "rstwatch/verdict.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static struct tcp_pair swapped(struct tcp_pair p)
{
	return (struct tcp_pair){p.listener, p.theirs, p.ours};
}

static struct tcp_pair open_client(void)
{
	return tcp_pair_open_mptcp(IPPROTO_MPTCP, IPPROTO_MPTCP);
}

static struct tcp_pair open_accepted(void)
{
	return swapped(open_client());
}

/* The client asks for MPTCP, the server knows none: it falls back. */
static struct tcp_pair open_fallback(void)
{
	return tcp_pair_open_mptcp(IPPROTO_MPTCP, IPPROTO_TCP);
}

/* A TCP socket whose peer is the subflow of one that fell back. */
static struct tcp_pair open_facing_fallback(void)
{
	return swapped(open_fallback());
}

static void run(const char *name, struct tcp_pair (*open)(void))
{
	const struct prediction_plan plan = {.name = name,
					     .open = open,
					     .situations = mptcp_situations,
					     .burdens = mptcp_burdens,
					     .is_deferred = true};

	prediction_run(&plan);
}

static void verdicts_on_an_mptcp_client_agree_with_the_kernel(void **state)
{
	(void)state;
	run("mptcp client", open_client);
}

static void verdicts_on_accepted_mptcp_agree_with_the_kernel(void **state)
{
	(void)state;
	run("mptcp accepted", open_accepted);
}

static void verdicts_on_a_fallback_agree_with_the_kernel(void **state)
{
	(void)state;
	run("mptcp fallback", open_fallback);
}

static void verdicts_facing_a_fallback_agree_with_the_kernel(void **state)
{
	(void)state;
	run("facing fallback", open_facing_fallback);
}

static void assert_kind(struct tcp_pair p, bool is_mptcp, bool is_fallback)
{
	struct rst_facts f;

	assert_int_equal(rst_probe_kind(p.ours),
			 is_mptcp ? RST_PROBE_MPTCP : RST_PROBE_TCP);
	assert_int_equal(rst_probe(p.ours, RST_WANT_ALL, NULL, NULL, &f), 0);
	assert_int_equal(f.is_mptcp, is_mptcp);
	assert_int_equal(f.is_fallback, is_fallback);
	tcp_pair_drop(&p);
}

static void kinds_of_mptcp_are_told_apart(void **state)
{
	(void)state;
	assert_kind(open_client(), true, false);
	assert_kind(open_accepted(), true, false);
	assert_kind(open_fallback(), true, true);
	assert_kind(open_facing_fallback(), false, false);
}

/* SIOCINQ counts DATA_FIN as a byte. */
static void end_of_file_is_no_unread_byte(void **state)
{
	struct tcp_pair p = open_client();
	struct rst_facts f;

	(void)state;
	burden_load("one_unread", &p);
	situation_make("they_shut_writing", &p);
	assert_int_equal(rst_probe_inq(p.ours), 2);
	assert_int_equal(rst_probe(p.ours, RST_WANT_ALL, NULL, NULL, &f), 0);
	assert_int_equal(f.unread, 1);
	tcp_receive(p.ours, 1);
	assert_int_equal(rst_probe_inq(p.ours), 1);
	assert_int_equal(rst_probe(p.ours, RST_WANT_ALL, NULL, NULL, &f), 0);
	assert_int_equal(f.unread, 0);
	tcp_pair_drop(&p);
}

static void mptcp_listener_resets_what_waits_as_predicted(void **state)
{
	const struct rst_act act = {RST_ACT_CLOSE, 0, 0};
	struct rst_diag diag = {0};
	int listener, client;
	unsigned long before;
	struct rst_facts f;

	(void)state;
	tcp_network_enter();
	listener = tcp_listen(PAIR_IPV4, IPPROTO_MPTCP, 8);
	client = tcp_connect(PAIR_IPV4, IPPROTO_MPTCP, listener);
	before = tcp_network_resets();
	assert_int_equal(rst_probe(listener, RST_WANT_ALL, &diag, NULL, &f), 0);
	assert_int_equal(f.unaccepted, 1);
	assert_true(f.is_unaccepted_exact);
	assert_int_equal(rst_verdict(&act, &f).cause,
			 RST_CAUSE_UNACCEPTED_CONNECTIONS);
	tcp_close(&listener);
	assert_true(tcp_wait_resets(before + 1));
	tcp_close(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			verdicts_on_an_mptcp_client_agree_with_the_kernel),
		cmocka_unit_test(
			verdicts_on_accepted_mptcp_agree_with_the_kernel),
		cmocka_unit_test(verdicts_on_a_fallback_agree_with_the_kernel),
		cmocka_unit_test(
			verdicts_facing_a_fallback_agree_with_the_kernel),
		cmocka_unit_test(kinds_of_mptcp_are_told_apart),
		cmocka_unit_test(end_of_file_is_no_unread_byte),
		cmocka_unit_test(mptcp_listener_resets_what_waits_as_predicted),
	};

	if (!prediction_raise_limit())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
