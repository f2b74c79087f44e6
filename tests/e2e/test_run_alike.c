/* SPDX-License-Identifier: MIT */
/* test_run_alike.c - a command is the same under `rstwatch run` as without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * One shell script each: $RUN stands for `rstwatch run ... --`, or for nothing.
 * What it prints and how it ends must be the same. To add one: a row.
 */
static const struct row {
	const char *name;
	const char *script;
} rows[] = {
	{"success", "$RUN true"},
	{"failure", "$RUN false"},
	{"an exit status", "$RUN sh -c 'exit 42'"},
	{"killed by TERM", "$RUN sh -c 'kill -TERM $$'; echo $?"},
	{"killed by KILL", "$RUN sh -c 'kill -KILL $$'; echo $?"},
	{"killed by SEGV", "ulimit -c 0; $RUN sh -c 'kill -SEGV $$'; echo $?"},
	{"a killed one, seen by wait(2)", "exec $RUN sh -c 'kill -KILL $$'"},
	{"in a pipeline", "seq 1 5000 | $RUN sort -rn | head -n 3"},
	{"a reader that leaves", "$RUN seq 1 100000 | head -n 1"},
	{"reads its input", "echo one two | $RUN sh -c 'read a b; echo $b'"},
	{"both outputs",
	 "$RUN sh -c 'echo out; echo err >&2' 2>&1 | grep -v ^rstwatch:"},
	{"handles a signal",
	 "$RUN sh -c 'trap \"echo got\" TERM; kill -TERM $$; echo after'"},
	{"ignores a signal",
	 "trap '' HUP; $RUN sh -c 'kill -HUP $$; echo survived'"},
	{"forks into the background",
	 "$RUN sh -c 'sleep 3 >/dev/null 2>&1 & echo forked'"},
	{"environment",
	 "$RUN env | grep -vE '^(LD_PRELOAD|RSTWATCH_LOG|RUN|_)=' | sort"},
	{"limits",
	 "ulimit -n 100; $RUN sh -c 'ulimit -n; ulimit -s; ulimit -c'"},
	{"where it runs", "cd /; umask 027; $RUN sh -c 'umask; pwd'"},
	{"out of time", "timeout 0.3 $RUN sleep 20; echo $?"},
	{"out of time, alone",
	 "timeout --foreground 0.3 $RUN sleep 20; echo $?"},
	{"a signal from outside",
	 "f=$(mktemp); $RUN sh -c 'trap \"exit 7\" USR1; echo >\"$1\"; "
	 "while :; do sleep 0.02; done' sh $f & p=$!; "
	 "until test -s $f; do sleep 0.02; done; kill -USR1 $p; wait $p; "
	 "echo $?; rm $f"},
	{"signals to the group, alone, and with a value",
	 "f=$(mktemp); setsid $RUN $BUILD/tests/e2e/programs/says_each_signal "
	 ">$f & p=$!; says() { until grep -q \"$1\" $f; do sleep 0.02; done; "
	 "}; says ready; kill -USR1 -$p; says USR1; kill -HUP $p; says HUP; "
	 "/bin/kill -q 42 -s USR2 $p; says USR2; kill -TERM -$p; wait $p; "
	 "echo $?; cat $f; rm $f"},
	{"an error output that nobody reads",
	 "f=$(mktemp -u); mkfifo $f; : <$f & exec 9>$f; wait $!; "
	 "$RUN sh -c 'echo survived; exit 5' 2>&9; echo $?; rm $f"},
	{"a closed input", "$RUN cat <&- 2>/dev/null; echo $?"},
	{"a closed output", "$RUN true >&-; echo $?"},
	{"inherited descriptors",
	 "exec 7</dev/null; $RUN sh -c 'test -e /dev/fd/7 && echo 7'"},
	{"an end of output before the end",
	 "$RUN sh -c 'exec >/dev/null 2>&1; exec tail -f /dev/null' | "
	 "{ cat; for i in $(seq 200); do pkill -s 0 tail && break; "
	 "sleep 0.02; done; }"},
	{"a session of its own", "$RUN setsid -w sh -c 'exit 5'; echo $?"},
	{"a script without a first line",
	 "f=$(mktemp); echo 'echo $1; exit 3' >$f; chmod +x $f; $RUN $f x; "
	 "echo $?; rm $f"},
	{"a command that isn't there", "$RUN /no/such 2>/dev/null; echo $?"},
	{"a file that can't be run", "$RUN /etc/passwd 2>/dev/null; echo $?"},
	{"a pipeline inside",
	 "$RUN sh -c 'echo a b c | tr \" \" \"\\n\" | sort -r | tail -n 1'"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), OUTPUT_MAX = 1 << 16 };

/* The last two are options of `rstwatch run`. */
enum { PLAIN, PRELOAD, SUPERVISE, WAYS };
static const char *const ways[WAYS] = {"unwatched", "--preload", "--supervise"};

struct outcome {
	FILE *from;
	int status;
	size_t len;
	char output[OUTPUT_MAX];
};

/* A session of its own, so that what it leaves running can be found. */
static void script_begin(const char *script, int way, struct outcome *o)
{
	const char *build = getenv("B") ? getenv("B") : "build";
	char run[4096] = "";

	if (way != PLAIN)
		snprintf(run, sizeof(run),
			 "%s/rstwatch run --no-capture --output /dev/null %s "
			 "--",
			 build, ways[way]);
	assert_true(setenv("RUN", run, 1) == 0);
	assert_true(setenv("BUILD", build, 1) == 0);
	assert_true(setenv("SCRIPT", script, 1) == 0);
	o->from =
		popen("exec timeout -k 1 15 setsid -w sh -c \"$SCRIPT\"", "re");
	assert_non_null(o->from);
}

static void script_end(struct outcome *o)
{
	o->len = fread(o->output, 1, sizeof(o->output) - 1, o->from);
	o->output[o->len] = '\0';
	o->status = pclose(o->from);
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && a->len == b->len &&
	       memcmp(a->output, b->output, a->len) == 0;
}

/* All ways at a time: most of a run is waiting for what comes after its end. */
static int differences(const struct row *row)
{
	static struct outcome o[WAYS];
	int differ = 0;

	for (int way = 0; way < WAYS; way++)
		script_begin(row->script, way, &o[way]);
	for (int way = 0; way < WAYS; way++)
		script_end(&o[way]);
	for (int way = PLAIN + 1; way < WAYS; way++) {
		if (is_same(&o[PLAIN], &o[way]))
			continue;
		print_error("%s: status %x, %s %x; \"%s\", %s \"%s\"\n",
			    row->name, o[PLAIN].status, ways[way],
			    o[way].status, o[PLAIN].output, ways[way],
			    o[way].output);
		differ++;
	}
	return differ;
}

static void commands_are_the_same_whichever_way_they_are_watched(void **state)
{
	int differ = 0;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		differ += differences(&rows[i]);
	assert_int_equal(differ, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			commands_are_the_same_whichever_way_they_are_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
