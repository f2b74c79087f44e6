/* SPDX-License-Identifier: MIT */
/* run_report.c - what `rstwatch run` says at the end. */
#include "run_report.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis.h"
#include "output.h"
#include "run_left.h"
#include "run_own.h"
#include "run_witness.h"
#include "suppress.h"

enum { WIDTH = 78 };

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

/* Lest "No reset" be taken for the whole truth. */
static void causes_leave_out(struct report *r, uint32_t causes)
{
	size_t n = r->finding_count;

	report_keep_causes(r, causes);
	n -= r->finding_count;
	if (n)
		fprintf(stderr,
			"rstwatch: %zu %s of other causes left out (--cause)\n",
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
		causes_leave_out(r, o->causes);
	if (!o->known || suppress(o->known, r) == 0)
		result = write_to(o, r);
	else
		fputs("rstwatch run: out of memory\n", stderr);
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

/* Nobody may look for a file that is gone. */
static void name_temporary(struct report *r, const struct keeper *k)
{
	size_t len = strlen(k->dir);

	for (size_t i = 0; i < r->input_count; i++)
		if (strncmp(r->inputs[i].path, k->dir, len) == 0)
			r->inputs[i].path = r->inputs[i].is_log
						    ? "temporary log"
						    : "temporary capture";
		else if (run_log_is_removed(r->inputs[i].path))
			r->inputs[i].path = "removed log";
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

/* "No reset" from nothing at all must not let a check pass. */
static int result_of_nothing(const struct run_options *o)
{
	if (o->error_exit_code < 0)
		return 0;
	fputs("rstwatch run: --error-exit-code: no call was watched, nothing "
	      "can be told\n",
	      stderr);
	return -1;
}

int run_report(const struct run_options *o, const struct keeper *k,
	       const char *program, const struct run_log *log)
{
	glob_t found = {0};
	const char **paths;
	struct stat st;
	size_t count, logs;
	int result = -1;

	gaps_tell(&k->state);
	logs = count = log ? run_log_find(log, k->begun, &found) : 0;
	if (log && run_log_tell_loss(log) && count == 0)
		return -1;
	if (log && count == 0)
		run_log_tell_emptiness(log);
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
	return result == 0 && logs == 0 ? result_of_nothing(o) : result;
}
