/* SPDX-License-Identifier: MIT */
/* test_run_odd.c - `run` where something is odd: it says so, and goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/* `quick ARG...` is rstwatch run of them; what it says is in the file said. */
static const char FUNCTIONS[] =
	"quick() {\n"
	"	rstwatch run --no-capture \"$@\" >out 2>said && s=0 || s=$?\n"
	"	cat out said; echo \"status $s\"\n"
	"}\n"
	"PROGRAM=$BUILD/tests/preload/programs/close_with_unread_bytes_resets\n"
	"as() { chmod 711 .; install -m 755 $BUILD/rstwatch $SO .\n"
	"	setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; }\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void what_outlives_the_command_is_named(void **state)
{
	(void)state;
	run("daemon='setsid sleep 9 >/dev/null 2>&1 & echo $!; "
	    "until grep -q sleep /proc/$!/comm; do :; done'\n"
	    "for way in --preload --supervise; do\n"
	    "	quick $way -- sh -c \"$daemon\"\n"
	    "	grep \"^rstwatch: s[a-z]*\\[$(cat out)\\] still runs, no longer "
	    "watched\" said\n"
	    "	kill $(cat out); quick --log log $way -- sh -c \"$daemon\"\n"
	    "	grep \"\\[$(cat out)\\] still runs; log goes on\" said\n"
	    "	kill $(cat out); quick $way -- sh -c 'sleep 0 & wait'\n"
	    "	not grep 'still runs' said\n"
	    "done\n");
}

/* /dev/null in their place must be ours alone. */
static void closed_standard_descriptors_stay_closed(void **state)
{
	(void)state;
	run("mkfifo ready\n"
	    "cat >command <<'END'\n"
	    "trap 'exit 7' USR1\n"
	    "(exec 3<>ready; echo >&3)\n"
	    "for fd in 0 1 2; do test -e /proc/$$/fd/$fd && exit 9; done\n"
	    "while :; do sleep 0.01; done\n"
	    "END\n"
	    "for way in --preload --supervise; do\n"
	    "	exec 3<>ready\n"
	    "	rstwatch run --no-capture $way -- sh command <&- >&- 2>&- 3>&- "
	    "& run=$!\n"
	    "	read -r x <&3; kill -USR1 $run; wait $run && s=0 || s=$?\n"
	    "	echo \"status $s\"; test $s = 7\n"
	    "done\n");
}

/* Not when the command has run for hours. */
static void what_can_not_be_written_is_told_before(void **state)
{
	(void)state;
	run("quick --log /no/log -- echo ran\n"
	    "grep \"can't begin: /no/log: No such file\" said; test $s = 125\n"
	    "quick --log /dev/null -- echo ran\n"
	    "grep '/dev/null: not a regular file' said; test $s = 125\n"
	    "mkfifo fifo; quick --log fifo -- echo ran; test $s = 125\n"
	    "printf '{\\n name\\n couse: x\\n}\\n' >list\n"
	    "quick --suppressions list -- echo ran\n"
	    "grep 'list:3: expected' said; test $s = 125\n"
	    "quick --output /no/report -- echo ran\n"
	    "grep '/no/report: No such file' said; test $s = 125\n"
	    "quick --output . -- echo ran\n"
	    "grep '\\.: Is a directory' said; test $s = 125\n"
	    "for no in /no/packets fifo /dev/null - .; do\n"
	    "	rstwatch run --capture $no -- echo ran >out 2>said && exit 1\n"
	    "	cat said; grep -e \"$no: No such\\|$no: not a regular\" said\n"
	    "	not grep ran out; test -p fifo; test ! -e -\n"
	    "done\n"
	    "for option in log output suppressions; do\n"
	    "	quick --$option '' -- echo ran; test $s = 125\n"
	    "	grep -e \"run: --$option: expected a path, got nothing\" said\n"
	    "done\n"
	    "rstwatch run --capture= -- echo ran 2>&1 | grep 'got nothing'\n"
	    "TMPDIR=/no quick -- echo ran\n"
	    "grep \"can't begin: /no/rstwatch-\" said; test $s = 125\n"
	    "not grep ran out\n");
}

/* A report takes the place of another, for which its directory is written. */
static void a_report_is_refused_where_it_could_not_come(void **state)
{
	(void)state;
	run("mkdir kept; touch kept/report; chmod 666 kept/report\n"
	    "as ./rstwatch run --no-capture --output kept/report -- echo ran "
	    ">out 2>said && exit 1\n"
	    "grep 'kept/report: Permission denied' said; not grep ran out\n"
	    "as ./rstwatch run --no-capture --output - -- true >out 2>said\n"
	    "cat said; grep '0 predictions' out\n");
}

static void a_report_goes_through_an_inherited_descriptor(void **state)
{
	(void)state;
	run("rstwatch run --no-capture --output /dev/stdout -- echo ran "
	    "2>said | cat >out\n"
	    "cat out; grep ran out; grep '0 predictions' out\n"
	    "rstwatch run --no-capture --output /dev/fd/7 -- echo ran "
	    "7>&1 >ran 2>said | cat >out\n"
	    "cat out; grep '0 predictions' out; not grep ran out\n"
	    "as sh -c './rstwatch run --no-capture --output /dev/stdout -- "
	    "echo ran 2>&1 | cat' >out\n"
	    "cat out; grep '0 predictions' out\n");
}

static void a_log_may_be_a_link(void **state)
{
	(void)state;
	run("ln -s real log; quick --log log -- true\n"
	    "grep '0 predictions; 2 log records' said; test -L log\n");
}

/* Only what the user wrote is a pattern. */
static void a_percent_sign_of_a_directory_is_one(void **state)
{
	(void)state;
	run("mkdir 'x%p y' '%t'; cd 'x%p y'\n"
	    "for way in --preload --supervise; do\n"
	    "	quick $way --log log -- true\n"
	    "	grep 'prediction.*[1-9] log records' said; test -s log; rm log\n"
	    "	quick $way --log %e.log -- cat said\n"
	    "	grep 'prediction.*[1-9] log records' said; rm cat.log\n"
	    "	TMPDIR=$PWD/../%t quick $way -- true\n"
	    "	grep 'prediction.*[1-9] log records' said\n"
	    "done\n");
}

static void a_capture_goes_into_the_file_that_was_meant(void **state)
{
	(void)state;
	run("rstwatch run true 2>&1 | not grep 'not capturing' ||\n"
	    "	{ echo 'no right to capture here'; exit 77; }\n"
	    "mkdir there; ln -s there/packets link; ln -s there/new new\n"
	    "touch there/packets; chmod 600 there/packets\n"
	    "rstwatch run --capture link -- true\n"
	    "rstwatch run --capture new -- true\n"
	    "test -L link -a -L new -a -s there/packets -a -s there/new\n"
	    "stat -c %a there/packets | grep -x 600\n"
	    "chmod 640 there/new; TMPDIR=/dev/shm rstwatch run --capture new -- "
	    "true\n"
	    "stat -c %a there/new | grep -x 640\n");
}

static void suppressions_may_come_from_a_pipe(void **state)
{
	(void)state;
	run("quick --suppressions <(printf '{\\n known\\n port: 0\\n}\\n') -- "
	    "$PROGRAM 127.0.0.1\n"
	    "grep ':1: unused suppression \"known\"' said; test $s = 0\n"
	    "echo data | { quick --suppressions /dev/stdin -- cat; test $s = "
	    "125; }\n"
	    "grep 'suppressions: standard input is the command' said\n"
	    "not grep data out\n"
	    "quick --suppressions /dev/null -- true; test $s = 0\n");
}

/* Whichever of the first descriptors is one too many. */
static void a_start_that_fails_leaves_nothing(void **state)
{
	(void)state;
	run("mkdir tmp; failed=0\n"
	    "for n in 4 5 6 7 8 9; do\n"
	    "	(ulimit -n $n; TMPDIR=$PWD/tmp exec rstwatch run --no-capture "
	    "--preload true) && s=0 || s=$?\n"
	    "	[ $s != 125 ] || failed=$((failed + 1))\n"
	    "	until rmdir tmp; do read -rt 0.02 <> <(:) || :; done; mkdir tmp\n"
	    "done\n"
	    "test $failed -gt 1\n");
}

static void what_was_asked_to_be_left_out_is_counted(void **state)
{
	(void)state;
	run("printf '{\\n all\\n}\\n' >list\n"
	    "quick --cause refused -- $PROGRAM 127.0.0.1\n"
	    "grep '^rstwatch: 1 reset of other causes left out' said\n"
	    "quick --suppressions list -- $PROGRAM 127.0.0.1\n"
	    "grep '^rstwatch: 1 reset left out, suppressed by list' said\n"
	    "quick --cause unread-data -- $PROGRAM 127.0.0.1\n"
	    "not grep 'left out' said\n");
}

/* In LD_PRELOAD they end a path. */
static void the_preload_may_lie_below_a_blank_or_colon(void **state)
{
	(void)state;
	run("for d in 'x y' x:y; do\n"
	    "	mkdir \"$d\"; install -m 755 $BUILD/rstwatch $SO \"$d\"\n"
	    "	\"$d/rstwatch\" run --no-capture --error-exit-code 9 --preload "
	    "-- sh -c \"$PROGRAM 127.0.0.1; true\" 2>said && s=0 || s=$?\n"
	    "	cat said; grep '^1 prediction; ' said; test $s = 9\n"
	    "	not grep -i 'ld.so' said\n"
	    "	TMPDIR=\"$PWD/$d\" \"$d/rstwatch\" run --no-capture -- echo ran "
	    ">out 2>said && s=0 || s=$?\n"
	    "	cat said; grep \"can't preload .*a blank or colon in its\" said\n"
	    "	test $s = 125; not grep ran out\n"
	    "done\n");
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	run("mkdir small; mount -t tmpfs -o size=64k none small || "
	    "{ echo 'may not mount here'; exit 77; }\n"
	    "fill='head -c 99999 /dev/zero >small/fill'\n"
	    "quick --log small/log -- sh -c \"$fill\"; mv said some; first=$s\n"
	    "rm small/*; sh -c \"$fill\" || :\n"
	    "TMPDIR=$PWD/small quick -- true\n"
	    "umount -l small\n"
	    "grep '^rstwatch run: .*small/log: No space' some\n"
	    "grep 'log.jsonl: No space left on device' said\n"
	    "test $first = 1 -a $s = 125\n");
}

static void a_program_that_was_not_watched_is_told(void **state)
{
	(void)state;
	run("echo 'int main(void) { return 0; }' >p.c; cc -static -o p p.c || "
	    "{ echo 'no static libc'; exit 77; }\n"
	    "quick --preload -- ./p\n"
	    "grep '^rstwatch: nothing was logged: the command was not' said\n"
	    "grep 'supervise watches any' said; test $s = 0\n"
	    "RSTWATCH_LEVEL=off quick -- true\n"
	    "not grep 'nothing was logged' said\n"
	    "quick --error-exit-code 9 --preload -- ./p; test $s = 125\n"
	    "grep '^rstwatch run: --error-exit-code: no call was w' said\n"
	    "quick --error-exit-code 9 --supervise -- ./p; test $s = 0\n");
}

/* Whoever asks for a status gets no 0 because the records are gone. */
static void a_log_that_was_removed_is_read_all_the_same(void **state)
{
	(void)state;
	run("for way in --preload --supervise; do\n"
	    "	quick $way --error-exit-code 9 --log log -- sh -c "
	    "\"$PROGRAM 127.0.0.1; rm log\"\n"
	    "	grep '^rstwatch: the log was removed or renamed: .*/log;' said\n"
	    "	grep '(removed log line' said; test $s = 9\n"
	    "	quick $way --error-exit-code 9 --log log -- sh -c "
	    "\"$PROGRAM 127.0.0.1; mv log other; true\"; test $s = 9\n"
	    "done\n"
	    "quick --supervise --error-exit-code 9 --log log.%p -- sh -c "
	    "\"$PROGRAM 127.0.0.1; rm log.*\"; test $s = 125\n"
	    "grep 'no record is left in log.%p: the command emptied' said\n"
	    "not grep 'supervise watches any' said\n");
}

static void a_supervisor_that_died_is_told(void **state)
{
	(void)state;
	run("quick --supervise -- sh -c 'kill -KILL $PPID; exit 6'\n"
	    "grep '^rstwatch: the supervisor died.*; what the' said\n");
}

/* And no capture of a run before is taken for this one's. */
static void a_keeper_that_was_killed_is_told(void **state)
{
	(void)state;
	run("rstwatch run true 2>&1 | not grep 'not capturing' ||\n"
	    "	{ echo 'no right to capture here'; exit 77; }\n"
	    "rstwatch run --capture packets -- $BUILD/tests/preload/programs/"
	    "close_with_unread_bytes_resets 127.0.0.1 2>&1 | grep '^1 reset'\n"
	    "others='for p in $(cat /proc/$PPID/task/*/children); do "
	    "[ $p = $$ ] || kill -KILL $p; done'\n"
	    "rstwatch run --preload --capture packets -- sh -c \"$others\" "
	    "2>said\n"
	    "cat said; grep '^rstwatch: no packets and no word of the' said\n"
	    "grep '0 predictions; .* and no capture' said\n");
}

static void a_missing_interpreter_is_named(void **state)
{
	(void)state;
	run("printf '#!/no/interpreter\\n' >script; chmod +x script\n"
	    "quick ./script; test $s = 127\n"
	    "grep 'script: its interpreter /no/interpreter: No such' said\n"
	    "printf '#!/bin/sh\\r\\n' >script; quick ./script; test $s = 127\n"
	    "grep 'its interpreter /bin/sh.x0d: No such' said\n"
	    "not grep watching said\n");
}

static void only_the_programs_that_are_named_are_watched(void **state)
{
	(void)state;
	run("p=close_with_unread_bytes_resets\n"
	    "cp $BUILD/tests/preload/programs/$p .\n"
	    "for way in --preload --supervise; do\n"
	    "	RSTWATCH_ONLY=q quick $way -- ./$p 127.0.0.1\n"
	    "	not grep 'prediction' said\n"
	    "	RSTWATCH_ONLY=q,$p quick $way -- sh -c \"./$p 127.0.0.1; :\"\n"
	    "	grep '^1 prediction; 3 log records' said\n"
	    "done\n");
}

static void what_may_not_be_looked_at_is_told(void **state)
{
	(void)state;
	run("cat >p.c <<'END'\n"
	    "#include <sys/prctl.h>\n"
	    "#include <unistd.h>\n"
	    "int main(int c, char **v) {\n"
	    "	prctl(PR_SET_DUMPABLE, c > 1);\n"
	    "	return close(0) + close(1); }\n"
	    "END\n"
	    "cc -o hidden p.c; install -m 711 hidden unread\n"
	    "why=\"can't be looked at (not dumpable): its calls go unwatched\"\n"
	    "watch() { as ./rstwatch run --no-capture --supervise -- \"$@\" "
	    "2>said; cat said; }\n"
	    "watch ./hidden; grep \"^rstwatch: hidden\\[[0-9]*\\] $why\" said\n"
	    "test $(grep -c \"$why\" said) = 1\n"
	    "watch ./hidden x; not grep unwatched said\n"
	    "watch ./unread x; grep \"^rstwatch: unread\\[[0-9]*\\] $why\" said\n"
	    "RSTWATCH_ONLY=p watch ./hidden; not grep unwatched said\n"
	    "watch sh -c 'for i in 1 2 3 4 5 6 7 8 9; do ./hidden; done'\n"
	    "test $(grep -c \"$why\" said) = 8\n");
}

/* As the preload has it, which has argv[0] from the start. */
static void a_title_is_no_name(void **state)
{
	(void)state;
	run("cat >p.c <<'END'\n"
	    "#include <string.h>\n"
	    "#include <sys/wait.h>\n"
	    "#include <unistd.h>\n"
	    "int main(int c, char **v) {\n"
	    "	if (fork()) wait(NULL);\n"
	    "	strcpy(v[0], \"p: worker of /etc/p.conf\");\n"
	    "	if (c == 3) execv(\"/no/file\", v);\n"
	    "	return 0; }\n"
	    "END\n"
	    "cc -o p p.c; cc -static -o static p.c || echo 'no static libc'\n"
	    "printf '#!%s\\n' $PWD/p >script; chmod +x script\n"
	    "names() { rm -f log; quick --log log \"$@\" >&2\n"
	    "	grep -o 'process.name\":\"[^\"]*' log | sort | uniq -c; }\n"
	    "long=$PWD/////////////////////////////\n"
	    "for name in p script static; do\n"
	    "	test -e $name || continue\n"
	    "	names --supervise -- $long$name x $name | tee told\n"
	    "	names --supervise -- $long$name | diff - told\n"
	    "	test $name = static || names --preload -- $long$name | "
	    "diff - told\n"
	    "	grep -qx \" *4 .*[:/]\\\"${name/script/p}\" told\n"
	    "done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_outlives_the_command_is_named),
		cmocka_unit_test(closed_standard_descriptors_stay_closed),
		cmocka_unit_test(what_can_not_be_written_is_told_before),
		cmocka_unit_test(a_report_is_refused_where_it_could_not_come),
		cmocka_unit_test(a_report_goes_through_an_inherited_descriptor),
		cmocka_unit_test(a_log_may_be_a_link),
		cmocka_unit_test(a_percent_sign_of_a_directory_is_one),
		cmocka_unit_test(a_capture_goes_into_the_file_that_was_meant),
		cmocka_unit_test(suppressions_may_come_from_a_pipe),
		cmocka_unit_test(a_start_that_fails_leaves_nothing),
		cmocka_unit_test(what_was_asked_to_be_left_out_is_counted),
		cmocka_unit_test(the_preload_may_lie_below_a_blank_or_colon),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_program_that_was_not_watched_is_told),
		cmocka_unit_test(a_log_that_was_removed_is_read_all_the_same),
		cmocka_unit_test(a_supervisor_that_died_is_told),
		cmocka_unit_test(a_keeper_that_was_killed_is_told),
		cmocka_unit_test(a_missing_interpreter_is_named),
		cmocka_unit_test(only_the_programs_that_are_named_are_watched),
		cmocka_unit_test(a_title_is_no_name),
		cmocka_unit_test(what_may_not_be_looked_at_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
