/* SPDX-License-Identifier: MIT */
/* test_two_places.c - two hosts, a NAT between them, a log and capture each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

/*
 * Client, router and server are network namespaces; the router is the test's
 * own. Five connections end in a reset, the last by the client.
 */
static const char SETUP[] = SCRIPT_ROUTER
	"nft add table ip t\n"
	"nft 'add chain ip t p { type nat hook postrouting priority 100; }'\n"
	"nft 'add rule ip t p oifname out masquerade random'\n"
	"dump $client $FILES/inside.pcap; inside=$!\n"
	"dump $server $FILES/outside.pcap; outside=$!\n"
	"until_ 'grep -q listening $FILES/inside.pcap.said'\n"
	"until_ 'grep -q listening $FILES/outside.pcap.said'\n"
	"export LD_PRELOAD=$SO\n"
	"RSTWATCH_LOG=$FILES/server.jsonl in_ $server "
	"$BUILD/tests/e2e/programs/across serve 192.0.2.2 8080 5 >served & p=$!\n"
	"until_ 'grep -q listening served'\n"
	"RSTWATCH_LOG=$FILES/client.jsonl in_ $client "
	"$BUILD/tests/e2e/programs/across call 192.0.2.2 8080 5\n"
	"wait $p\n"
	"unset LD_PRELOAD\n"
	"resets() { rstwatch analyze --format json $1 | grep -c '\"reset\"'; }\n"
	"until_ '[ $(resets $FILES/inside.pcap) = 5 ]'\n"
	"until_ '[ $(resets $FILES/outside.pcap) = 5 ]'\n"
	"kill $inside $outside $client $server\n"
	"wait $inside $outside || :\n";

#define BEGIN \
	"cd $FILES\n" \
	"shifted=$BUILD/tests/e2e/programs/shifted\n" SCRIPT_FOUND

static int set_up(void **state)
{
	(void)state;
	return script_files(SETUP);
}

static void a_reset_on_both_sides_of_a_nat_counts_once(void **state)
{
	(void)state;
	script_run(BEGIN "tell inside.pcap outside.pcap\n"
			 "found 5 '\"event.action\":\"reset\"'\n"
			 "found 5 '\"rstwatch.also_seen\":.*outside.pcap'\n"
			 "found 5 '\"rstwatch.also_seen\":.*\"192.0.2.1\"'\n"
			 "found 1 '\"rstwatch.resets\":5,'\n");
}

static void both_ends_of_a_nat_tell_their_side(void **state)
{
	(void)state;
	script_run(BEGIN
		   "tell outside.pcap inside.pcap client.jsonl server.jsonl\n"
		   "found 4 '\"unread-data\",\"rstwatch.certainty\":\"certain\""
		   ".*server.jsonl.*ECONNRESET'\n"
		   "found 1 '\"linger-zero\",\"rstwatch.certainty\":\"certain\""
		   ".*client.jsonl.*ECONNRESET'\n"
		   "found 1 '\"rstwatch.predictions_unmatched\":0,"
		   "\"rstwatch.received_unmatched\":0,'\n");
}

/* The client's log names an address that the capture outside never shows. */
static void one_capture_beside_a_nat_is_enough(void **state)
{
	(void)state;
	script_run(BEGIN
		   "for side in inside outside; do\n"
		   "tell $side.pcap client.jsonl server.jsonl\n"
		   "found 4 '\"event.action\":\"reset\".*\"unread-data\"'\n"
		   "found 1 '\"event.action\":\"reset\".*\"linger-zero\"'\n"
		   "done\n"
		   "found 1 'address translator is between'\n");
}

static void clocks_of_two_hosts_are_brought_together(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"$shifted 3700 <client.jsonl >late.jsonl\n"
		"$shifted -2000 <outside.pcap >early.pcap\n"
		"$shifted -2000 <server.jsonl >early.jsonl\n"
		"tell inside.pcap early.pcap late.jsonl early.jsonl\n"
		"found 5 '\"rstwatch.also_seen\".*\"predicted\"'\n"
		"found 5 '\"lead_ns\":[0-9]{1,6},.*ECONNRESET'\n"
		"found 1 '\"early.pcap\",\"offset_ns\":(2000|1999)[0-9]{6}\\}'\n"
		"found 1 '\"late.jsonl\",\"offset_ns\":-(3700|3699)[0-9]{6}\\}'\n"
		"found 1 '\"early.jsonl\",\"offset_ns\":(2000|1999)[0-9]{6}\\}'\n"
		"rstwatch analyze inside.pcap early.pcap late.jsonl >text || :\n"
		"grep -q 'The clock of early.pcap is 2.0 s behind' text\n"
		"grep -q 'The clock of late.jsonl is 3.[67] s ahead of' text\n");
}

static void a_log_of_another_clock_fits_a_capture_beside_a_nat(void **state)
{
	(void)state;
	script_run(BEGIN
		   "$shifted 3700 <server.jsonl >late.jsonl\n"
		   "tell inside.pcap late.jsonl\n"
		   "found 4 '\"event.action\":\"reset\".*\"unread-data\"'\n"
		   "found 1 '\"late.jsonl\",\"offset_ns\":-(3700|3699)'\n");
}

/* What one direction shows, or the end alone, is never a wrong cause. */
static void half_a_capture_is_told_right_with_the_logs(void **state)
{
	(void)state;
	script_run(
		BEGIN
		"cut_() { tcpdump -r outside.pcap -w cut.pcap \"$1\" 2>said; }\n"
		"for filter in 'src 192.0.2.2' 'dst 192.0.2.2' "
		"'tcp[13] & 2 = 0' 'tcp[13] & 2 = 0 and tcp[13] != 0x18'; do\n"
		"cut_ \"($filter) or tcp[13] & 4 != 0\"\n"
		"tell cut.pcap\n"
		"found 5 '\"reset\".*\"rstwatch.cause\":\"(abort|unexplained)\"'\n"
		"tell cut.pcap server.jsonl\n"
		"found 4 '\"reset\".*\"unread-data\".*\"predicted\"'\n"
		"found 1 '\"reset\".*\"(abort|unexplained)\".*\"explained\"'\n"
		"done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reset_on_both_sides_of_a_nat_counts_once),
		cmocka_unit_test(both_ends_of_a_nat_tell_their_side),
		cmocka_unit_test(one_capture_beside_a_nat_is_enough),
		cmocka_unit_test(clocks_of_two_hosts_are_brought_together),
		cmocka_unit_test(
			a_log_of_another_clock_fits_a_capture_beside_a_nat),
		cmocka_unit_test(half_a_capture_is_told_right_with_the_logs),
	};

	return cmocka_run_group_tests(tests, set_up, script_files_remove);
}
