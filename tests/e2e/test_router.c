/* SPDX-License-Identifier: MIT */
/* test_router.c - resets that a router sends in a server's name, by captures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script.h"

/*
 * The router rejects on each port another segment of the client; on 8084 the
 * server's own firewall does, and on 8085 nobody listens. No server has ended
 * when the capture is taken: else its FIN would tell that it sent no reset.
 */
static const char SETUP[] = SCRIPT_ROUTER
	"rejects() { $1 nft -f - <<X\n"
	"table ip t {\n"
	"chain f {\n"
	"type filter hook $2 priority 0\n"
	"$(cat)\n"
	"}\n"
	"}\n"
	"X\n"
	"}\n"
	"flags='tcp flags & (fin|syn|rst|psh|ack) =='\n"
	"rejects '' forward <<-X\n"
	"tcp dport 8080 $flags syn reject with tcp reset\n"
	"tcp dport 8081 $flags ack reject with tcp reset\n"
	"tcp dport 8082 $flags psh|ack reject with tcp reset\n"
	"tcp dport 8083 $flags fin|ack reject with tcp reset\n"
	"X\n"
	"rejects \"in_ $server\" input <<-X\n"
	"tcp dport 8084 $flags psh|ack reject with tcp reset\n"
	"X\n"
	"dump $client $FILES/client.pcap; dump=$!\n"
	"until_ 'grep -q listening $FILES/client.pcap.said'\n"
	"for port in 8080 8081 8082 8083 8084; do\n"
	"nsenter -n -t $server $BUILD/tests/e2e/programs/across serve 192.0.2.2 $port 1 "
	">served.$port & servers=\"${servers-} $!\"\n"
	"until_ 'grep -q listening served.$port'\n"
	"done\n"
	"resets() { rstwatch analyze --format json --all $FILES/client.pcap | "
	"grep -c \"reset.*192.0.2.2.*source.port.:$1,\"; }\n"
	"for port in 8080 8081 8082 8083 8084 8085; do\n"
	"in_ $client bash -c \"exec 5<>/dev/tcp/192.0.2.2/$port || exit\n"
	"[ $port = 8083 ] || echo >&5 || exit\n"
	"exec 5>&-\" 2>said || :\n"
	"until_ '[ $(resets $port) -ge 1 ]'\n"
	"done\n"
	"cp $FILES/client.pcap $FILES/alive.pcap\n"
	"kill $dump $client $server $servers || :\n"
	"wait $dump || :\n";

static int set_up(void **state)
{
	(void)state;
	return script_files(SETUP);
}

/* What port has, is called: a cause, or several with | between. */
#define PORT_IS(port, causes) \
	script_run("cd $FILES\n" SCRIPT_FOUND "tell alive.pcap\n" \
		   "found 1 '\"source.port\":" port \
		   ",.*\"rstwatch.cause\":\"(" causes \
		   ").*\"(likely|unexplained)\".*evidence'\n")

static void a_rejected_last_ack_is_an_injection(void **state)
{
	(void)state;
	PORT_IS("8081", "injected");
}

static void rejected_data_is_an_injection(void **state)
{
	(void)state;
	PORT_IS("8082", "injected");
}

static void a_rejected_fin_is_an_injection(void **state)
{
	(void)state;
	PORT_IS("8083", "injected");
}

/* No hop tells the server's own firewall from the server. */
static void data_that_the_server_rejects_is_unexplained(void **state)
{
	(void)state;
	PORT_IS("8084", "unexplained");
}

/* Nothing else of the server is there to hold the answer against. */
static void a_rejected_syn_is_refused_but_not_for_certain(void **state)
{
	(void)state;
	PORT_IS("8080", "refused");
	PORT_IS("8085", "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejected_last_ack_is_an_injection),
		cmocka_unit_test(rejected_data_is_an_injection),
		cmocka_unit_test(a_rejected_fin_is_an_injection),
		cmocka_unit_test(data_that_the_server_rejects_is_unexplained),
		cmocka_unit_test(a_rejected_syn_is_refused_but_not_for_certain),
	};

	return cmocka_run_group_tests(tests, set_up, script_files_remove);
}
