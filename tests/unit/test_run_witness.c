/* SPDX-License-Identifier: MIT */
/* test_run_witness.c - what the kernel said becomes cause and evidence, and
 * whose connections it saw decides what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "evidence.h"
#include "own.h"
#include "run_own.h"
#include "run_witness.h"

enum { AT_NS = 1000000000, RUN = 100, CHILD = 101, STRANGER = 200 };

static char path[] = "/tmp/rstwatch-kept-XXXXXX";

static struct rst_addr end(uint8_t last, uint16_t port)
{
	return (struct rst_addr){
		.ip = {10, 0, 0, last}, .port = port, .family = 4};
}

static void write_file(const void *what, size_t size)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(what, size, 1, f), 1);
	assert_int_equal(fclose(f), 0);
}

static struct finding reset_of(struct rst_addr source,
			       struct rst_addr destination)
{
	return (struct finding){.kind = FINDING_RESET,
				.cause = RST_CAUSE_ABORT,
				.ts_ns = AT_NS,
				.source = source,
				.destination = destination};
}

static const struct {
	const char *reason;
	enum rst_state state;
	enum rst_cause cause;
} rows[] = {
	{"TCP_ABORT_ON_MEMORY", RST_CLOSE, RST_CAUSE_OUT_OF_MEMORY},
	{"TCP_ABORT_ON_MEMORY", RST_FIN_WAIT1, RST_CAUSE_OUT_OF_MEMORY},
	{"TCP_KEEPALIVE_TIMEOUT", RST_ESTABLISHED, RST_CAUSE_KEEPALIVE_TIMEOUT},
	{"TCP_STATE", RST_ESTABLISHED, RST_CAUSE_DESTROYED},
	{"TCP_STATE", RST_CLOSE, RST_CAUSE_ABORT},
	{"TCP_STATE", RST_CLOSE, RST_CAUSE_ABORT},
	{"TCP_ABORT_ON_CLOSE", RST_CLOSE, RST_CAUSE_UNREAD_DATA},
	{"TCP_ABORT_ON_CLOSE", RST_ESTABLISHED, RST_CAUSE_ABORT},
	{"TCP_ABORT_ON_LINGER", RST_CLOSE, RST_CAUSE_LINGER2_NEGATIVE},
};

static void the_kernels_reason_names_the_cause_if_it_has_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct finding f = reset_of(end(1, 80), end(2, 4000));
		struct report r = {.findings = &f, .finding_count = 1};
		struct witness_reset w = {.realtime_ns = AT_NS + 1000,
					  .local = end(1, 80),
					  .peer = end(2, 4000),
					  .is_active = true,
					  .state = rows[i].state},
				     *kept;

		strcpy(w.reason, rows[i].reason);
		write_file(&w, sizeof(w));
		kept = run_witness_tie(&r, path, "/nonexistent");
		assert_non_null(f.witness);
		assert_int_equal(f.cause, rows[i].cause);
		free(kept);
	}
}

/* Two in turn use a port; the kernel's words come in no order of theirs. */
static void of_many_resets_each_gets_its_own_words(void **state)
{
	enum { MANY = 60000, APART_NS = 15000000 };
	struct finding *f = calloc(MANY, sizeof(*f));
	struct witness_reset *w = calloc(MANY, sizeof(*w)), *kept;
	struct report r = {.findings = f, .finding_count = MANY};
	const clock_t begun = clock();

	(void)state;
	assert_non_null(f);
	assert_non_null(w);
	for (int i = 0; i < MANY; i++) {
		struct witness_reset *its = &w[MANY - 1 - i];

		f[i] = reset_of(end(1, 80), end(2, (uint16_t)(i / 2)));
		f[i].ts_ns += (uint64_t)i * APART_NS;
		*its = (struct witness_reset){.realtime_ns = f[i].ts_ns + 1000,
					      .local = end(1, 80),
					      .peer = end(2, (uint16_t)(i / 2)),
					      .pid = i};
	}
	write_file(w, MANY * sizeof(*w));
	kept = run_witness_tie(&r, path, "/nonexistent");
	for (int i = 0; i < MANY; i++)
		assert_int_equal(f[i].witness->pid, i);
	/* Each looking at all of them takes longer than a minute. */
	assert_true((clock() - begun) / CLOCKS_PER_SEC < 5);
	free(kept);
	free(w);
	free(f);
}

/* Of the answer for a port without a socket. */
static void a_state_that_is_none_is_not_told(void **state)
{
	struct witness_reset w = {.reason = "NO_SOCKET", .pid = 5};
	struct finding f = {.witness = &w};
	char buf[256];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	(void)state;
	evidence_add(&f, EVIDENCE_WITNESS, 0, 0);
	evidence_write(&t, &f, 0);
	buf[t.len] = '\0';
	assert_non_null(strstr(buf, "reason NO_SOCKET, while process[5] ran"));
	w.state = RST_CLOSE;
	t.len = 0;
	evidence_write(&t, &f, 0);
	buf[t.len] = '\0';
	assert_non_null(strstr(buf, "NO_SOCKET, state CLOSE, while"));
}

static void only_what_was_sent_from_there_and_then_is_told(void **state)
{
	struct finding f = reset_of(end(1, 80), end(2, 4000));
	struct report r = {.findings = &f, .finding_count = 1};
	struct witness_reset w[] = {
		{.realtime_ns = AT_NS,
		 .local = end(1, 80),
		 .peer = end(2, 4000),
		 .is_received = true},
		{.realtime_ns = AT_NS, .local = end(1, 81), .pid = 1},
		{.realtime_ns = AT_NS,
		 .local = end(1, 80),
		 .peer = end(3, 4000),
		 .pid = 2},
		{.realtime_ns = AT_NS - 20000000,
		 .local = end(1, 80),
		 .peer = end(2, 4000),
		 .pid = 3},
		{.realtime_ns = AT_NS + 19000000,
		 .local = end(1, 80),
		 .pid = 4},
	};

	(void)state;
	write_file(w, sizeof(w) - sizeof(w[0]));
	free(run_witness_tie(&r, path, "/nonexistent"));
	assert_null(f.witness);
	write_file(w, sizeof(w));
	free(run_witness_tie(&r, path, "/nonexistent"));
	assert_non_null(f.witness);
}

static bool is_told(const struct own *o, struct rst_addr source,
		    struct rst_addr destination)
{
	struct finding f = reset_of(source, destination);
	struct report r = {.findings = &f, .finding_count = 1};
	uint64_t left_out;

	write_file(o, sizeof(*o));
	left_out = run_own_keep(&r, path);
	assert_int_equal(left_out + r.finding_count, 1);
	return r.finding_count == 1;
}

static void what_a_process_below_used_is_ours(void **state)
{
	static struct own o;
	struct rst_addr any = {.port = 80, .family = 4};
	struct rst_addr server = end(9, 443), other = end(8, 22);

	(void)state;
	own_begin(&o, RUN);
	own_forked(&o, RUN, CHILD);
	own_used(&o, CHILD, &any);
	own_used(&o, RUN, &server);
	own_used(&o, STRANGER, &other);
	assert_true(is_told(&o, end(1, 80), end(2, 4000)));
	assert_true(is_told(&o, end(2, 4000), end(1, 80)));
	assert_true(is_told(&o, end(9, 443), end(1, 5000)));
	assert_false(is_told(&o, end(7, 443), end(1, 5000)));
	assert_false(is_told(&o, end(8, 22), end(1, 5000)));
}

/* Whichever of its ends sent the reset. */
static void what_another_record_is_of_is_ours(void **state)
{
	static struct own o;
	struct log_event events[] = {{.local = end(4, 1), .peer = end(5, 2)},
				     {.local = end(1, 80), .peer = end(2, 40)}};
	struct finding f[] = {reset_of(end(2, 40), end(1, 80)),
			      reset_of(end(1, 80), end(2, 40)),
			      reset_of(end(1, 80), end(5, 2))};
	struct report r = {.findings = f,
			   .finding_count = 3,
			   .events = events,
			   .event_count = 2};

	(void)state;
	assert_int_equal(run_own_unknown(&r), 1);
	write_file(&o, sizeof(o));
	assert_int_equal(run_own_keep(&r, path), 1);
	assert_int_equal(r.finding_count, 2);
}

static void a_number_given_to_a_stranger_is_no_longer_ours(void **state)
{
	static struct own o;
	struct rst_addr server = end(9, 443);

	(void)state;
	own_begin(&o, RUN);
	own_forked(&o, RUN, CHILD);
	own_forked(&o, STRANGER, CHILD);
	own_used(&o, CHILD, &server);
	assert_false(own_has(&o, &server));
}

static void more_than_can_be_kept_is_said(void **state)
{
	static struct own o;

	(void)state;
	for (int i = 0; i <= OWN_ENDS; i++) {
		struct rst_addr a = end(1, (uint16_t)(i + 1));

		assert_false(o.is_full);
		own_add(&o, &a);
	}
	assert_true(o.is_full);
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_kernels_reason_names_the_cause_if_it_has_one),
		cmocka_unit_test(of_many_resets_each_gets_its_own_words),
		cmocka_unit_test(a_state_that_is_none_is_not_told),
		cmocka_unit_test(
			only_what_was_sent_from_there_and_then_is_told),
		cmocka_unit_test(what_a_process_below_used_is_ours),
		cmocka_unit_test(what_another_record_is_of_is_ours),
		cmocka_unit_test(
			a_number_given_to_a_stranger_is_no_longer_ours),
		cmocka_unit_test(more_than_can_be_kept_is_said),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
