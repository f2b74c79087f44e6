/* SPDX-License-Identifier: MIT */
/* test_report_terminal.c - the text report on terminals of several widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/*
 * A reset with its log and its capture, and
 * on COLUMNS [OPTION...]: what a terminal of so many columns gets to see.
 */
static const char FUNCTIONS[] =
	"program=close_with_unread_bytes_resets\n"
	"rstwatch run --log log --capture cap --output /dev/null -- \\\n"
	"	$BUILD/tests/preload/programs/$program 127.0.0.1 || :\n"
	"on() {\n"
	"	columns=$1; shift\n"
	"	script -qec \"stty cols $columns rows 50\n"
	"		rstwatch analyze $* log cap\" /dev/null |\n"
	"		tr -d '\\r' >seen || :\n"
	"	grep -q 'Called at' seen\n"
	"}\n"
	"export TERM=xterm LC_ALL=C.UTF-8\n"
	"unset NO_COLOR\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void
no_line_is_wider_than_the_terminal_and_its_width_is_used(void **state)
{
	(void)state;
	run("for columns in 80 100 120 132 160; do\n"
	    "	on $columns --color never\n"
	    "	wc -L seen\n"
	    "	[ $(wc -L <seen) = $columns ]\n"
	    "done\n"
	    "on 240 --color never\n"
	    "[ $(wc -L <seen) = 160 ]\n");
}

static void the_columns_of_the_ladder_line_up(void **state)
{
	(void)state;
	run("export LC_ALL=C\n"
	    "for columns in 80 120 160; do\n"
	    "	on $columns\n"
	    "	sed 's/\\x1b\\[[0-9;]*m//g' seen >plain\n"
	    "	not grep -P '[^\\x00-\\x7f]|\\x1b' plain\n"
	    "	grep -E '^ +[-+0-9].*\\|.*\\|' plain | tee rungs\n"
	    "	[ $(wc -l <rungs) -ge 5 ]\n"
	    "	[ $(sed 's/[^|]/ /g; s/ *$//' rungs | sort -u | wc -l) = 1 ]\n"
	    "done\n");
}

static void a_wide_terminal_has_the_reasons_beside_the_ladder(void **state)
{
	(void)state;
	run("on 160 --color never\n"
	    "grep -E '│.*│ +1 +(Called|Opened|Evidence|Cause|·| +)' seen\n"
	    "on 120 --color never\n"
	    "not grep -E '│.*(Called|Opened|Evidence|Cause)' seen\n");
}

static void colours_are_for_a_terminal_that_wants_them(void **state)
{
	(void)state;
	run("on 80\n"
	    "grep -q $'\\033' seen\n"
	    "NO_COLOR=1 on 80\n"
	    "not grep -q $'\\033' seen\n"
	    "NO_COLOR=1 on 80 --color always\n"
	    "grep -q $'\\033' seen\n"
	    "TERM=dumb on 80\n"
	    "not grep -q $'\\033' seen\n"
	    "{ rstwatch analyze log cap || :; } | cat >seen\n"
	    "not grep -q $'\\033' seen\n"
	    "[ $(wc -L <seen) = 78 ]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_line_is_wider_than_the_terminal_and_its_width_is_used),
		cmocka_unit_test(the_columns_of_the_ladder_line_up),
		cmocka_unit_test(
			a_wide_terminal_has_the_reasons_beside_the_ladder),
		cmocka_unit_test(colours_are_for_a_terminal_that_wants_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
