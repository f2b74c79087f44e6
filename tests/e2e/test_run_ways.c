/* SPDX-License-Identifier: MIT */
/* test_run_ways.c - which way `run` watches what, and that it works so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/*
 * `needs COMMAND PACKAGE` skips without it. `says WORDS COMMAND...` runs the
 * command under run, whose line on how it watches must have the words; what it
 * then says of resets is in the file said.
 */
static const char FUNCTIONS[] =
	"PROGRAM=$BUILD/tests/preload/programs/close_with_unread_bytes_resets\n"
	"needs() {\n"
	"	command -v $1 >path || { echo \"no $1 (package $2)\"; exit 77; }\n"
	"}\n"
	"says() {\n"
	"	words=$1; shift\n"
	"	rstwatch run --no-capture --log log -- \"$@\" >out 2>said || "
	"{ cat said; exit 1; }\n"
	"	cat said; grep \"$words\" said\n"
	"}\n"
	"predicted() { grep -c '\"rstwatch.unread_bytes\":11' log | grep -x 1; "
	"}\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void
a_musl_program_is_supervised_and_unharmed_by_the_preload(void **state)
{
	(void)state;
	run("needs musl-gcc musl-tools\n"
	    "cat >m.c <<'END'\n"
	    "#include <arpa/inet.h>\n"
	    "#include <sys/socket.h>\n"
	    "#include <unistd.h>\n"
	    "int main(void)\n"
	    "{\n"
	    "	struct sockaddr_in a = {.sin_family = AF_INET};\n"
	    "	socklen_t len = sizeof(a);\n"
	    "	int l = socket(AF_INET, SOCK_STREAM, 0), c, s;\n"
	    "	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);\n"
	    "	bind(l, (void *)&a, len);\n"
	    "	listen(l, 1);\n"
	    "	getsockname(l, (void *)&a, &len);\n"
	    "	c = socket(AF_INET, SOCK_STREAM, 0);\n"
	    "	connect(c, (void *)&a, len);\n"
	    "	s = accept(l, 0, 0);\n"
	    "	write(c, \"eleven byte\", 11);\n"
	    "	return close(s);\n"
	    "}\n"
	    "END\n"
	    "musl-gcc -o m m.c\n"
	    "says 'system calls (seccomp): linked to musl' ./m; predicted\n"
	    /* Below a preloaded shell it goes unwatched, but it goes. */
	    "rstwatch run --no-capture --output /dev/null -- sh -c "
	    "'./m; echo ended: $?' >out 2>&1; cat out\n"
	    "grep -x 'ended: 0' out; not grep -i relocating out\n");
}

/* The number of a processor that this one surely is not: e_machine, at 18. */
static void another_processors_program_is_left_to_the_packets(void **state)
{
	(void)state;
	run("cp $PROGRAM foreign\n"
	    "printf '\\377\\376' | dd of=foreign bs=1 seek=18 conv=notrunc\n"
	    "rstwatch run --no-capture -- ./foreign 2>said && exit 1 || "
	    "test $? = 126\n"
	    "cat said\n"
	    "grep 'not watching foreign: built for another processor' said\n"
	    "grep \"foreign: can't be executed: Exec format error\" said\n");
}

static void a_script_is_looked_through_to_its_interpreter(void **state)
{
	(void)state;
	run("printf '#!/bin/sh\\nexec %s 127.0.0.1\\n' $PROGRAM >inner\n"
	    "printf '#!%s/inner\\n' $PWD >outer; chmod +x inner outer\n"
	    "says 'preload: a script of /bin/sh, dynamically linked' ./outer\n"
	    "predicted\n");
}

/* Root loses nothing by no_new_privs; another user would lose the privilege. */
static void file_capabilities_keep_the_preload_out(void **state)
{
	(void)state;
	run("[ $(id -u) = 0 ] || { echo 'only root can give them'; exit 77; }\n"
	    "needs setcap libcap2-bin\n"
	    "chmod 711 .; install -m 755 $PROGRAM privileged\n"
	    "install -m 755 $BUILD/rstwatch $SO .\n"
	    "setcap cap_net_raw+ep privileged || { echo 'no file capabilities "
	    "here'; exit 77; }\n"
	    "as() { setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; "
	    "}\n"
	    "as ./rstwatch run --no-capture -- ./privileged 127.0.0.1 2>said\n"
	    "cat said; grep 'not watching privileged: setuid, setgid or' said\n"
	    "as ./rstwatch run --supervise --no-capture -- ./privileged "
	    "127.0.0.1 2>said\n"
	    "cat said; grep '1 prediction; ' said\n");
}

static void a_setuid_program_of_roots_keeps_its_privilege(void **state)
{
	(void)state;
	run("[ $(id -u) = 0 ] || { echo 'only root can make one'; exit 77; }\n"
	    "chmod 711 .; install -m 4755 $(command -v id) own_id\n"
	    "install -m 755 $BUILD/rstwatch $SO .\n"
	    "setpriv --reuid 65534 --regid 65534 --clear-groups ./rstwatch run "
	    "--no-capture -- ./own_id -u >out 2>said\n"
	    "cat out said; grep -x 0 out\n"
	    "grep 'not watching own_id: setuid, setgid or with file' said\n");
}

/* What the line about setcap promises, to an ordinary user. */
static void capabilities_let_an_ordinary_user_capture(void **state)
{
	(void)state;
	run("[ $(id -u) = 0 ] || { echo 'only root can give them'; exit 77; }\n"
	    "needs setcap libcap2-bin\n"
	    "chmod 711 .; install -m 755 $BUILD/rstwatch $SO $PROGRAM .\n"
	    "as() { setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; "
	    "}\n"
	    "as ./rstwatch run ./${PROGRAM##*/} 127.0.0.1 2>said; cat said\n"
	    "grep 'not capturing' said; grep 'setcap cap_net_raw' said\n"
	    "setcap cap_net_raw,cap_perfmon+ep rstwatch || { echo 'no file "
	    "capabilities here'; exit 77; }\n"
	    "as ./rstwatch run ./${PROGRAM##*/} 127.0.0.1 2>said; cat said\n"
	    "grep 'capturing on interface any: filter tcp, snap length' said\n"
	    "grep '^1 reset; ' said; grep 'certain, predicted' said\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_musl_program_is_supervised_and_unharmed_by_the_preload),
		cmocka_unit_test(
			another_processors_program_is_left_to_the_packets),
		cmocka_unit_test(a_script_is_looked_through_to_its_interpreter),
		cmocka_unit_test(file_capabilities_keep_the_preload_out),
		cmocka_unit_test(a_setuid_program_of_roots_keeps_its_privilege),
		cmocka_unit_test(capabilities_let_an_ordinary_user_capture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
