/* SPDX-License-Identifier: MIT */
/* test_run_odd.c - `run` where something is odd: it says so, and goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/* `quick ARG...` is rstwatch run of them; what it says is in the file said. */
static const char FUNCTIONS[] =
	"quick() {\n"
	"	rstwatch run --no-capture \"$@\" >out 2>said && s=0 || s=$?\n"
	"	cat out said; echo \"status $s\"\n"
	"}\n"
	"as() { chmod 711 .; install -m 755 $BUILD/rstwatch $SO .\n"
	"	setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; }\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void what_outlives_the_command_is_named(void **state)
{
	(void)state;
	run("daemon='setsid sleep 9 >/dev/null 2>&1 & echo $!; "
	    "until grep -q sleep /proc/$!/comm; do :; done'\n"
	    "for way in --preload --supervise; do\n"
	    "	quick $way -- sh -c \"$daemon\"\n"
	    "	grep \"^rstwatch: s[a-z]*\\[$(cat out)\\] still runs, no longer "
	    "watched\" said\n"
	    "	kill $(cat out); quick --log log $way -- sh -c \"$daemon\"\n"
	    "	grep \"\\[$(cat out)\\] still runs; log goes on\" said\n"
	    "	kill $(cat out); quick $way -- sh -c 'sleep 0 & wait'\n"
	    "	not grep 'still runs' said\n"
	    "done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_outlives_the_command_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
