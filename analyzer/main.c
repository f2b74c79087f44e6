/* SPDX-License-Identifier: MIT */
/* main.c - finds the subcommand and runs it. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "suggest.h"

static const struct command commands[] = {
	{"run", cmd_run, "start a command and report its resets"},
	{"analyze", cmd_analyze, "tell why connections in captures were reset"},
	{"explain", cmd_explain, "tell what a cause is and how to mend it"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void usage(FILE *out)
{
	fputs("usage: rstwatch COMMAND [OPTION]... [ARG]...\n"
	      "Tells why TCP connections are reset: by which call, before it "
	      "happens,\nand by which packet, afterwards.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].what);
	fputs("\n  rstwatch COMMAND --help    tells the options of a command\n"
	      "  rstwatch --version         prints the version\n",
	      out);
}

static int unknown(const char *word)
{
	const char *meant =
		suggest(word, commands, COMMANDS, sizeof(commands[0]));

	fprintf(stderr, "rstwatch: no command '%s'", word);
	if (meant)
		fprintf(stderr, ", did you mean '%s'?\n", meant);
	else
		fputs("; rstwatch --help lists them\n", stderr);
	return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		usage(stderr);
		return EXIT_TROUBLE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage(stdout);
		return EXIT_CLEAN;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("rstwatch " RSTWATCH_VERSION);
		return EXIT_CLEAN;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return unknown(argv[1]);
}
