/* SPDX-License-Identifier: MIT */
/* command.h - the subcommands of rstwatch. */
#ifndef ANALYZER_COMMAND_H
#define ANALYZER_COMMAND_H

/* Exit status of analyze and explain; contract.md section 4. */
enum {
	EXIT_CLEAN = 0,
	EXIT_RESETS = 1,
	EXIT_TROUBLE = 2, /* usage, or input that could not all be read */
};

/*
 * To add a command: a file cmd_NAME.c with its function, declared here, and a
 * row in main.c. argv[0] is the command's name; the result is the exit status.
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
};

int cmd_analyze(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_run(int argc, char **argv);

#endif
