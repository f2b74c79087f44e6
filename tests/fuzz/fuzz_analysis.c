/* SPDX-License-Identifier: MIT */
/* fuzz_analysis.c - logs and captures to findings, and those to reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "analysis.h"
#include "fuzz.h"
#include "report.h"

/* The files of an input stand one behind the other, with this between. */
static const char separator[] = "\n--8<--\n";

static size_t split(const uint8_t *data, size_t size, const char **paths)
{
	const size_t gap = sizeof(separator) - 1;
	size_t count = 0;

	while (count < FUZZ_FILES_MAX) {
		const uint8_t *end = memmem(data, size, separator, gap);
		size_t len = end ? (size_t)(end - data) : size;

		paths[count] = fuzz_file((unsigned)count, data, len);
		count++;
		if (!end)
			break;
		data += len + gap;
		size -= len + gap;
	}
	return count;
}

static void check_finding(const struct report *r, const struct finding *f)
{
	fuzz_must(f->cause > RST_CAUSE_NONE && f->cause < RST_CAUSE_COUNT,
		  "each finding has a cause");
	fuzz_must(f->evidence_len <= EVIDENCE_MAX, "evidence is bounded");
	fuzz_must(f->ladder_len <= LADDER_MAX, "a ladder is bounded");
	fuzz_must((f->kind == FINDING_RESET) == (f->frame.number != 0),
		  "a reset has a frame");
	if (f->kind != FINDING_RESET)
		return;
	fuzz_must(f->frame.capture < r->input_count, "its capture is known");
	fuzz_must(f->event || f->cause != RST_CAUSE_REFUSED ||
			  f->trigger == TRIGGER_SYN,
		  "what is refused without a log is a SYN");
}

/* Each line is one JSON object, whatever the packets and logs hold. */
static void check_json(const char *text)
{
	while (*text) {
		const char *end = strchr(text, '\n');
		json_tokener *t = json_tokener_new();
		json_object *line;

		fuzz_must(end, "JSON ends with a newline");
		line = json_tokener_parse_ex(t, text, (int)(end - text));
		fuzz_must(json_object_is_type(line, json_type_object),
			  "each line is a JSON object");
		json_object_put(line);
		json_tokener_free(t);
		text = end + 1;
	}
}

/* No byte that a terminal would act on, but for our own newlines. */
static void check_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fuzz_must((unsigned char)text[i] >= ' ' || text[i] == '\n',
			  "text holds no control character");
}

static void write_reports(const struct report *r)
{
	static const char *const names[] = {"text", "json", "html",
					    "prometheus"};
	struct places *places = places_new();
	const struct report_options options = {
		.tells_all = true, .width = 100, .places = places};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct reporter *form = reporter_find(names[i]);
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		fuzz_must(form && out, "the form exists");
		fuzz_must(!form->write(r, &options, out), "it is written");
		fclose(out);
		if (!strcmp(names[i], "json"))
			check_json(text);
		if (!strcmp(names[i], "text"))
			check_text(text, len);
		free(text);
	}
	places_free(places);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *paths[FUZZ_FILES_MAX];
	size_t count = split(data, size, paths);
	struct analysis *a = analysis_new();
	struct report *r;

	fuzz_must(a && !analysis_run(a, paths, count, NULL), "there is memory");
	r = analysis_report(a);
	for (size_t i = 0; i < r->finding_count; i++) {
		check_finding(r, &r->findings[i]);
		fuzz_must(!i || r->findings[i - 1].ts_ns <=
					  r->findings[i].ts_ns,
			  "findings stand by time");
	}
	write_reports(r);
	analysis_free(a);
	return 0;
}
