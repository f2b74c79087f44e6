/* SPDX-License-Identifier: MIT */
/* test_run_go.c - a Go server under load is the same under the supervisor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/*
 * `serve COMMAND...` starts the server by the command, `end` ends it by SIGTERM
 * and leaves its last words, and the status, in $said: it says how many
 * requests it had once no goroutine is left of any connection.
 */
static const char FUNCTIONS[] =
	"http=$BUILD/tests/go/http\n"
	"[ -x $http ] || { echo 'Go is not installed (golang-go)'; exit 77; }\n"
	"serve() {\n"
	"	rm -f words; mkfifo words\n"
	"	\"$@\" $http serve >words 2>errors & server=$!\n"
	"	exec 5<words; read -r -t 20 -u 5 address\n"
	"}\n"
	"end() {\n"
	"	status=0; kill -TERM $server; read -r -t 20 -u 5 said\n"
	"	wait $server || status=$?; said=\"$said status $status\"\n"
	"}\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void answers_under_load_are_the_same_and_nothing_is_stuck(void **state)
{
	(void)state;
	run("loads() {\n"
	    "	$http load $address 12 25 keep; $http load $address 12 10 "
	    "each\n"
	    "}\n"
	    "serve env; loads | grep -v request >plain; end\n"
	    "plain=$said\n"
	    "serve rstwatch run --no-capture --output report --\n"
	    "loads | grep -v request >watched; end\n"
	    "grep 'system calls (seccomp)' errors\n"
	    "diff plain watched; grep -c 'wrong 0' watched | grep -x 2\n"
	    "test \"$plain\" = 'served 420 status 0' || { echo $plain; exit 1; "
	    "}\n"
	    "test \"$said\" = \"$plain\" || { echo $said; exit 1; }\n"
	    "cat report; not grep -i goroutine errors\n");
}

static void a_warning_names_the_function_of_the_program(void **state)
{
	(void)state;
	run("rstwatch run -- $http unread 2>said\n"
	    "cat said; grep 'Called at main.closeUnread http.go:' said\n"
	    "grep -A1 'Called at' said | grep 'main.unread http.go:'\n");
}

/* As where seccomp is not allowed. */
static void the_kernel_names_the_function_of_an_unwatched_program(void **state)
{
	(void)state;
	run("rstwatch run --preload -- $http unread 2>said\n"
	    "cat said; grep 'capturing on' said ||\n"
	    "	{ echo 'no right to capture here'; exit 77; }\n"
	    "tr -s '\\n ' ' ' <said >line\n"
	    "grep 'reason TCP_ABORT_ON_CLOSE, .* called at main.closeUnread "
	    "http.go:' line\n"
	    "grep ' 1 unread-data ' line\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			answers_under_load_are_the_same_and_nothing_is_stuck),
		cmocka_unit_test(a_warning_names_the_function_of_the_program),
		cmocka_unit_test(
			the_kernel_names_the_function_of_an_unwatched_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
