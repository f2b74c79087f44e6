/* SPDX-License-Identifier: MIT */
/* html_case.c - findings to make a page of, as each test wants them changed */
#include "html_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "evidence.h"

const struct rst_addr page_server = {{127, 0, 0, 1}, 8080, 4, 0};
const struct rst_addr page_client = {{127, 0, 0, 1}, 51234, 4, 0};

const struct log_event page_event = {
	.action = RST_RESET_PREDICTED,
	.log = 1,
	.line = 3,
	.pid = 4242,
	.process = "server",
	.executable = "/usr/bin/server",
	.call = "close",
	.fd = 5,
	.message = "server[4242]: close(5) will reset",
	.cause = RST_CAUSE_UNREAD_DATA,
	.certainty = RST_CERTAIN,
	.sender = RST_SENDER_SELF,
};

static const struct rung ladder[] = {
	{.ts_ns = 1000, .frame = {4, 0}, .len = 11, .flags = SEG_PSH | SEG_ACK},
	{.ts_ns = 9000,
	 .frame = {5, 0},
	 .flags = SEG_RST | SEG_ACK,
	 .is_from_source = true},
};

struct finding page_finding(uint64_t ts_ns)
{
	struct finding f = {
		.kind = FINDING_RESET,
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_PREDICTED,
		.ts_ns = ts_ns,
		.source = page_server,
		.destination = page_client,
		.frame = {5, 0},
		.ladder = ladder,
		.ladder_len = 2,
		.event = &page_event,
		.lead_ns = 5000,
	};

	evidence_add(&f, EVIDENCE_ACTIVE, 512, 0);
	return f;
}

char *page_of_report(const struct report *r, size_t *len)
{
	struct places *places = places_new();
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	assert_non_null(places);
	assert_int_equal(html_write(out, r, places, false), 0);
	fclose(out);
	places_free(places);
	return text;
}

char *page_of(struct finding *findings, size_t n, const char *path, size_t *len)
{
	struct input inputs[] = {{.path = path, .count = 7},
				 {.path = "a.jsonl", .is_log = true}};
	const struct report r = {.inputs = inputs,
				 .input_count = 2,
				 .findings = findings,
				 .finding_count = n};

	return page_of_report(&r, len);
}

size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}
