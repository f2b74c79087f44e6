/* SPDX-License-Identifier: MIT */
/* test_progress.c - how far the reading is, where somebody can see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

/*
 * A capture of 131072 packets, and a terminal: script(1) makes one. Its shell
 * must be bash: dash doesn't pass on what was exported with export -f.
 */
#define BEGIN \
	"printf '\\1\\0\\0\\0\\0\\0\\0\\0\\50\\0\\0\\0\\50\\0\\0\\0' >body\n" \
	"head -c 40 /dev/zero >>body\n" \
	"for i in {1..17}; do cat body body >more; mv more body; done\n" \
	"{ printf '\\xd4\\xc3\\xb2\\xa1\\2\\0\\4\\0\\0\\0\\0\\0\\0\\0\\0\\0'\n" \
	"  printf '\\0\\0\\4\\0\\1\\0\\0\\0'; cat body; } >long.pcap\n" \
	"slowly() { cat long.pcap; read -rt 0.7 <> <(:) || :; cat body; }\n" \
	"export -f slowly\n" \
	"on_terminal() {\n" \
	"	SHELL=$BASH script -qec \"$1\" /dev/null </dev/null >shown\n" \
	"}\n"

static void a_bar_tells_rate_and_remaining_time(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"on_terminal 'rstwatch analyze --progress long.pcap'\n"
		"grep -aE '\\[=+ +\\] [0-9]+ %, .*s left, [0-9]+k packets/s' "
		"shown\n");
}

static void long_input_has_it_on_a_terminal_alone(void **state)
{
	(void)state;
	script_run(BEGIN
		   "on_terminal 'slowly | rstwatch analyze -'\n"
		   "grep -a 'k packets/s' shown\n"
		   "on_terminal 'slowly | rstwatch analyze --no-progress -'\n"
		   "not grep -a 'k packets/s' shown\n"
		   "on_terminal 'rstwatch analyze long.pcap'\n"
		   "slowly | rstwatch analyze - >report 2>said\n"
		   "not grep . said\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bar_tells_rate_and_remaining_time),
		cmocka_unit_test(long_input_has_it_on_a_terminal_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
