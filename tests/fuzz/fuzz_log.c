/* SPDX-License-Identifier: MIT */
/* fuzz_log.c - any bytes as a log. */
#include <string.h>

#include "fuzz.h"
#include "log.h"

static void look_at(const char *text, volatile size_t *sum)
{
	*sum += text ? strlen(text) : 0;
}

static void look_at_event(const struct log_event *e, volatile size_t *sum)
{
	fuzz_must(e->action == RST_RESET_PREDICTED ||
			  e->action == RST_RESET_RECEIVED,
		  "an event tells of a reset");
	fuzz_must(e->cause < RST_CAUSE_COUNT, "a cause is one of the list");
	fuzz_must(e->stack_len <= RST_STACK_MAX, "a stack is bounded");
	fuzz_must(e->line > 0, "an event has a line");
	look_at(e->host, sum);
	look_at(e->process, sum);
	look_at(e->call, sum);
	look_at(e->message, sum);
	for (unsigned i = 0; i < e->stack_len; i++) {
		look_at(e->stack[i].module, sum);
		look_at(e->stack[i].build_id, sum);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(0, data, size);
	char why[STREAM_ERROR_MAX] = "";
	struct stream *s = stream_open(path, why);
	struct log_store *l = log_store_new();
	volatile size_t sum = 0;
	struct log_count count;
	struct log_event *events;
	size_t n;

	fuzz_must(l, "there is memory");
	if (s) {
		int result = log_read(l, s, 0, &count, why);

		fuzz_must(!result == !why[0], "what is wrong is told");
		events = log_store_events(l, &n);
		fuzz_must(n <= count.records && count.records <= count.lines,
			  "each event is a record, each record a line");
		for (size_t i = 0; i < n; i++)
			look_at_event(&events[i], &sum);
	}
	stream_close(s);
	log_store_free(l);
	return 0;
}
