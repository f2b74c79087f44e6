/* SPDX-License-Identifier: MIT */
/* run_report.c - what `rstwatch run` says at the end. */
#include "run_report.h"

#include <errno.h>
#include <glob.h>
#include <langinfo.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "analysis.h"
#include "output.h"
#include "run_left.h"
#include "run_own.h"
#include "run_witness.h"
#include "suppress.h"

enum { WIDTH = 78 };

/* What a log's path may have become: its % names are anything. */
static void to_glob(const char *pattern, char *out, size_t size)
{
	size_t n = 0;

	for (; *pattern && n + 2 < size; pattern++) {
		if (*pattern == '%' && pattern[1] && pattern[1] != '%') {
			out[n++] = '*';
			pattern++;
			continue;
		}
		if (*pattern == '%' && pattern[1] == '%')
			pattern++;
		if (strchr("*?[\\", *pattern))
			out[n++] = '\\';
		out[n++] = *pattern;
	}
	out[n] = '\0';
}

/* Only what this run has written: older files may fit the pattern too. */
static size_t logs_find(const char *pattern, time_t since, glob_t *found)
{
	char wild[2 * PATH_MAX];
	struct stat st;
	size_t n = 0;

	to_glob(pattern, wild, sizeof(wild));
	if (glob(wild, 0, NULL, found) != 0)
		return 0;
	for (size_t i = 0; i < found->gl_pathc; i++)
		if (stat(found->gl_pathv[i], &st) == 0 && st.st_size > 0 &&
		    st.st_mtime >= since) {
			char *path = found->gl_pathv[n];

			found->gl_pathv[n++] = found->gl_pathv[i];
			found->gl_pathv[i] = path;
		}
	return n;
}

static int write_to(const struct run_options *o, struct report *r)
{
	struct report_options how = {
		.has_color = !o->output && isatty(STDERR_FILENO) &&
			     !getenv("NO_COLOR"),
		.has_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.width = WIDTH,
		.tells_all = o->tells_all,
	};
	char why[OUTPUT_ERROR_MAX] = "out of memory";
	struct output *out = NULL;
	int result = -1;

	how.places = places_new();
	if (how.places && !o->output) {
		result = o->reporter->write(r, &how, stderr);
	} else if (how.places) {
		out = output_open(o->output, why);
		if (out && o->reporter->write(r, &how, output_file(out)) == 0)
			result = output_close(out, why);
		else if (out)
			output_abandon(out);
	}
	places_free(how.places);
	if (result)
		fprintf(stderr, "rstwatch run: %s\n", why);
	return result;
}

static int predictions(const struct report *r)
{
	int n = 0;

	for (size_t i = 0; i < r->finding_count; i++)
		n += r->findings[i].event &&
		     r->findings[i].event->action == RST_RESET_PREDICTED;
	return n;
}

/* The capture and the kernel's witness are of the whole machine. */
static void others_leave_out(const struct keeper *k, struct report *r)
{
	char path[PATH_MAX];
	unsigned long long n;

	if (!k->state.has_own) {
		n = run_own_unknown(r);
		if (n)
			fprintf(stderr,
				"rstwatch: no call tells whose %llu %s, and "
				"the kernel's witness can't: perhaps other "
				"programs'\n",
				n, n == 1 ? "reset is" : "resets are");
		return;
	}
	keeper_path(k, KEEPER_OWN, path);
	n = run_own_keep(r, path);
	if (n)
		fprintf(stderr,
			"rstwatch: %llu %s of other programs left out; --all "
			"shows them\n",
			n, n == 1 ? "reset" : "resets");
}

static int report(const struct run_options *o, const struct keeper *k,
		  const char *program, struct report *r)
{
	char path[PATH_MAX];
	struct witness_reset *witness = NULL;
	int result = -1;

	if (k->state.has_witness) {
		keeper_path(k, KEEPER_WITNESS, path);
		witness = run_witness_tie(r, path, program);
	}
	if (!o->tells_all)
		others_leave_out(k, r);
	if (o->causes)
		report_keep_causes(r, o->causes);
	if (!o->suppressions ||
	    suppress_by_file(o->suppressions, r, "run") == 0)
		result = write_to(o, r);
	result = result ? -1 : predictions(r);
	free(witness);
	return result;
}

/* The number of a capture's gaps is told, or a reader would trust it. */
static void gaps_tell(const struct keeper_state *s)
{
	if (s->packets_dropped)
		fprintf(stderr,
			"rstwatch: the kernel dropped %llu packets of the "
			"capture\n",
			(unsigned long long)s->packets_dropped);
	if (s->packets_forgotten)
		fprintf(stderr,
			"rstwatch: the capture keeps the last packets; %llu "
			"before them are gone\n",
			(unsigned long long)s->packets_forgotten);
	if (s->capture_error)
		fprintf(stderr, "rstwatch: the capture is not whole: %s\n",
			strerror(s->capture_error));
	if (s->is_lost)
		fputs("rstwatch: no packets and no word of the kernel: who "
		      "took them was killed\n",
		      stderr);
	if (s->resets_lost)
		fprintf(stderr,
			"rstwatch: the kernel's witness lost %llu resets\n",
			(unsigned long long)s->resets_lost);
}

/* Nobody may look for a file that is gone with the run. */
static void name_temporary(struct report *r, const struct keeper *k)
{
	size_t len = strlen(k->dir);

	for (size_t i = 0; i < r->input_count; i++)
		if (strncmp(r->inputs[i].path, k->dir, len) == 0)
			r->inputs[i].path = r->inputs[i].is_log
						    ? "temporary log"
						    : "temporary capture";
}

/* What was read, and what could not be, in the words of the analysis. */
static int analyze(const struct run_options *o, const struct keeper *k,
		   const char *program, const char **paths, size_t count)
{
	struct analysis *a = analysis_new();
	struct report *r = a ? analysis_report(a) : NULL;
	int result = -1;

	if (r)
		r->has_one_clock = true;
	if (r && analysis_run(a, paths, count, NULL) == 0) {
		for (size_t i = 0; i < r->input_count; i++)
			if (r->inputs[i].error)
				fprintf(stderr, "rstwatch run: %s\n",
					r->inputs[i].error);
		name_temporary(r, k);
		result = report(o, k, program, r);
	} else {
		fputs("rstwatch run: out of memory\n", stderr);
	}
	if (a)
		analysis_free(a);
	return result;
}

/* The log's file system may be full now: each record that fits is whole. */
static bool loss_tell(const char *log)
{
	char dir[PATH_MAX];
	struct statvfs fs;

	snprintf(dir, sizeof(dir), "%s", log);
	/* Some file systems count no blocks; the last ones are root's. */
	if (statvfs(dirname(dir), &fs) != 0 || fs.f_blocks == 0 ||
	    (geteuid() == 0 ? fs.f_bfree : fs.f_bavail) > 0)
		return false;
	fprintf(stderr, "rstwatch run: %s: %s: records may be lost\n", log,
		strerror(ENOSPC));
	return true;
}

/* Each watched process logs its start, unless it was told not to. */
static void emptiness_tell(void)
{
	const char *level = getenv("RSTWATCH_LEVEL");

	if (!getenv("RSTWATCH_ONLY") && (!level || strcmp(level, "off") != 0))
		fputs("rstwatch: nothing was logged: the command was not "
		      "watched (--supervise watches any)\n",
		      stderr);
}

int run_report(const struct run_options *o, const struct keeper *k,
	       const char *program, const char *log)
{
	glob_t found = {0};
	const char **paths;
	struct stat st;
	size_t count;
	int result = -1;

	gaps_tell(&k->state);
	count = log ? logs_find(log, k->begun, &found) : 0;
	if (log && loss_tell(log) && count == 0)
		return -1;
	if (log && count == 0)
		emptiness_tell();
	paths = calloc(count + 1, sizeof(*paths));
	for (size_t i = 0; paths && i < count; i++)
		paths[i] = found.gl_pathv[i];
	if (paths)
		run_left_tell(paths, count, k->begun, o->log);
	if (paths && k->state.has_capture && stat(k->packets, &st) == 0 &&
	    st.st_size > 0)
		paths[count++] = k->packets;
	if (paths)
		result = count ? analyze(o, k, program, paths, count) : 0;
	free(paths);
	globfree(&found);
	return result;
}
