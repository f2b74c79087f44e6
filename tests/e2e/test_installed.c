/* SPDX-License-Identifier: MIT */
/* test_installed.c - what `make install` puts there works, and agrees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script.h"

/* options COMMAND: each long option that its --help lists. */
static const char FUNCTIONS[] =
	"options() {\n"
	"	rstwatch $1 --help | grep -oE '^ +--[a-z-]+' | tr -d ' '\n"
	"}\n";

static void run(const char *script)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s%s", FUNCTIONS, script);
	script_run(whole);
}

static void files_are_where_others_look_until_they_are_taken_away(void **state)
{
	(void)state;
	run("root=$PWD\n"
	    "make -sC $SRC B=$BUILD install DESTDIR=$root PREFIX=/usr "
	    "libdir=/usr/lib64\n"
	    "for f in bin/rstwatch lib64/librstwatch.so "
	    "lib64/pkgconfig/rstwatch.pc share/man/man1/rstwatch.1 "
	    "share/man/man1/rstwatch-run.1 share/man/man1/rstwatch-analyze.1 "
	    "share/man/man1/rstwatch-explain.1 share/man/man7/librstwatch.7 "
	    "share/bash-completion/completions/rstwatch "
	    "share/zsh/site-functions/_rstwatch; do\n"
	    "	test -s usr/$f || { echo no $f; exit 1; }\n"
	    "done\n"
	    "test $(find . -type f | wc -l) = 10\n"
	    "not grep -rE \"$root|@\" usr/lib64/pkgconfig\n"
	    "grep ^libdir=/usr/lib64 usr/lib64/pkgconfig/rstwatch.pc\n"
	    "make -sC $SRC B=$BUILD uninstall DESTDIR=$root PREFIX=/usr "
	    "libdir=/usr/lib64\n"
	    "[ -z \"$(find usr -type f)\" ]\n");
}

static void the_manuals_example_of_suppressions_is_read(void **state)
{
	(void)state;
	run("sed -n '/^{$/,/^}$/p' $SRC/analyzer/man/rstwatch-run.1 >known\n"
	    "said() {\n"
	    "	rstwatch analyze --suppressions known known 2>&1 || :\n"
	    "}\n"
	    "said | grep 'known:1: unused suppression \"health checks'\n"
	    "sed -i s/program:/programme:/ known\n"
	    "said | grep 'known:4: expected cause:'\n");
}

/* A directory of ld.so's own is not for a test to write to. */
static void its_bare_name_is_enough_for_ld_so(void **state)
{
	(void)state;
	run("LD_LIBRARY_PATH=$BUILD LD_PRELOAD=librstwatch.so "
	    "grep -m1 -o /librstwatch.so /proc/self/maps\n");
}

static void each_option_of_help_is_in_manual_and_completion(void **state)
{
	(void)state;
	run("for c in run analyze; do\n"
	    "	test $(options $c | wc -l) -gt 6\n"
	    "	for o in $(options $c); do\n"
	    "		sed 's/\\\\//g' $SRC/analyzer/man/rstwatch-$c.1 |\n"
	    "			grep -qe \"$o\\b\" || { echo man: $c $o; exit 1; }\n"
	    "		for f in rstwatch.bash _rstwatch; do\n"
	    "			grep -qe \"$o\\b\" $SRC/analyzer/completion/$f ||\n"
	    "				{ echo $f: $o; exit 1; }\n"
	    "		done\n"
	    "	done\n"
	    "done\n");
}

static void bash_offers_the_options_and_causes_that_there_are(void **state)
{
	(void)state;
	run(". $SRC/analyzer/completion/rstwatch.bash\n"
	    "offered() {\n"
	    "	COMP_WORDS=(rstwatch \"$@\") COMP_CWORD=$#\n"
	    "	_rstwatch && printf '%s\\n' \"${COMPREPLY[@]}\" | sort\n"
	    "}\n"
	    "for c in run analyze; do\n"
	    "	diff <(options $c | sort) "
	    "<(offered $c -- | grep -vxe --help -e --)\n"
	    "done\n"
	    "offered explain '' >slugs\n"
	    "test $(wc -l <slugs) = 16\n"
	    "while read -r slug; do rstwatch explain $slug; done <slugs\n"
	    "offered analyze --cause unread | grep -x unread-data\n"
	    "offered analyze --cause unread-data,li |\n"
	    "	grep -x unread-data,linger-zero\n"
	    "offered analyze --cause=abort,unread | "
	    "grep -x -e --cause=abort,unread-data\n"
	    "offered analyze --cause = abort,ref | grep -x abort,refused\n"
	    "offered analyze --format = js | grep -x json\n"
	    "offered run --format = | grep -c . | grep -x 3\n"
	    "offered run --format=te | grep -x -e --format=text\n"
	    "touch some.log; offered run --log = so | grep -x some.log\n"
	    "offered explain abort '' | not grep .\n");
}

/* In a shell at a terminal of its own, where somebody types and asks. */
static void zsh_completes_what_there_is(void **state)
{
	(void)state;
	run("command -v zsh || { echo no zsh; exit 77; }\n"
	    "cat >drive.zsh <<'END'\n"
	    "zmodload zsh/zpty\n"
	    "export TERM=xterm HOME=$PWD\n"
	    "zpty z zsh -f -i\n"
	    "zpty -w z \"PS1=; fpath=($SRC/analyzer/completion \\$fpath)\"\n"
	    "zpty -w z 'autoload -Uz compinit; compinit -u -d $PWD/dump'\n"
	    "zpty -w z 'echo compinit say\"\"s $?'\n"
	    "zpty -r z seen '*compinit says 0*'\n"
	    "completes() {\n"
	    "	zpty -n -w z \"rstwatch $1\"$'\\t'\n"
	    "	zpty -r z seen \"*$2*\"\n"
	    "	zpty -n -w z $'\\C-u'\n"
	    "	print -r -- \"$1 -> $2\"\n"
	    "}\n"
	    "completes ana lyze\n"
	    "completes 'explain unr' ead-data\n"
	    "completes 'analyze --format=prom' etheus\n"
	    "completes 'analyze --cause=keepal' ive-timeout\n"
	    "completes 'run --cause unread-data,keepal' ive-timeout\n"
	    "completes 'analyze --anno' tate\n"
	    "completes 'analyze --cause keepal' ive-timeout\n"
	    "completes 'analyze --format prom' etheus\n"
	    "completes 'analyze --color al' ways\n"
	    "completes 'run --superv' ise\n"
	    "completes 'run --format h' tml\n"
	    "completes 'run -- compini' t\n"
	    "completes 'run -- cat drive.z' sh\n"
	    "zpty -n -w z $'rstwatch explain unread-data,keepal\\tEND'\n"
	    "zpty -r z seen '*keepal*END*'\n"
	    "[[ $seen != *ive-timeout* ]] || { print \"two: $seen\"; exit 1; }\n"
	    "zpty -d z\n"
	    "END\n"
	    "zsh -f drive.zsh\n");
}

static void help_fits_a_screen(void **state)
{
	(void)state;
	run("for c in '' run analyze explain; do\n"
	    "	rstwatch $c --help >help\n"
	    "	test $(wc -l <help) -le 24\n"
	    "	test $(wc -L <help) -le 80\n"
	    "done\n"
	    "rstwatch --version | grep -x 'rstwatch [0-9.]*'\n");
}

static void what_is_mistyped_is_guessed(void **state)
{
	(void)state;
	run("guessed() {\n"
	    "	\"${@:2}\" 2>said && exit 1\n"
	    "	grep -F \"did you mean '$1'?\" said || { cat said; exit 1; }\n"
	    "}\n"
	    "guessed analyze rstwatch analyse\n"
	    "guessed unread-data rstwatch explain unread-date\n"
	    "guessed unread-data rstwatch explain unread\n"
	    "guessed keepalive-timeout rstwatch explain keep\n"
	    "guessed --annotate rstwatch analyze --anotate x y\n"
	    "guessed --annotate rstwatch analyze --ann x y\n"
	    "guessed --capture rstwatch run --captur x true\n");
}

static void manual_pages_are_without_a_warning(void **state)
{
	(void)state;
	run("command -v groff || { echo no groff; exit 77; }\n"
	    "for page in $SRC/analyzer/man/*.1 $SRC/preload/*.7; do\n"
	    "	groff -man -Tutf8 -ww $page 2>&1 >/dev/null | tee -a said\n"
	    "done\n"
	    "test ! -s said\n");
}

static void every_cause_is_in_the_manual(void **state)
{
	(void)state;
	run("slugs=$(rstwatch explain | grep -oE '^  [a-z][a-z0-9-]+')\n"
	    "for slug in $slugs; do\n"
	    "	grep -qe $slug $SRC/preload/librstwatch.7 ||\n"
	    "		{ echo $slug; exit 1; }\n"
	    "done\n");
}

/* A function of ours with the name of a library's takes its place in the whole
 * process: libdw then calls the wrong one. */
static void no_function_of_a_library_is_replaced(void **state)
{
	(void)state;
	run("command -v nm || { echo no nm; exit 77; }\n"
	    "nm -D --defined-only $BUILD/rstwatch >exported\n"
	    "not grep ' [TtWi] ' exported\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			files_are_where_others_look_until_they_are_taken_away),
		cmocka_unit_test(the_manuals_example_of_suppressions_is_read),
		cmocka_unit_test(its_bare_name_is_enough_for_ld_so),
		cmocka_unit_test(
			each_option_of_help_is_in_manual_and_completion),
		cmocka_unit_test(
			bash_offers_the_options_and_causes_that_there_are),
		cmocka_unit_test(zsh_completes_what_there_is),
		cmocka_unit_test(help_fits_a_screen),
		cmocka_unit_test(what_is_mistyped_is_guessed),
		cmocka_unit_test(manual_pages_are_without_a_warning),
		cmocka_unit_test(every_cause_is_in_the_manual),
		cmocka_unit_test(no_function_of_a_library_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
