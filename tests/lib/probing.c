/* SPDX-License-Identifier: MIT */
/* probing.c - probes sockets in a network of the test's own. */
#include "probing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tcp_pair.h"

struct rst_diag probing_diag;

int probing_enter(void **state)
{
	(void)state;
	tcp_network_enter();
	rst_diag_after_fork(&probing_diag);
	return 0;
}

struct rst_facts probing_facts(int fd)
{
	struct rst_facts f;

	assert_int_equal(rst_probe(fd, RST_WANT_ALL, &probing_diag, NULL, &f),
			 0);
	return f;
}
