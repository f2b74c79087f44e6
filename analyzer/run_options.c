/* SPDX-License-Identifier: MIT */
/* run_options.c - the options of `rstwatch run`; contract.md section 4. */
#include "run_options.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "causes_option.h"
#include "options.h"
#include "output_names.h"
#include "path_resolve.h"
#include "suppress.h"

/* As the value of a variable that isn't set. */
static int take_path(const char **path, const char *option, const char *value)
{
	*path = value;
	if (*value)
		return 0;
	fprintf(stderr, "rstwatch run: --%s: expected a path, got nothing\n",
		option);
	return -1;
}

static int take_log(void *target, const char *value)
{
	return take_path(&((struct run_options *)target)->log, "log", value);
}

static int take_capture(void *target, const char *value)
{
	return take_path(&((struct run_options *)target)->capture, "capture",
			 value);
}

static int take_no_capture(void *target, const char *value)
{
	(void)value;
	((struct run_options *)target)->has_no_capture = true;
	return 0;
}

static int take_format(void *target, const char *value)
{
	struct run_options *o = target;

	o->reporter = reporter_find(value);
	if (o->reporter)
		return 0;
	fprintf(stderr,
		"rstwatch run: no format '%s', expected text, json or "
		"html\n",
		value);
	return -1;
}

static int take_output(void *target, const char *value)
{
	return take_path(&((struct run_options *)target)->output, "output",
			 value);
}

static int take_error_exit_code(void *target, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (!*value || *end || n < 0 || n > 255) {
		fprintf(stderr,
			"rstwatch run: --error-exit-code '%s', expected 0 to "
			"255\n",
			value);
		return -1;
	}
	((struct run_options *)target)->error_exit_code = (int)n;
	return 0;
}

static int take_cause(void *target, const char *value)
{
	return causes_take("run", value,
			   &((struct run_options *)target)->causes);
}

static int take_suppressions(void *target, const char *value)
{
	return take_path(&((struct run_options *)target)->suppressions,
			 "suppressions", value);
}

static int take_all(void *target, const char *value)
{
	(void)value;
	((struct run_options *)target)->tells_all = true;
	return 0;
}

static int take_supervise(void *target, const char *value)
{
	(void)value;
	((struct run_options *)target)->way = RUN_SUPERVISE;
	return 0;
}

static int take_preload(void *target, const char *value)
{
	(void)value;
	((struct run_options *)target)->way = RUN_PRELOAD;
	return 0;
}

static const struct option_row rows[] = {
	{"log", "PATH", "keep the log there", take_log},
	{"capture", "PATH", "keep the capture there", take_capture},
	{"no-capture", NULL, "do not capture", take_no_capture},
	{"format", "FORMAT", "text (default), json or html", take_format},
	{"all", NULL, "tell every reset, those of other programs too",
	 take_all},
	{"output", "PATH", "report there, not on standard error", take_output},
	{"error-exit-code", "N", "exit with N where a reset was predicted",
	 take_error_exit_code},
	{"cause", "SLUG[,SLUG]", "only these causes count", take_cause},
	{"suppressions", "FILE", "leave out what the file's entries match",
	 take_suppressions},
	{"supervise", NULL, "watch its system calls, whatever it is",
	 take_supervise},
	{"preload", NULL, "watch by preload, whatever it is", take_preload},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void usage(FILE *out)
{
	fputs("usage: rstwatch run [OPTION]... [--] COMMAND [ARG]...\n"
	      "Starts COMMAND, watches it and all below it, and reports at "
	      "the end which\nof its calls reset TCP connections.\n\n",
	      out);
	options_help(rows, ROWS, out);
	fputs("\nExit status: COMMAND's own, or N; 127 not found, 126 not "
	      "executable,\n125 rstwatch's own failure.\n",
	      out);
}

static bool wants_value(const char *option)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(option + 2, rows[i].name) == 0)
			return rows[i].argument != NULL;
	return false;
}

/* Where the command begins: its own options are not ours. */
static int command_index(int argc, char **argv)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0)
		i += strncmp(argv[i], "--", 2) == 0 && wants_value(argv[i]) ? 2
									    : 1;
	return i < argc ? i : argc;
}

static int refuse(const char *what)
{
	fprintf(stderr, "rstwatch run: %s\n", what);
	return -1;
}

/* What is no special file makes room for a new one of its name. */
static bool is_writable(const char *path)
{
	char real[PATH_MAX];
	struct stat st;
	int error;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return false;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return access(path, W_OK) == 0;
	error = path_resolve(path, real);
	if (error)
		errno = -error;
	return !error && access(dirname(real), W_OK | X_OK) == 0;
}

/* Told before the command runs, not after: hours may lie between. */
static int may_write(const char *path)
{
	if (!path || !strcmp(path, "-") || is_writable(path))
		return 0;
	fprintf(stderr, "rstwatch run: %s: %s\n", path, strerror(errno));
	return -1;
}

/* It is made beside the command, and moved there at the end. */
static int may_capture(const char *path)
{
	struct stat st;

	if (!path)
		return 0;
	if (strcmp(path, "-") != 0 &&
	    (stat(path, &st) != 0 || S_ISREG(st.st_mode)))
		return may_write(path);
	fprintf(stderr, "rstwatch run: --capture %s: not a regular file\n",
		path);
	return -1;
}

/* What is read from there the command would miss. */
static bool is_the_commands(const char *path)
{
	struct stat st, input;

	return stat(path, &st) == 0 && fstat(STDIN_FILENO, &input) == 0 &&
	       st.st_dev == input.st_dev && st.st_ino == input.st_ino &&
	       (S_ISFIFO(st.st_mode) || isatty(STDIN_FILENO));
}

static int suppressions_take(struct run_options *o)
{
	char why[SUPPRESS_ERROR_MAX] = "out of memory";

	if (!o->suppressions)
		return 0;
	if (is_the_commands(o->suppressions))
		return refuse("--suppressions: standard input is the "
			      "command's; expected a file");
	o->known = suppressions_read(o->suppressions, why);
	if (!o->known)
		fprintf(stderr, "rstwatch run: %s\n", why);
	return o->known ? 0 : -1;
}

/* What the log, capture and report would do to each other's file. */
static int may_write_all(const struct run_options *o)
{
	const struct output_name outputs[] = {
		{"--log", o->log},
		{"--capture", o->capture},
		{"--output", o->output},
	};

	return may_capture(o->capture) || may_write(o->output) ||
			       output_names_differ("run", outputs, 3) ||
			       output_names_spare("run", outputs, 3,
						  &o->suppressions, 1)
		       ? -1
		       : 0;
}

int run_options_parse(int argc, char **argv, struct run_options *o)
{
	int at = command_index(argc, argv), r;

	*o = (struct run_options){.error_exit_code = -1,
				  .reporter = reporter_find("text")};
	o->command = argv + at + (at < argc && strcmp(argv[at], "--") == 0);
	r = options_parse("run", rows, ROWS, at, argv, o);
	if (r == OPTIONS_HELP) {
		usage(stdout);
		return 1;
	}
	if (r == OPTIONS_ERROR)
		return -1;
	if (!*o->command)
		return refuse("no command given; --help tells more");
	if (o->has_no_capture && o->capture)
		return refuse("--capture and --no-capture exclude each other");
	return may_write_all(o) || suppressions_take(o) ? -1 : 0;
}
