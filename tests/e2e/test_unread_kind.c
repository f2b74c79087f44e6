/* SPDX-License-Identifier: MIT */
/* test_unread_kind.c - the log says what the unread data is, no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

/* Sends itself its standard input over TCP, reads argv[1] bytes and closes. */
static const char SOURCE[] =
	"#include <arpa/inet.h>\n"
	"#include <poll.h>\n"
	"#include <stdlib.h>\n"
	"#include <sys/socket.h>\n"
	"#include <unistd.h>\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	struct sockaddr_in a = {AF_INET, htons(8080),\n"
	"		{htonl(INADDR_LOOPBACK)}, {0}};\n"
	"	static char buf[4096];\n"
	"	int l = socket(AF_INET, SOCK_STREAM, 0), s;\n"
	"	int c = socket(AF_INET, SOCK_STREAM, 0), one = 1;\n"
	"	ssize_t n = 0, got;\n"
	"	struct pollfd p = {.events = POLLIN};\n"
	"	while ((got = read(0, buf + n, sizeof(buf) - n)) > 0)\n"
	"		n += got;\n"
	"	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));\n"
	"	if (bind(l, (void *)&a, sizeof(a)) || listen(l, 1) ||\n"
	"	    connect(c, (void *)&a, sizeof(a)) || write(c, buf, n) != n)\n"
	"		return 1;\n"
	"	p.fd = s = accept(l, 0, 0);\n"
	"	poll(&p, 1, -1);\n"
	"	if (argc > 1 && read(s, buf, atoi(argv[1])) < 0)\n"
	"		return 1;\n"
	"	return close(s);\n"
	"}\n";

/* says KIND [READ]: so the log calls what is on standard input. */
static const char FUNCTIONS[] =
	"printf %s \"$SOURCE\" >talk.c\n"
	"cc -o talk talk.c\n"
	"says() {\n"
	"	rm -f log\n"
	"	LD_PRELOAD=$SO RSTWATCH_LOG=log ./talk ${2:-}\n"
	"	grep -F \"\\\"rstwatch.unread_kind\\\":\\\"$1\\\"\" log ||\n"
	"		{ cat log; exit 1; }\n"
	"}\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void http_is_told_by_its_part(void **state)
{
	(void)state;
	run("post='POST / HTTP/1.1\\r\\nContent-Length: 4\\r\\n\\r\\n'\n"
	    "printf \"$post\"body | says 'HTTP request'\n"
	    "printf \"$post\"body | says 'rest of an HTTP body' "
	    "$(printf \"$post\" | wc -c)\n"
	    "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n' | says 'HTTP response'\n");
}

static void an_alert_of_tls_is_told(void **state)
{
	(void)state;
	run("printf '\\025\\003\\003\\000\\002\\001\\000' |\n"
	    "	says 'TLS alert close_notify'\n"
	    "{ printf '\\027\\003\\003\\000\\023'; head -c 19 /dev/zero; } |\n"
	    "	says 'TLS alert, probably close_notify'\n"
	    "{ printf '\\026\\003\\001\\000\\040\\001'; head -c 31 /dev/zero; } |\n"
	    "	says 'TLS handshake'\n");
}

static void what_has_no_name_is_zeros_text_or_binary(void **state)
{
	(void)state;
	run("head -c 100 /dev/zero | says 'zero bytes only'\n"
	    "echo hello, world | says text\n"
	    "printf '\\001\\002\\377\\376' | says binary\n");
}

/* What was sent may be secret. */
static void contents_are_logged_on_demand_alone(void **state)
{
	(void)state;
	run("export RSTWATCH_LOG=log LD_PRELOAD=$SO\n"
	    "printf 'password\\033[31m' | ./talk\n"
	    "not grep password log\n"
	    "printf 'password\\033[31m' | RSTWATCH_PEEK=10 ./talk\n"
	    "grep -o '\"rstwatch.peek\":\"[^\"]*\"' log | tee peek\n"
	    "grep -F '\"password\\\\x1b[' peek\n"
	    "not grep -F '[31m' log\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_is_told_by_its_part),
		cmocka_unit_test(an_alert_of_tls_is_told),
		cmocka_unit_test(what_has_no_name_is_zeros_text_or_binary),
		cmocka_unit_test(contents_are_logged_on_demand_alone),
	};

	if (setenv("SOURCE", SOURCE, 1))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
