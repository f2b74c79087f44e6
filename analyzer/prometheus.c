/* SPDX-License-Identifier: MIT */
/* prometheus.c - counts findings and writes them as metrics. */
#include "prometheus.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rstwatch/text.h"
#include "strings.h"

/*
 * What one counter is for; program "" where no log tells, else as it will be
 * written: one collector refuses the whole file where two lines have the same
 * labels, so that what is not told apart there must count as one here.
 */
struct label {
	enum finding_kind kind;
	enum rst_cause cause;
	enum verdict verdict;
	const char *program;
};

/* What is no UTF-8 or no text is replaced; NULL where memory is short. */
static const char *program_of(const struct finding *f, struct strings *kept)
{
	enum { BYTES_MAX = 255 };
	const char *s = f->event ? f->event->process : NULL;
	char buf[4 * BYTES_MAX]; /* each as \xHH */
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	if (s)
		rst_text_plain(&t, s, strlen(s), BYTES_MAX);
	return strings_keep(kept, buf, t.len);
}

static struct label label_of(const struct finding *f, struct strings *kept)
{
	return (struct label){
		.kind = f->kind,
		.cause = f->cause,
		.verdict = f->verdict,
		.program = program_of(f, kept),
	};
}

static int compare(const void *x, const void *y)
{
	const struct label *a = x, *b = y;
	int d = (int)a->kind - (int)b->kind;

	if (d == 0)
		d = (int)a->cause - (int)b->cause;
	if (d == 0)
		d = (int)a->verdict - (int)b->verdict;
	return d ? d : strcmp(a->program, b->program);
}

/* A newline is no text and was replaced. */
static void label_value(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
}

static void metric(FILE *out, const char *name, const char *help,
		   const struct label *l, size_t n, enum finding_kind kind)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s counter\n", name, help, name);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n && !compare(&l[i], &l[i + same]);)
			same++;
		if (l[i].kind != kind)
			continue;
		fprintf(out, "%s{cause=\"%s\",program=\"", name,
			rst_cause_slug(l[i].cause));
		label_value(out, l[i].program);
		fprintf(out, "\",verdict=\"%s\"} %zu\n",
			verdict_name(l[i].verdict), same);
	}
}

static void inputs(FILE *out, const struct report *r)
{
	uint64_t packets = 0, lines = 0, unread = 0;

	for (size_t i = 0; i < r->input_count; i++) {
		const struct input *in = &r->inputs[i];

		*(in->is_log ? &lines : &packets) += in->count;
		unread += in->error != NULL;
	}
	fprintf(out,
		"# HELP rstwatch_packets_total Packets read from captures.\n"
		"# TYPE rstwatch_packets_total counter\n"
		"rstwatch_packets_total %" PRIu64 "\n"
		"# HELP rstwatch_log_lines_total Lines read from logs.\n"
		"# TYPE rstwatch_log_lines_total counter\n"
		"rstwatch_log_lines_total %" PRIu64 "\n"
		"# HELP rstwatch_input_errors Files that could not be read "
		"whole.\n"
		"# TYPE rstwatch_input_errors gauge\n"
		"rstwatch_input_errors %" PRIu64 "\n",
		packets, lines, unread);
}

static void metrics(FILE *out, const struct report *r, struct label *l)
{
	size_t n = r->finding_count;

	if (n)
		qsort(l, n, sizeof(*l), compare);
	metric(out, "rstwatch_resets_total", "TCP resets found in captures.", l,
	       n, FINDING_RESET);
	metric(out, "rstwatch_predictions_unmatched_total",
	       "Resets predicted by a log that no capture shows.", l, n,
	       FINDING_PREDICTION);
	metric(out, "rstwatch_resets_received_total",
	       "Resets that a log alone tells of.", l, n, FINDING_RECEIVED);
	inputs(out, r);
}

int prometheus_write(FILE *out, const struct report *r)
{
	size_t n = r->finding_count;
	struct label *l = calloc(n ? n : 1, sizeof(*l));
	struct strings *kept = strings_new();
	bool is_short = !l || !kept;

	for (size_t i = 0; i < n && !is_short; i++) {
		l[i] = label_of(&r->findings[i], kept);
		is_short = !l[i].program;
	}
	if (!is_short)
		metrics(out, r, l);
	free(l);
	strings_free(kept);
	return is_short ? -1 : 0;
}
