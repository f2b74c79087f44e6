/* SPDX-License-Identifier: MIT */
/* cmd_analyze.c - the command that tells why connections were reset. */
#include <langinfo.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis.h"
#include "causes_option.h"
#include "command.h"
#include "comments.h"
#include "options.h"
#include "output.h"
#include "output_names.h"
#include "progress.h"
#include "report.h"
#include "suppress.h"

enum { WIDTH_DEFAULT = 78, WIDTH_MIN = 60, WIDTH_MAX = 160 };

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct request {
	const struct reporter *reporter;
	const char *output;	  /* NULL is standard output */
	const char *annotated;	  /* the copy with comments, NULL for none */
	uint32_t causes;	  /* bits; 0 is all of them */
	const char *suppressions; /* NULL where there is no file */
	enum when color;
	enum when progress;
	bool tells_all;
};

static int take_format(void *target, const char *value)
{
	struct request *q = target;
	char names[128];

	q->reporter = reporter_find(value);
	if (q->reporter)
		return 0;
	reporter_names(names, sizeof(names));
	fprintf(stderr, "rstwatch analyze: no format '%s', expected %s\n",
		value, names);
	return -1;
}

static int take_all(void *target, const char *value)
{
	(void)value;
	((struct request *)target)->tells_all = true;
	return 0;
}

static int take_output(void *target, const char *value)
{
	((struct request *)target)->output = value;
	return 0;
}

static int take_annotate(void *target, const char *value)
{
	((struct request *)target)->annotated = value;
	return 0;
}

static int take_cause(void *target, const char *value)
{
	return causes_take("analyze", value,
			   &((struct request *)target)->causes);
}

static int take_suppressions(void *target, const char *value)
{
	((struct request *)target)->suppressions = value;
	return 0;
}

static int take_color(void *target, const char *value)
{
	static const char *const names[] = {
		[WHEN_AUTO] = "auto",
		[WHEN_ALWAYS] = "always",
		[WHEN_NEVER] = "never",
	};

	for (int i = WHEN_AUTO; i <= WHEN_NEVER; i++) {
		if (strcmp(names[i], value) != 0)
			continue;
		((struct request *)target)->color = (enum when)i;
		return 0;
	}
	fprintf(stderr,
		"rstwatch analyze: --color '%s', expected auto, always or "
		"never\n",
		value);
	return -1;
}

static int take_progress(void *target, const char *value)
{
	(void)value;
	((struct request *)target)->progress = WHEN_ALWAYS;
	return 0;
}

static int take_no_progress(void *target, const char *value)
{
	(void)value;
	((struct request *)target)->progress = WHEN_NEVER;
	return 0;
}

static const struct option_row rows[] = {
	{"format", "FORMAT", "text (default), json, html or prometheus",
	 take_format},
	{"all", NULL, "tell every reset, not the first of each kind", take_all},
	{"output", "PATH", "write the report there", take_output},
	{"annotate", "OUT.pcapng", "copy the capture with comments on resets",
	 take_annotate},
	{"cause", "SLUG[,SLUG]", "only these causes", take_cause},
	{"suppressions", "FILE", "leave out what the file's entries match",
	 take_suppressions},
	{"color", "WHEN", "auto (default), always or never", take_color},
	{"progress", NULL, "show how far the reading is", take_progress},
	{"no-progress", NULL, "never show it", take_no_progress},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void usage(FILE *out)
{
	fputs("usage: rstwatch analyze [OPTION]... FILE...\n"
	      "Tells why each TCP connection in the captures was reset. FILEs "
	      "are captures\n(pcap, pcapng, also in gzip or zstd) and logs of "
	      "librstwatch.so, in any order\nand number; - is standard "
	      "input.\n\n",
	      out);
	options_help(rows, ROWS, out);
	fputs("\nExit status: 0 no reset, 1 resets, 2 usage or input that "
	      "can't be read.\n",
	      out);
}

static bool has_color(const struct request *q)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (q->color != WHEN_AUTO)
		return q->color == WHEN_ALWAYS;
	return !q->output && isatty(STDOUT_FILENO) &&
	       !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static unsigned width_of(const struct request *q)
{
	struct winsize size;

	if (q->output || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ||
	    !size.ws_col)
		return WIDTH_DEFAULT;
	if (size.ws_col < WIDTH_MIN)
		return WIDTH_MIN;
	return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

static int write_report(const struct request *q, const struct report *r)
{
	struct report_options o = {
		.tells_all = q->tells_all,
		.has_color = has_color(q),
		.has_utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.width = width_of(q),
	};
	char why[OUTPUT_ERROR_MAX] = "out of memory";
	struct output *out;
	int result = -1;

	o.places = places_new();
	out = o.places ? output_open(q->output, why) : NULL;
	if (out && q->reporter->write(r, &o, output_file(out))) {
		snprintf(why, sizeof(why), "out of memory");
		output_abandon(out);
	} else if (out) {
		result = output_close(out, why);
	}
	places_free(o.places);
	if (result)
		fprintf(stderr, "rstwatch analyze: %s\n", why);
	return result;
}

static int say_errors(const struct report *r)
{
	int errors = 0;

	for (size_t i = 0; i < r->input_count; i++) {
		if (!r->inputs[i].error)
			continue;
		fprintf(stderr, "rstwatch analyze: %s\n", r->inputs[i].error);
		errors++;
	}
	return errors;
}

/* A prediction that the packets disprove is no reset. */
static bool has_resets(const struct report *r)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].unmatched != UNMATCHED_NO_RESET_SEEN)
			return true;
	return false;
}

static bool is_regular(const char *path)
{
	struct stat st;
	int rc = strcmp(path, "-") ? stat(path, &st) : fstat(STDIN_FILENO, &st);

	return !rc && S_ISREG(st.st_mode);
}

/* Number of the one capture that can be annotated, or -1 and why is said. */
static long capture_to_annotate(const struct report *r)
{
	long found = -1;

	for (size_t i = 0; i < r->input_count; i++) {
		if (r->inputs[i].is_log)
			continue;
		if (found >= 0) {
			fputs("rstwatch analyze: --annotate takes one capture, "
			      "not several\n",
			      stderr);
			return -1;
		}
		found = (long)i;
	}
	if (found < 0)
		fputs("rstwatch analyze: --annotate needs a capture\n", stderr);
	else if (!strcmp(r->inputs[found].path, "-") ||
		 !is_regular(r->inputs[found].path))
		fputs("rstwatch analyze: --annotate reads its capture twice: "
		      "it needs a file, not a pipe\n",
		      stderr);
	else
		return found;
	return -1;
}

static int write_annotated(const char *path, const struct report *r)
{
	long capture = capture_to_annotate(r);
	char why[ANNOTATE_ERROR_MAX] = "out of memory";
	struct comments c = {0};
	struct places *places;
	int result = ANNOTATE_FAILED;

	if (capture < 0)
		return -1;
	places = places_new();
	if (places && !comments_make(&c, r, (size_t)capture, places))
		result = annotate(r->inputs[capture].path, path, c.annotation,
				  c.count, why);
	comments_free(&c);
	places_free(places);
	if (result != ANNOTATE_DONE)
		fprintf(stderr, "rstwatch analyze: %s\n", why);
	return result == ANNOTATE_DONE ? 0 : -1;
}

static int analyze(const struct request *q, struct analysis *a,
		   const char *const *paths, size_t count)
{
	struct progress progress = {.is_eager = q->progress == WHEN_ALWAYS};
	struct analysis_progress ticks = {progress_tick, &progress};
	bool is_shown = q->progress == WHEN_ALWAYS ||
			(q->progress == WHEN_AUTO && isatty(STDERR_FILENO));
	int result = analysis_run(a, paths, count, is_shown ? &ticks : NULL);
	struct report *r = analysis_report(a);
	int errors;

	progress_end(&progress);
	errors = say_errors(r);
	if (result) {
		fputs("rstwatch analyze: out of memory\n", stderr);
		return EXIT_TROUBLE;
	}
	if (q->causes)
		report_keep_causes(r, q->causes);
	if (q->suppressions && suppress_by_file(q->suppressions, r, "analyze"))
		return EXIT_TROUBLE;
	/* First, as a reader who leaves the report ends us by SIGPIPE. */
	if (q->annotated && write_annotated(q->annotated, r))
		errors++;
	if (write_report(q, r))
		errors++;
	if (errors)
		return EXIT_TROUBLE;
	return has_resets(r) ? EXIT_RESETS : EXIT_CLEAN;
}

static void on_interrupt(int signal)
{
	(void)signal;
}

/*
 * Ctrl-C ends the program that captures and writes into the pipe: what it gave
 * is reported then. Pressed again, it ends us, too; but not what a shell has
 * put into the background, with interrupts ignored.
 */
static void outlive_an_interrupt(const char *const *paths, size_t count)
{
	struct sigaction once = {
		.sa_handler = on_interrupt,
		.sa_flags = SA_RESETHAND | SA_RESTART,
	};
	struct sigaction was;

	if (sigaction(SIGINT, NULL, &was) != 0 || was.sa_handler == SIG_IGN)
		return;
	for (size_t i = 0; i < count; i++)
		if (!is_regular(paths[i]))
			sigaction(SIGINT, &once, NULL);
}

static int check_paths(const char *const *paths, int count)
{
	int stdins = 0;

	for (int i = 0; i < count; i++)
		stdins += !strcmp(paths[i], "-");
	if (count && count <= UINT16_MAX && stdins <= 1)
		return 0;
	if (!count)
		fputs("rstwatch analyze: no file given, expected logs or "
		      "captures; --help tells more\n",
		      stderr);
	else if (stdins > 1)
		fputs("rstwatch analyze: standard input (-) can be read only "
		      "once\n",
		      stderr);
	else
		fputs("rstwatch analyze: too many files\n", stderr);
	return -1;
}

/* Nothing that is read, or written, is lost to what is written. */
static int check_outputs(const struct request *q, const char *const *paths,
			 size_t count)
{
	const struct output_name outputs[] = {
		{"--output", q->output},
		{"--annotate", q->annotated},
	};

	return output_names_differ("analyze", outputs, 2) ||
			       output_names_spare("analyze", outputs, 2, paths,
						  count) ||
			       output_names_spare("analyze", outputs, 2,
						  &q->suppressions, 1)
		       ? -1
		       : 0;
}

int cmd_analyze(int argc, char **argv)
{
	struct request q = {.reporter = reporter_find("text")};
	int count = options_parse("analyze", rows, ROWS, argc, argv, &q);
	const char *const *paths = (const char *const *)argv + 1;
	struct analysis *a;
	int status;

	if (count == OPTIONS_HELP) {
		usage(stdout);
		return EXIT_CLEAN;
	}
	if (count == OPTIONS_ERROR || check_paths(paths, count) ||
	    check_outputs(&q, paths, (size_t)count))
		return EXIT_TROUBLE;
	a = analysis_new();
	if (!a) {
		fputs("rstwatch analyze: out of memory\n", stderr);
		return EXIT_TROUBLE;
	}
	outlive_an_interrupt(paths, (size_t)count);
	status = analyze(&q, a, paths, (size_t)count);
	analysis_free(a);
	return status;
}
