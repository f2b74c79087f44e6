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

/* A frame of WebSocket, the first of HTTP/2. */
static void frames_are_no_rest_of_an_http_body(void **state)
{
	(void)state;
	run("get='GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\n\\r\\n'\n"
	    "printf \"$get\"'\\201\\005hello' | says binary $(printf \"$get\" | wc -c)\n"
	    "printf 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"
	    "\\000\\000\\000\\004\\000\\000\\000\\000\\000' | says binary 24\n");
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

/* It has the size of a ticket, but nobody sends a server one. */
static void a_request_of_tls_to_a_server_is_no_ticket(void **state)
{
	(void)state;
	run("{ printf '\\027\\003\\003\\000\\372'; head -c 250 /dev/zero; } |\n"
	    "	says 'TLS data'\n");
}

static void what_has_no_name_is_zeros_text_or_binary(void **state)
{
	(void)state;
	run("head -c 64 /dev/zero | says 'zero bytes only'\n"
	    "head -c 65 /dev/zero | says 'begins with zero bytes'\n"
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
	    "not grep -F '[31m' log\n"
	    "{ rstwatch analyze --all log || :; } |\n"
	    "	grep -F '(binary: \"password\\x1b[\")'\n"
	    "rm log\n"
	    "head -c 99 /dev/zero | tr '\\0' x | RSTWATCH_PEEK=64 ./talk\n"
	    "grep -E '\"rstwatch.peek\":\"x{64}\"' log\n"
	    "rm log\n"
	    "printf password | RSTWATCH_PEEK=65 ./talk 2>said\n"
	    "grep RSTWATCH_PEEK said\n"
	    "not grep password log\n");
}

/* The interpreter itself, which may hide behind a script of the same name. */
#define PYTHON \
	"python3 -c 'import ssl' || { echo no python3; exit 77; }\n" \
	"python=$(python3 -c 'import sys; print(sys.executable)')\n"

/* It answers 501 before it has read the body, and closes. */
static void pythons_http_server_answers_a_post_early(void **state)
{
	(void)state;
	script_run(PYTHON
		   "LD_PRELOAD=$SO RSTWATCH_LOG=log $python -m http.server "
		   "--bind 127.0.0.1 8080 >said 2>&1 & pid=$!\n"
		   "until (: <>/dev/tcp/127.0.0.1/8080) 2>&-; do\n"
		   "	kill -0 $pid; read -rt 0.05 <> <(:) || :\n"
		   "done\n"
		   "{ printf 'POST / HTTP/1.0\\r\\nContent-Length: 60000"
		   "\\r\\n\\r\\n'; head -c 60000 /dev/zero; } >request\n"
		   "exec 3<>/dev/tcp/127.0.0.1/8080\n"
		   "cat request >&3\n"
		   "cat <&3 >answer || :\n"
		   "grep 501 answer said\n"
		   "until grep reset-predicted log; do\n"
		   "	read -rt 0.05 <> <(:) || :\n"
		   "done\n"
		   "grep '\"rstwatch.unread_kind\":\"rest of an HTTP body\"' "
		   "log\n"
		   "rstwatch analyze log >report || [ $? = 1 ]\n"
		   "grep '^ *Called at sock_close\\|^ *Called at .*python' "
		   "report\n");
}

/*
 * talk SIDE: a server and a client of TLS 1.3 in one program, each end with a
 * thread. SIDE closes once something has come that it does not read: a ticket,
 * which servers send unasked after the handshake, or the other's close_notify.
 */
#define TALK \
	"command -v openssl || { echo no openssl; exit 77; }\n" \
	"openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert " \
	"-subj /CN=test\n" \
	"cat >talk.py <<'END'\n" \
	"import select, socket, ssl, sys, threading\n" \
	"def poll(s):\n" \
	"    select.select([s], [], [])\n" \
	"context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n" \
	"context.minimum_version = ssl.TLSVersion.TLSv1_3\n" \
	"context.load_cert_chain('cert', 'key')\n" \
	"listener = socket.create_server(('127.0.0.1', 4433))\n" \
	"def serve():\n" \
	"    s = context.wrap_socket(listener.accept()[0], server_side=True)\n" \
	"    poll(s)\n" \
	"    s.close()\n" \
	"server = threading.Thread(target=serve)\n" \
	"server.start()\n" \
	"c = socket.create_connection(('127.0.0.1', 4433))\n" \
	"c = ssl._create_unverified_context().wrap_socket(c)\n" \
	"poll(c)\n" \
	"if sys.argv[1] == 'server':\n" \
	"    c.setblocking(False)\n" \
	"    try: c.unwrap()\n" \
	"    except OSError: pass\n" \
	"    server.join()\n" \
	"c.close()\n" \
	"server.join()\n" \
	"END\n"

static void a_client_of_tls_leaves_its_ticket_unread(void **state)
{
	(void)state;
	script_run(PYTHON TALK "LD_PRELOAD=$SO $python talk.py client 2>said\n"
			       "grep 'Unread: TLS session ticket' said\n");
}

static void a_server_of_tls_leaves_the_close_notify_unread(void **state)
{
	(void)state;
	script_run(PYTHON TALK
		   "LD_PRELOAD=$SO $python talk.py server 2>said\n"
		   "grep 'Unread: TLS alert, probably close_notify' said\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_is_told_by_its_part),
		cmocka_unit_test(frames_are_no_rest_of_an_http_body),
		cmocka_unit_test(an_alert_of_tls_is_told),
		cmocka_unit_test(a_request_of_tls_to_a_server_is_no_ticket),
		cmocka_unit_test(what_has_no_name_is_zeros_text_or_binary),
		cmocka_unit_test(contents_are_logged_on_demand_alone),
		cmocka_unit_test(pythons_http_server_answers_a_post_early),
		cmocka_unit_test(a_client_of_tls_leaves_its_ticket_unread),
		cmocka_unit_test(
			a_server_of_tls_leaves_the_close_notify_unread),
	};

	if (setenv("SOURCE", SOURCE, 1))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
