/* SPDX-License-Identifier: MIT */
/* test_prediction_matrix.c - every verdict against what the kernel then does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prediction.h"

static struct tcp_pair open_client(void)
{
	return tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
}

static struct tcp_pair open_accepted(void)
{
	return tcp_pair_open(PAIR_IPV4, PAIR_ACCEPTED);
}

static struct tcp_pair open_ipv6(void)
{
	return tcp_pair_open(PAIR_IPV6, PAIR_CLIENT);
}

static struct tcp_pair open_v4_mapped(void)
{
	return tcp_pair_open(PAIR_V4_MAPPED, PAIR_ACCEPTED);
}

static void verdicts_on_a_client_agree_with_the_kernel(void **state)
{
	const struct prediction_plan plan = {.name = "client",
					     .open = open_client,
					     .situations = situations,
					     .burdens = burdens};

	(void)state;
	prediction_run(&plan);
}

static void run_quickly(const char *name, struct tcp_pair (*open)(void),
			const struct burden *loads)
{
	const struct prediction_plan plan = {.name = name,
					     .open = open,
					     .situations = situations,
					     .burdens = loads,
					     .leaves_out_slow = true};

	prediction_run(&plan);
}

static void verdicts_on_an_accepted_socket_agree_with_the_kernel(void **state)
{
	(void)state;
	run_quickly("accepted", open_accepted, burdens);
}

static void verdicts_on_ipv6_agree_with_the_kernel(void **state)
{
	(void)state;
	run_quickly("ipv6", open_ipv6, few_burdens);
}

static void verdicts_on_v4_mapped_agree_with_the_kernel(void **state)
{
	(void)state;
	run_quickly("v4-mapped", open_v4_mapped, few_burdens);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_on_a_client_agree_with_the_kernel),
		cmocka_unit_test(
			verdicts_on_an_accepted_socket_agree_with_the_kernel),
		cmocka_unit_test(verdicts_on_ipv6_agree_with_the_kernel),
		cmocka_unit_test(verdicts_on_v4_mapped_agree_with_the_kernel),
	};

	if (!prediction_raise_limit())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
