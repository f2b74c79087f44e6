/* SPDX-License-Identifier: MIT */
/* test_guilty_line.c - the function and line of the close, as addr2line says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script.h"

/*
 * A server and its client in one. leave() is inlined into handle_conn(), the
 * stack's first frame has two functions then.
 */
static const char SOURCE[] =
	"#include <arpa/inet.h>\n"
	"#include <poll.h>\n"
	"#include <sys/socket.h>\n"
	"#include <unistd.h>\n"
	"static inline __attribute__((always_inline)) void leave(int fd)\n"
	"{\n"
	"	close(fd);\n"
	"}\n"
	"__attribute__((noinline)) int handle_conn(int fd)\n"
	"{\n"
	"	struct pollfd p = {fd, POLLIN, 0};\n"
	"	poll(&p, 1, -1);\n"
	"	leave(fd);\n"
	"	return p.revents == 0;\n"
	"}\n"
	"int main(void)\n"
	"{\n"
	"	struct sockaddr_in a = {AF_INET, htons(8080),\n"
	"		{htonl(INADDR_LOOPBACK)}, {0}};\n"
	"	int l = socket(AF_INET, SOCK_STREAM, 0);\n"
	"	int c = socket(AF_INET, SOCK_STREAM, 0);\n"
	"	if (bind(l, (void *)&a, sizeof(a)) || listen(l, 1) ||\n"
	"	    connect(c, (void *)&a, sizeof(a)) ||\n"
	"	    write(c, \"unread\", 6) != 6)\n"
	"		return 1;\n"
	"	return handle_conn(accept(l, 0, 0));\n"
	"}\n";

/*
 * build COMPILER...: the program, from SOURCE, as ./server.
 * is_as_addr2line_says DEBUG: runs it, and holds the names and lines of its
 * first frame, innermost first, to those that addr2line finds in DEBUG.
 */
static const char FUNCTIONS[] =
	"build() {\n"
	"	printf %s \"$SOURCE\" >server.c\n"
	"	\"$@\" -O2 -g -o server server.c\n"
	"}\n"
	"is_as_addr2line_says() {\n"
	"	LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	"	rstwatch analyze --format json log >report || [ $? = 1 ]\n"
	"	at=$(sed 's/.*\"stack\"://' report |\n"
	"		grep -o '\"offset\":[0-9]*' | head -n 1)\n"
	"	addr2line -Cfie $1 $(printf %x $((${at#*:} - 1))) |\n"
	"		sed 's/ (discriminator.*//; s|/.*/||' |\n"
	"		paste -d ' ' - - >theirs\n"
	"	grep -o \"$at,\\\"function[^}]*\" report |\n"
	"		sed 's/.*function\":\"//; s/\",.*\\//  /; s/\",\"line\"//' |\n"
	"		tr -s ' ' >ours\n"
	"	diff theirs ours\n"
	"	grep '^leave.* server.c:7$' ours\n"
	"	grep '^handle_conn.* server.c:13$' ours\n"
	"	{ rstwatch analyze log || :; } | grep 'Called at leave'\n"
	"}\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void a_c_program_with_debug_information(void **state)
{
	(void)state;
	run("build cc\n"
	    "is_as_addr2line_says server\n");
}

static void a_c_program_that_is_no_pie(void **state)
{
	(void)state;
	run("build cc -no-pie -fno-pie\n"
	    "is_as_addr2line_says server\n");
}

static void a_stripped_program_with_its_debug_file(void **state)
{
	(void)state;
	run("build cc\n"
	    "objcopy --only-keep-debug server server.debug\n"
	    "strip server\n"
	    "objcopy --add-gnu-debuglink=server.debug server\n"
	    "is_as_addr2line_says server.debug\n");
}

static void
the_page_shows_the_line_of_a_source_as_old_as_the_program(void **state)
{
	(void)state;
	run("page() {\n"
	    "	timeout 10 rstwatch analyze --format html log >page ||\n"
	    "		[ $? = 1 ]\n"
	    "}\n"
	    "build cc\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "page\n"
	    "grep 'leave server.c:7' page\n"
	    "grep '<code class=\"source\">close(fd);</code>' page\n"
	    "touch -d '1 hour' server.c\n"
	    "page\n"
	    "grep 'leave server.c:7' page\n"
	    "not grep 'close(fd);</code>' page\n"
	    "rm server.c\n"
	    "mkfifo -m 600 server.c\n"
	    "touch -d '1 hour ago' server.c\n"
	    "page\n"
	    "grep 'leave server.c:7' page\n");
}

static void a_function_without_a_name_is_told_by_its_caller(void **state)
{
	(void)state;
	run("build cc -Wl,--export-dynamic-symbol=main\n"
	    "strip server\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "rstwatch analyze log >report || [ $? = 1 ]\n"
	    "grep -E '^ +6 bytes unread +server\\+0x[0-9a-f]+, from main$' "
	    "report\n");
}

static void a_shared_library(void **state)
{
	(void)state;
	run("build cc -fPIC -shared -Dmain=serve\n"
	    "mv server libserver.so\n"
	    "echo 'int serve(void); int main(void) { return serve(); }' >main.c\n"
	    "cc -o server main.c -L. -lserver -Wl,-rpath,$PWD\n"
	    "is_as_addr2line_says libserver.so\n");
}

/* main() is only a stub: each of the library's functions is a place. */
static void two_functions_of_an_own_library_are_two_places(void **state)
{
	(void)state;
	run("{ printf %s \"$SOURCE\" | sed -n '1,/^int main/p' | sed '$d'\n"
	    "  cat <<'END'\n"
	    "__attribute__((noinline)) int reject(int fd)\n"
	    "{\n"
	    "	struct pollfd p = {fd, POLLIN, 0};\n"
	    "	poll(&p, 1, -1);\n"
	    "	close(fd);\n"
	    "	return p.revents == 0;\n"
	    "}\n"
	    "END\n"
	    "  printf %s \"$SOURCE\" | sed -n '/^int main/,$p' |\n"
	    "	sed 's/^int main.*/int serve(int (*on)(int), int port)/\n"
	    "	s/8080/port/; s/return handle_conn/return on/'\n"
	    "} >own.c\n"
	    "cc -g -O2 -fPIC -shared -o libown.so own.c\n"
	    "cat >m.c <<'END'\n"
	    "int serve(int (*)(int), int), handle_conn(int), reject(int);\n"
	    "int main(void)\n"
	    "{\n"
	    "	return serve(handle_conn, 8080) || serve(reject, 8081);\n"
	    "}\n"
	    "END\n"
	    "cc -o server m.c ./libown.so\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "{ rstwatch analyze log || :; } >report; cat report\n"
	    "grep -c '^ *1  unread-data  *server close()' report | grep -x 2\n"
	    "grep 'unread  *leave own.c:7' report\n"
	    "grep 'unread  *reject own.c:20' report\n");
}

/* Everything is dropped by the same function of its library. */
static void a_rust_program_is_told_by_its_own_line(void **state)
{
	(void)state;
	run("command -v rustc || { echo no rustc; exit 77; }\n"
	    "cat >r.rs <<'END'\n"
	    "use std::{io::Write, net::*};\n"
	    "#[inline(never)]\n"
	    "fn login(s: TcpStream) { s.peek(&mut [0]).unwrap(); }\n"
	    "#[inline(never)]\n"
	    "fn upload(s: TcpStream) { s.peek(&mut [0, 0]).unwrap(); }\n"
	    "fn main() {\n"
	    "    let l = TcpListener::bind(\"127.0.0.1:0\").unwrap();\n"
	    "    for serve in [login, upload] {\n"
	    "        let mut c = TcpStream::connect(l.local_addr().unwrap())"
	    ".unwrap();\n"
	    "        c.write_all(b\"unread\").unwrap();\n"
	    "        serve(l.accept().unwrap().0);\n"
	    "    }\n"
	    "}\n"
	    "END\n"
	    "rustc -g r.rs || { echo rustc does not work; exit 77; }\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./r\n"
	    "{ rstwatch analyze log || :; } >report; cat report\n"
	    "grep 'unread  *r::login r.rs:3' report\n"
	    "grep 'unread  *r::upload r.rs:5' report\n"
	    "grep 'Called at r::login r.rs:3' report\n");
}

/*
 * Whatever the working directory was then, or is, here or there. More mappings
 * are listed before it than are read at once.
 */
static void a_library_by_a_relative_path_has_its_whole_path(void **state)
{
	(void)state;
	run("build cc -fPIC -shared -Dmain=serve\n"
	    "mkdir plugins; mv server plugins/libserver.so\n"
	    "cat >main.c <<'END'\n"
	    "#include <dlfcn.h>\n"
	    "#include <sys/mman.h>\n"
	    "#include <unistd.h>\n"
	    "int main(int c, char **v) { void *p = dlopen(v[1], RTLD_NOW);\n"
	    "	for (int i = 0; i < 200; i++) mmap(0, 4096, i % 2 ? PROT_READ :\n"
	    "		PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	    "	return !p || chdir(\"/\") || ((int (*)(void))dlsym(p, "
	    "\"serve\"))(); }\n"
	    "END\n"
	    "cc -o server main.c\n"
	    "for how in plugins/libserver.so libserver.so; do\n"
	    "	LD_PRELOAD=$SO RSTWATCH_LOG=$PWD/log LD_LIBRARY_PATH=plugins "
	    "./server $how\n"
	    "	grep \"\\\"module\\\":\\\"$PWD/plugins/libserver.so\\\"\" log\n"
	    "	not grep '\"module\":\"[^/]' log\n"
	    "	{ (cd /; rstwatch analyze $OLDPWD/log) || :; } >report\n"
	    "	grep 'Called at leave server.c:7' report\n"
	    "	grep 'Opened at .* by accept' report | grep 'serve server.c:26'\n"
	    "	rm log\n"
	    "done\n");
}

static void names_of_cplusplus_are_readable(void **state)
{
	(void)state;
	run("command -v g++ || { echo no g++; exit 77; }\n"
	    "build g++ -w -x c++ -fpermissive\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "rstwatch analyze log >report || [ $? = 1 ]\n"
	    "grep 'handle_conn(int) server.c:13' report\n");
}

/* What stands at that address now may be another's. */
static void a_program_built_anew_is_not_trusted(void **state)
{
	(void)state;
	run("for ids in 'sha1 sha1' 'none sha1' 'none none'; do\n"
	    "	build cc -Wl,--build-id=${ids% *}\n"
	    "	rm -f log\n"
	    "	LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "	SOURCE=\"int more_${ids% *}_${ids#* }(int i) { return i; }\n$SOURCE\"\n"
	    "	build cc -Wl,--build-id=${ids#* }\n"
	    "	rstwatch analyze log >report || [ $? = 1 ]\n"
	    "	grep 'server+0x[0-9a-f]* (changed since)' report\n"
	    "	not grep -F -e handle_conn -e leave -e server.c: report\n"
	    "done\n");
}

/* Realigned, of variable size, with a frame pointer and without. */
static void every_kind_of_frame_is_walked(void **state)
{
	(void)state;
	run("printf %s \"$SOURCE\" | sed 's/^int main.*/int start(void)/' >s.c\n"
	    "cat >>s.c <<'END'\n"
	    "#define FAR __attribute__((noinline)) int\n"
	    "__attribute__((noipa)) void keep(char *p) { *p = 0; }\n"
	    "FAR plain(int n) { return start() + n; }\n"
	    "FAR variable(int n) { char a[n]; keep(a); return plain(n) + a[0]; }\n"
	    "FAR aligned(int n) { __attribute__((aligned(64))) char a[64] = {0};\n"
	    "	keep(a); return variable(n) + a[0]; }\n"
	    "FAR both(int n) { __attribute__((aligned(64))) char a[64] = {0};\n"
	    "	char b[n]; keep(a); keep(b); return aligned(n) + a[0]; }\n"
	    "int main(int c, char **v) { (void)v; return both(c + 99) == 0; }\n"
	    "END\n"
	    "for how in -O0 -O2 '-O2 -fno-omit-frame-pointer' "
	    "'-O2 -mstackrealign' '-O1 -fomit-frame-pointer'; do\n"
	    "	case $how$(uname -m) in *realignaarch64) continue; esac\n"
	    "	cc -w -g $how -fno-ipa-cp -fno-inline-functions-called-once "
	    "-o server s.c\n"
	    "	rm -f log\n"
	    "	LD_PRELOAD=$SO RSTWATCH_LOG=log RSTWATCH_STACK=20 ./server\n"
	    "	{ rstwatch analyze --format json log || :; } |\n"
	    "		sed 's/.*\"stack\"://' | grep -o '\"function\":\"[a-z_]*' |\n"
	    "		cut -d '\"' -f 4 | head -n 8 | xargs >walked\n"
	    "	echo \"$how: $(cat walked)\"\n"
	    "	grep '^leave handle_conn start plain variable aligned both main$' "
	    "walked\n"
	    "done\n");
}

/*
 * At its first byte: what is before that is another's. A frame counted from rbx
 * needs libgcc, and a supervisor has a walk of its own.
 */
static void what_a_signal_interrupted_made_no_call(void **state)
{
	(void)state;
	run("printf %s \"$SOURCE\" | sed 's/^int main.*/int start(void)/' >s.c\n"
	    "cat >>s.c <<'END'\n"
	    "#include <signal.h>\n"
	    "#include <stdlib.h>\n"
	    "#define FAR __attribute__((noinline)) int\n"
	    "void handler(int n) { exit(start() + n == 0); }\n"
	    "FAR before(int n) { exit(n); }\n"
	    "FAR crash(volatile int *p) { return *p; }\n"
	    "#ifdef __x86_64__\n"
	    "__asm__(\".text; .type odd, @function; odd: .cfi_startproc;\"\n"
	    "	\"push %rbx; .cfi_def_cfa_offset 16; .cfi_offset %rbx, -16;\"\n"
	    "	\"mov %rsp, %rbx; .cfi_def_cfa_register %rbx;\"\n"
	    "	\"call crash; pop %rbx; .cfi_def_cfa %rsp, 8;\"\n"
	    "	\"ret; .cfi_endproc; .size odd, . - odd\");\n"
	    "int odd(volatile int *p);\n"
	    "#else\n"
	    "FAR odd(volatile int *p) { return crash(p) + 1; }\n"
	    "#endif\n"
	    "int main(int c, char **v) { signal(SIGSEGV, handler); (void)v;\n"
	    "	if (c > 2) before(c);\n"
	    "	return c > 1 ? odd(0) + c : crash(0) + c; }\n"
	    "END\n"
	    "cc -w -g -O2 -o server s.c\n"
	    "line=$(grep -n 'FAR crash' s.c)\n"
	    "crashed() {\n"
	    "	{ rstwatch analyze --format json log || :; } |\n"
	    "		sed 's/.*\"stack\"://' | tr '{' '\\n' >stack\n"
	    "	rm log\n"
	    "	sed -n '/\"handler\"/,/\"main\"/p' stack >between\n"
	    "	grep -x '.*\"function\":\"crash\",.*"
	    "\"line\":'${line%%:*}'}.*' between\n"
	    "	not grep '\"line\":'$((${line%%:*} - 1))'}' stack\n"
	    "}\n"
	    "for how in '' odd; do\n"
	    "	LD_PRELOAD=$SO RSTWATCH_LOG=log ./server $how\n"
	    "	crashed\n"
	    "	grep '\"odd\"' between || [ -z \"$how\" ]\n"
	    "done\n"
	    "rstwatch run --supervise --no-capture --log log ./server 2>said\n"
	    "crashed\n");
}

static void a_debuginfod_is_asked_only_where_it_is_named(void **state)
{
	(void)state;
	run("python3 -c '' || { echo no python3; exit 77; }\n"
	    "PATH=$PATH:/sbin:/usr/sbin\n"
	    "ldconfig -p | grep libdebuginfod ||\n"
	    "	{ echo no libdebuginfod; exit 77; }\n"
	    "build cc\n"
	    "id=$(readelf -n server | sed -n 's/.*Build ID: *//p')\n"
	    "mkdir -p web/buildid/$id\n"
	    "objcopy --only-keep-debug server web/buildid/$id/debuginfo\n"
	    "strip server\n"
	    "LD_PRELOAD=$SO RSTWATCH_LOG=log ./server\n"
	    "python3 -m http.server -d web --bind 127.0.0.1 8081 2>asked &\n"
	    "until (: <>/dev/tcp/127.0.0.1/8081) 2>&-; do\n"
	    "	read -rt 0.05 <> <(:) || :\n"
	    "done\n"
	    "export DEBUGINFOD_CACHE_PATH=$PWD/cache\n"
	    "unset DEBUGINFOD_URLS\n"
	    "rstwatch analyze log >report || [ $? = 1 ]\n"
	    "not grep -e handle_conn -e server.c: report\n"
	    "not grep GET asked\n"
	    "export DEBUGINFOD_URLS=http://127.0.0.1:8081\n"
	    "rstwatch analyze log >report || [ $? = 1 ]\n"
	    "grep 'leave server.c:7' report\n"
	    "grep \"GET /buildid/$id/debuginfo\" asked\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_c_program_with_debug_information),
		cmocka_unit_test(a_c_program_that_is_no_pie),
		cmocka_unit_test(a_stripped_program_with_its_debug_file),
		cmocka_unit_test(
			the_page_shows_the_line_of_a_source_as_old_as_the_program),
		cmocka_unit_test(
			a_function_without_a_name_is_told_by_its_caller),
		cmocka_unit_test(a_shared_library),
		cmocka_unit_test(
			two_functions_of_an_own_library_are_two_places),
		cmocka_unit_test(a_rust_program_is_told_by_its_own_line),
		cmocka_unit_test(
			a_library_by_a_relative_path_has_its_whole_path),
		cmocka_unit_test(names_of_cplusplus_are_readable),
		cmocka_unit_test(a_program_built_anew_is_not_trusted),
		cmocka_unit_test(every_kind_of_frame_is_walked),
		cmocka_unit_test(what_a_signal_interrupted_made_no_call),
		cmocka_unit_test(a_debuginfod_is_asked_only_where_it_is_named),
	};

	if (setenv("SOURCE", SOURCE, 1))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
