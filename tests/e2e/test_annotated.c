/* SPDX-License-Identifier: MIT */
/* test_annotated.c - Wireshark's own tools read the comments, and no other
 * change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

static void dumpcap_on_two_interfaces_is_annotated(void **state)
{
	(void)state;
	script_run(
		"for tool in dumpcap tshark; do\n"
		"	command -v $tool || { echo no $tool; exit 77; }\n"
		"done\n"
		"bin=$BUILD/demo/bin\n"
		"dumpcap -q -i any -i lo -w in.pcapng 2>said & dumpcap=$!\n"
		"until grep -q 'File:' said; do read -rt 0.05 <> <(:) || :; done\n"
		"LD_PRELOAD=$SO RSTWATCH_LOG=log $bin/unread_server 8080 >served &\n"
		"until grep -q listening served; do\n"
		"	read -rt 0.05 <> <(:) || :\n"
		"done\n"
		"$bin/unread_client 8080 || :\n"
		"until [ $(tshark -r in.pcapng -Y tcp.flags.reset==1 2>&- |\n"
		"	wc -l) -ge 2 ]; do read -rt 0.1 <> <(:) || :; done\n"
		"kill -INT $dumpcap\n"
		"wait $dumpcap || :\n"
		"rstwatch analyze --annotate out.pcapng in.pcapng log >report ||\n"
		"	[ $? = 1 ]\n"
		"grep -q 'Another interface of the same capture' report\n"
		"shown() { tshark -r $1 -x -t e 2>&-; }\n"
		"diff <(shown in.pcapng) <(shown out.pcapng)\n"
		"tshark -r out.pcapng -Y frame.comment -T fields "
		"-e tcp.flags.reset -e frame.comment >comments\n"
		"grep -E '^(1|True).*close\\([0-9]+\\) with 11 unread bytes, "
		"main unread_server.c:20' comments\n"
		"not grep -vE '^(1|True)' comments\n"
		"resets() { tshark -r out.pcapng -Y tcp.flags.reset==1${1-} 2>&- |\n"
		"	wc -l; }\n"
		"test $(resets) -ge 2\n"
		"test $(resets '&&frame.comment') = $(resets)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dumpcap_on_two_interfaces_is_annotated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
