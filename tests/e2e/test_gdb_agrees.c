/* SPDX-License-Identifier: MIT */
/* test_gdb_agrees.c - function and line of each frame are those gdb names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "script.h"

/* A server and its client in one, in C and in C++. */
static const char SOURCE[] =
	"#include <arpa/inet.h>\n"
	"#include <poll.h>\n"
	"#include <sys/socket.h>\n"
	"#include <unistd.h>\n"
	"static inline __attribute__((always_inline)) int leave(int fd)\n"
	"{\n"
	"	return close(fd);\n"
	"}\n"
	"__attribute__((noinline)) int handle_conn(int fd)\n"
	"{\n"
	"	struct pollfd p = {fd, POLLIN, 0};\n"
	"	poll(&p, 1, -1);\n"
	"	return leave(fd) + p.revents;\n"
	"}\n"
	"int main()\n"
	"{\n"
	"	struct sockaddr_in a = {AF_INET, htons(8080),\n"
	"		{htonl(INADDR_LOOPBACK)}, {0}};\n"
	"	int l = socket(AF_INET, SOCK_STREAM, 0);\n"
	"	int c = socket(AF_INET, SOCK_STREAM, 0);\n"
	"	if (bind(l, (struct sockaddr *)&a, sizeof(a)) ||\n"
	"	    listen(l, 1) ||\n"
	"	    connect(c, (struct sockaddr *)&a, sizeof(a)) ||\n"
	"	    write(c, \"unread\", 6) != 6)\n"
	"		return 1;\n"
	"	return handle_conn(accept(l, 0, 0)) == 0;\n"
	"}\n";

static const char RUST[] =
	"use std::io::Write;\n"
	"use std::net::{TcpListener, TcpStream};\n"
	"mod conn {\n"
	"    #[inline(never)]\n"
	"    pub fn handle<T>(stream: T, n: &mut usize) {\n"
	"        drop(stream);\n"
	"        *n += 1;\n"
	"    }\n"
	"}\n"
	"fn main() {\n"
	"    let listener = TcpListener::bind(\"127.0.0.1:8080\").unwrap();\n"
	"    let mut c = TcpStream::connect(\"127.0.0.1:8080\").unwrap();\n"
	"    c.write_all(b\"unread\").unwrap();\n"
	"    let (stream, _) = listener.accept().unwrap();\n"
	"    stream.peek(&mut [0; 1]).unwrap();\n"
	"    let mut n = 0;\n"
	"    conn::handle(stream, &mut n);\n"
	"    assert_eq!(n, 1);\n"
	"}\n";

/*
 * agree FILE: all frames of the reset in log that are in FILE, as
 * FUNCTION|LINE. Where functions are inlined, the innermost has the line and
 * the outermost the symbol, which is how gdb tells of one address.
 */
static const char FUNCTIONS[] =
	"needs() { command -v $1 || { echo no $1; exit 77; }; }\n"
	"needs gdb\n"
	"build() { printf %s \"$SOURCE\" >server.c; \"$@\" -O2 -g; }\n"
	"serve() { LD_PRELOAD=$SO RSTWATCH_LOG=log ./server; }\n"
	"frames() {\n"
	"	{ rstwatch analyze --format json log || :; } |\n"
	"		grep -m 1 '\"stack\":' | sed 's/.*\"stack\"://' |\n"
	"		sed 's/{\"module/\\n&/g' | grep \"/$1\\\",\" |\n"
	"		sed -E 's/.*\"offset\":([0-9]+)"
	"(,\"function\":\"([^\"]*)\")?"
	"(,\"file\":\"[^\"]*\")?(,\"line\":([0-9]+))?.*/\\1|\\3|\\6/'\n"
	"}\n"
	"agree() {\n"
	"	frames ${1##*/} >frames\n"
	"	awk -F '|' '!($1 in line) { at[++n] = $1; line[$1] = $3 }\n"
	"		{ name[$1] = $2 }\n"
	"		END { for (i = 1; i <= n; i++)\n"
	"			print name[at[i]] \"|\" line[at[i]] }' "
	"frames >ours\n"
	"	for at in $(cut -d '|' -f 1 frames | uniq); do\n"
	"		echo info symbol $((at - 1))\n"
	"		echo info line \\*$((at - 1))\n"
	"	done >asked\n"
	"	gdb -nx -batch -x asked $1 2>&- |\n"
	"		grep -E '^(Line|No (line|symbol))|in section' |\n"
	"		sed -E 's/( \\+ [0-9]+)? in section.*//; "
	"s/^No symbol.*//; s/^Line ([0-9]+).*/\\1/; s/^No line.*//' |\n"
	"		paste -d '|' - - >theirs\n"
	"	diff theirs ours\n"
	"	cat ours\n"
	"}\n";

static void run(const char *script)
{
	char whole[8192];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void on_a_program_in_c(void **state)
{
	(void)state;
	run("build cc -o server server.c\n"
	    "serve\n"
	    "agree ./server\n"
	    "grep -x 'handle_conn|7' ours\n"
	    "grep -x 'main|26' ours\n");
}

static void on_a_program_in_cplusplus(void **state)
{
	(void)state;
	run("needs g++\n"
	    "build g++ -x c++ -o server server.c\n"
	    "serve\n"
	    "agree ./server\n"
	    "grep -x 'handle_conn(int)|7' ours\n");
}

static void on_a_shared_library(void **state)
{
	(void)state;
	run("build cc -fPIC -shared -Dmain=serve -o libserver.so server.c\n"
	    "echo 'int serve(); int main() { return serve(); }' >main.c\n"
	    "cc -o server main.c -L. -lserver -Wl,-rpath,$PWD\n"
	    "serve\n"
	    "agree ./libserver.so\n"
	    "grep -x 'handle_conn|7' ours\n"
	    "agree ./server\n"
	    "grep -x 'main|' ours\n");
}

/* Where both look for it: in a mount namespace of our own. */
static void on_a_stripped_program_with_a_debug_file_by_build_id(void **state)
{
	(void)state;
	run("[ -d /usr/lib/debug ] || { echo no /usr/lib/debug; exit 77; }\n"
	    "build cc -o server server.c\n"
	    "mkdir kept\n"
	    "objcopy --only-keep-debug server kept/debug\n"
	    "strip server\n"
	    "id=$(readelf -n server | sed -n 's/.*Build ID: *//p')\n"
	    "serve\n"
	    "agree ./server\n"
	    "not grep handle_conn ours\n"
	    "export id\n"
	    "export -f not needs frames agree\n"
	    "unshare -m bash -euc '\n"
	    "	mount -t tmpfs none /usr/lib/debug\n"
	    "	install -D kept/debug "
	    "/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug\n"
	    "	agree ./server\n"
	    "	grep -x \"handle_conn|7\" ours\n"
	    "	grep -x \"main|26\" ours'\n");
}

/* gdb's names end in a hash, which is no part of the source. */
static void on_a_program_in_rust(void **state)
{
	(void)state;
	run("needs rustc\n"
	    "printf %s \"$RUST\" >server.rs\n"
	    "rustc -O -g -o server server.rs\n"
	    "serve\n"
	    "frames server | grep 'server::conn::handle' | head -n 1 >ours\n"
	    "at=$(cut -d '|' -f 1 ours)\n"
	    "gdb -nx -batch -ex \"info symbol $((at - 1))\" "
	    "-ex \"info line *$((at - 1))\" server 2>&- | tee theirs\n"
	    "grep '^server::conn::handle' theirs\n"
	    "frames server | grep -m 1 \"^$at|\" | cut -d '|' -f 3 >line\n"
	    "grep \"^Line $(cat line) of\" theirs\n"
	    "frames server | grep '|server::main|17$'\n");
}

/* Debian's, stripped: the names are those it exports to its modules. */
static void on_nginx(void **state)
{
	(void)state;
	run("needs nginx\n"
	    "mkdir n\n"
	    "cat >nginx.conf <<'END'\n"
	    "daemon off; master_process off; pid n/pid;\n"
	    "error_log stderr error;\n"
	    "events { worker_connections 64; }\n"
	    "http { access_log off; root n; lingering_close off;\n"
	    "client_body_temp_path n/b; proxy_temp_path n/p;\n"
	    "fastcgi_temp_path n/f; uwsgi_temp_path n/u; scgi_temp_path n/s;\n"
	    "server { listen 127.0.0.1:8080; location / { return 403; } } }\n"
	    "END\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log nginx -p $PWD/ -c nginx.conf "
	    "2>&- & pid=$!\n"
	    "until (: <>/dev/tcp/127.0.0.1/8080) 2>&-; do\n"
	    "	kill -0 $pid; read -rt 0.05 <> <(:) || :\n"
	    "done\n"
	    "exec 3<>/dev/tcp/127.0.0.1/8080\n"
	    "{ printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close"
	    "\\r\\n\\r\\n'; head -c 20000 /dev/zero; } >request\n"
	    "cat request >&3\n"
	    "cat <&3 >said 2>&- || :\n"
	    "grep 403 said\n"
	    "until grep -q reset-predicted log; do\n"
	    "	read -rt 0.05 <> <(:) || :\n"
	    "done\n"
	    "agree $(command -v nginx)\n"
	    "head -n 1 ours | grep -x 'ngx_close_connection|.*'\n"
	    "grep '\"rstwatch.unread_kind\":\"rest of an HTTP body\"' log\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_program_in_c),
		cmocka_unit_test(on_a_program_in_cplusplus),
		cmocka_unit_test(on_a_shared_library),
		cmocka_unit_test(
			on_a_stripped_program_with_a_debug_file_by_build_id),
		cmocka_unit_test(on_a_program_in_rust),
		cmocka_unit_test(on_nginx),
	};

	if (setenv("SOURCE", SOURCE, 1) || setenv("RUST", RUST, 1))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
