/* SPDX-License-Identifier: MIT */
/* test_odd_captures.c - real traffic on used ports, seen twice, by bad clocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

/*
 * Five connections between the same two ports, with numbers that begin at -10,
 * each ended by a reset; captured on lo and on all interfaces.
 */
static const char SETUP[] =
	"until_() { until eval \"$1\"; do read -rt 0.02 <> <(:) || :; done; }\n"
	"across=$BUILD/tests/e2e/programs/across\n"
	"cd $FILES\n"
	"dump() { tcpdump --immediate-mode -s 512 -Z root -i $1 -Uw $1.pcap tcp 2>$1.said & }\n"
	"dump any; any=$!\n"
	"dump lo; lo=$!\n"
	"until_ 'grep -q listening any.said && grep -q listening lo.said'\n"
	"export LD_PRELOAD=$SO\n"
	"RSTWATCH_LOG=server.jsonl $across serve 127.0.0.1 8080 5 >served & p=$!\n"
	"until_ 'grep -q listening served'\n"
	"RSTWATCH_LOG=client.jsonl $across call 127.0.0.1 8080 5 40000\n"
	"wait $p\n"
	"unset LD_PRELOAD\n"
	"resets() { rstwatch analyze --format json $1 | grep -c '\"reset\"'; }\n"
	"until_ '[ $(resets any.pcap) = 5 ] && [ $(resets lo.pcap) = 5 ]'\n"
	"kill $any $lo\n"
	"wait $any $lo || :\n";

#define BEGIN \
	"cd $FILES\n" \
	"shifted=$BUILD/tests/e2e/programs/shifted\n" SCRIPT_FOUND

static int set_up(void **state)
{
	(void)state;
	return script_files(SETUP);
}

static void used_ports_and_wrapped_numbers_are_told_apart(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"tell lo.pcap server.jsonl client.jsonl\n"
		"found 5 'port\":40000,'\n"
		"found 4 '\"unread-data\",\"rstwatch.certainty\":\"certain\""
		".*ECONNRESET'\n"
		"found 1 '\"linger-zero\",\"rstwatch.certainty\":\"certain\""
		".*ECONNRESET'\n"
		"found 5 'Call and packets agree on the place'\n"
		"found 1 '_unmatched\":0,\"rstwatch.received_unmatched\":0'\n");
}

static void used_ports_do_not_hide_another_clock(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"$shifted 3700 <server.jsonl >late.jsonl\n"
		"tell lo.pcap late.jsonl\n"
		"found 4 '\"unread-data\".*\"predicted\".*\"lead_ns\":[0-9]{1,6},'\n"
		"found 1 '\"late.jsonl\",\"offset_ns\":-(3700|3699)'\n");
}

static void one_host_captured_twice_is_one(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"tell any.pcap lo.pcap server.jsonl client.jsonl\n"
		"found 5 'also_seen\":.*lo.pcap.*\"predicted\".*ECONNRESET'\n"
		"found 1 '\"rstwatch.resets\":5,.*\"rstwatch.clocks\":\\[\\]'\n");
}

/* Set back and forth in the middle of a connection. */
static void a_clock_that_is_set_changes_no_cause(void **state)
{
	(void)state;
	script_run(BEGIN "for ms in -5000 -3600000 5000 3600000; do\n"
			 "for packets in 2 5 7 12; do\n"
			 "$shifted $ms $packets <lo.pcap >set.pcap\n"
			 "tell set.pcap\n"
			 "found 5 '\"reset\".*\"rstwatch.cause\":\"abort\"'\n"
			 "done; done\n");
}

static void a_capture_that_begins_late_says_no_more_than_it_can(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"for n in 1 2 3 4 5 6 7; do\n"
		"{ head -c 24 lo.pcap; tcpdump -nr lo.pcap -c $n -w - 2>&- |\n"
		"	wc -c; } >sizes\n"
		"skip=$(tail -c +25 sizes)\n"
		"{ head -c 24 lo.pcap; tail -c +$((skip + 1)) lo.pcap; } >late.pcap\n"
		"tell late.pcap\n"
		"found 5 '\"reset\".*\"rstwatch.cause\":\"(abort|unexplained)\"'\n"
		"tell late.pcap server.jsonl client.jsonl\n"
		"found 4 '\"reset\".*\"unread-data\".*\"predicted\"'\n"
		"found 1 '\"reset\".*\"linger-zero\".*\"predicted\"'\n"
		"done\n");
}

static void pipes_by_name_are_read(void **state)
{
	(void)state;
	script_run(BEGIN
		   "tell <(gzip -c lo.pcap) <(cat server.jsonl) client.jsonl\n"
		   "found 4 '\"unread-data\",.*\"predicted\".*ECONNRESET'\n"
		   "found 1 '\"rstwatch.resets\":5,'\n");
}

/* It ends the capture, and what that wrote until then is reported. */
static void ctrl_c_at_the_end_of_a_pipe_ends_in_a_report(void **state)
{
	(void)state;
	script_run(BEGIN
		   "mkfifo $OLDPWD/pipe\n"
		   "env --default-signal=INT rstwatch analyze --format json - "
		   "<$OLDPWD/pipe >$OLDPWD/told & p=$!\n"
		   "exec 3>$OLDPWD/pipe\n"
		   "until grep -qi '^SigCgt:.*[2367abef]$' /proc/$p/status; do "
		   "read -rt 0.02 <> <(:) || :; done\n"
		   "head -c 200 lo.pcap >&3\n"
		   "kill -INT $p\n"
		   "tail -c +201 lo.pcap >&3\n"
		   "exec 3>&-\n"
		   "wait $p || [ $? = 1 ]\n"
		   "found 1 '\"rstwatch.resets\":5,'\n");
}

static void ctrl_c_is_ignored_in_the_background(void **state)
{
	(void)state;
	script_run(BEGIN
		   "mkfifo $OLDPWD/pipe\n"
		   "env --ignore-signal=INT rstwatch analyze --format json "
		   "$OLDPWD/pipe >$OLDPWD/told & p=$!\n"
		   "exec 3>$OLDPWD/pipe\n"
		   "grep -qi '^SigIgn:.*[2367abef]$' /proc/$p/status\n"
		   "kill -INT $p\n"
		   "cat lo.pcap >&3\n"
		   "exec 3>&-\n"
		   "wait $p || [ $? = 1 ]\n"
		   "found 1 '\"rstwatch.resets\":5,'\n");
}

/* Names of causes and of reasons are no keys. */
static void every_key_of_the_json_is_in_the_manual(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"sed -n '/^.SH JSON/,/^.SH ENV/p' "
		"$SRC/analyzer/man/rstwatch-analyze.1 | "
		"grep -E '^\\.BR? ' >$OLDPWD/manual\n"
		"$shifted 3700 <server.jsonl >late.jsonl\n"
		"tell any.pcap lo.pcap late.jsonl client.jsonl\n"
		"sed -E 's/\"rstwatch.(causes|skipped)\":\\{[^}]*/\"rstwatch.\\1\":/g' "
		"$OLDPWD/told | grep -oE '\"[a-z@][A-Za-z_.]+\":' | sort -u | "
		"tr -d '\":' >$OLDPWD/keys\n"
		"[ $(wc -l <$OLDPWD/keys) -gt 50 ]\n"
		"for key in $(cat $OLDPWD/keys); do\n"
		"	grep -qE \"[ \\\"]$key( |$)\" $OLDPWD/manual || {\n"
		"		echo \"$key is not in the manual\"; exit 1; }\n"
		"done\n"
		"for key in $(grep -oE '[@a-z]+[._][a-z_.]+' $OLDPWD/manual); do\n"
		"	grep -qaF $key $BUILD/rstwatch || {\n"
		"		echo \"$key is never printed\"; exit 1; }\n"
		"done\n");
}

static void what_others_read_is_named_with_what_to_do(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"says() { not rstwatch analyze - 2>&1 | grep -q \"$1\"; }\n"
		"printf '\\3757zXZ\\0\\0' | says 'byte 0: an xz file; unpack'\n"
		"gzip -c lo.pcap | gzip | says '(unpacked): gzip within'\n"
		"printf 'snoop\\0\\0\\0' | says 'snoop; .*editcap -F pcapng'\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pipes_by_name_are_read),
		cmocka_unit_test(ctrl_c_at_the_end_of_a_pipe_ends_in_a_report),
		cmocka_unit_test(ctrl_c_is_ignored_in_the_background),
		cmocka_unit_test(every_key_of_the_json_is_in_the_manual),
		cmocka_unit_test(what_others_read_is_named_with_what_to_do),
		cmocka_unit_test(used_ports_and_wrapped_numbers_are_told_apart),
		cmocka_unit_test(used_ports_do_not_hide_another_clock),
		cmocka_unit_test(one_host_captured_twice_is_one),
		cmocka_unit_test(a_clock_that_is_set_changes_no_cause),
		cmocka_unit_test(
			a_capture_that_begins_late_says_no_more_than_it_can),
	};

	return cmocka_run_group_tests(tests, set_up, script_files_remove);
}
