/* SPDX-License-Identifier: MIT */
/* test_labelled.c - captures of every cause, labelled by the kernel itself. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis.h"
#include "analysis_packets.h"
#include "preload_rows.h"
#include "trial.h"

/*
 * Each watched program that resets runs once, before a capture, the kernel's
 * tracepoint and the preload. The analysis has to name the cause: exactly with
 * the log, and never a wrong one without it.
 */
struct run {
	const struct preload_row *row;
	struct trial *trial;
	char path[PATH_MAX];
	char log[PATH_MAX];
	char dump[PATH_MAX];
	char log_env[PATH_MAX + 16];
	char *env[3];
};

static struct {
	struct witness *witness;
	char here[PATH_MAX - 64];
	char files[PATH_MAX - 128];
	char preload_env[PATH_MAX + 16];
	struct run *runs;
	struct trial *trials;
	size_t count;
	size_t labelled; /* resets that the kernel gave a reason for */
	size_t unlabelled;
} all;

static const struct preload_table *const tables[] = {
	&preload_unread_rows,
	&preload_abort_rows,
	&preload_peer_rows,
	&preload_received_rows,
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

#define BIT(cause) (1u << RST_CAUSE_##cause)

/* What the kernel's reason leaves open; kernel.md section 1. */
static const struct {
	const char *reason;
	uint32_t causes;
} labels[] = {
	/* Of MPTCP for a close with linger 0, too. */
	{"TCP_ABORT_ON_CLOSE", BIT(UNREAD_DATA) | BIT(LINGER_ZERO)},
	{"TCP_STATE", BIT(LINGER_ZERO) | BIT(DISCONNECT) |
			      BIT(UNACCEPTED_CONNECTIONS) | BIT(DESTROYED)},
	{"TCP_DISCONNECT_WITH_DATA", BIT(LINGER_ZERO) | BIT(DISCONNECT)},
	{"TCP_ABORT_ON_LINGER", BIT(LINGER2_NEGATIVE)},
	{"TCP_ABORT_ON_DATA", BIT(DATA_AFTER_CLOSE) | BIT(LINGER2_NEGATIVE)},
	{"TCP_TIMEWAIT_SOCKET", BIT(DATA_AFTER_CLOSE)},
	{"INVALID_SYN", BIT(BACKLOG_OVERFLOW)},
	{"TCP_KEEPALIVE_TIMEOUT", BIT(KEEPALIVE_TIMEOUT)},
	/* Bad where a SYN,ACK comes for a connect() that was given up. */
	{"NO_SOCKET", BIT(REFUSED) | BIT(DATA_AFTER_CLOSE) | BIT(PEER_GONE) |
			      BIT(BAD_HANDSHAKE)},
	/* In SYN_SENT alone: an echo of a time that was never sent. */
	{"TCP_RFC7323_PAWS", BIT(BAD_HANDSHAKE)},
	/* A join for a token that nobody has. */
	{"MPTCP_RST_EMPTCP", BIT(PEER_GONE)},
	{"TCP_FLAGS",
	 BIT(DATA_AFTER_CLOSE) | BIT(PEER_GONE) | BIT(BAD_HANDSHAKE)},
};

/* Made from a living socket: packets alone may say no more than abort. */
static const uint32_t active = BIT(UNREAD_DATA) | BIT(LINGER_ZERO) |
			       BIT(DISCONNECT) | BIT(UNACCEPTED_CONNECTIONS) |
			       BIT(LINGER2_NEGATIVE) | BIT(DESTROYED) |
			       BIT(KEEPALIVE_TIMEOUT);

static bool is_of(const struct witness_reset *r, const struct finding *f)
{
	if (r->is_received)
		return false;
	/* A listener's reset has no peer, and its own address may be any. */
	if (!r->peer.family)
		return r->local.port == f->source.port;
	return !memcmp(&r->local, &f->source, sizeof(f->source)) &&
	       !memcmp(&r->peer, &f->destination, sizeof(f->destination));
}

/* The causes that the kernel's word for f allows; all where it has none. */
static uint32_t label_of(const struct trial *t, const struct finding *f)
{
	uint32_t causes = 0;
	bool is_told = false;

	for (size_t i = 0; i < t->seen_count && i < TRIAL_SEEN_MAX; i++) {
		if (!is_of(&t->seen[i], f) || !t->seen[i].reason[0])
			continue;
		is_told = true;
		for (size_t k = 0; k < sizeof(labels) / sizeof(*labels); k++)
			if (!strcmp(labels[k].reason, t->seen[i].reason))
				causes |= labels[k].causes;
	}
	return is_told ? causes : UINT32_MAX;
}

/* The causes that the log names; 0 where it names none. */
static uint32_t named(const struct preload_row *row)
{
	uint32_t causes = 0;

	for (const struct preload_said *s = row->said; s->action; s++)
		if (s->cause)
			causes |= 1u
				  << rst_cause_find(s->cause, strlen(s->cause));
	return causes;
}

static void show(const struct run *r, const struct finding *f,
		 const char *wrong)
{
	fprintf(stderr, "%s: frame %llu is called %s: %s\n", r->row->program,
		(unsigned long long)f->frame.number, rst_cause_slug(f->cause),
		wrong);
	for (size_t i = 0; i < r->trial->seen_count && i < TRIAL_SEEN_MAX; i++)
		if (is_of(&r->trial->seen[i], f))
			fprintf(stderr, "  the kernel: %s\n",
				r->trial->seen[i].reason);
}

/* What is wrong with it, or NULL. */
static const char *judge(const struct run *r, const struct finding *f,
			 bool has_log)
{
	uint32_t said = named(r->row), cause = 1u << f->cause;
	uint32_t label = label_of(r->trial, f);

	/* mptcp_do_fastclose() gives the same reason for both. */
	if (label & BIT(UNREAD_DATA) && !strncmp(r->row->program, "mptcp_", 6))
		label |= BIT(LINGER_ZERO);
	/* What answers a SYN is no part of a connection that the log tells of.
	 */
	if (f->trigger == TRIGGER_SYN && cause & label)
		return NULL;
	if (has_log && said & label)
		return cause & said ? NULL : "the log knew better";
	if (cause & (BIT(UNEXPLAINED) | label))
		return NULL;
	if (cause & BIT(ABORT))
		return label & active ? NULL : "it was no abort";
	return "wrong";
}

/*
 * How many resets there were, and how many of them are judged wrong of those
 * that are told with the least certainty or more.
 */
static size_t judge_all(const struct run *r, const struct report *report,
			bool has_log, enum rst_certainty least, size_t *wrong)
{
	size_t resets = 0;

	for (size_t i = 0; i < report->finding_count; i++) {
		const struct finding *f = &report->findings[i];
		const char *what;

		if (f->kind != FINDING_RESET)
			continue;
		resets++;
		if (label_of(r->trial, f) == UINT32_MAX)
			all.unlabelled++;
		else
			all.labelled++;
		what = f->echo_of.number || f->certainty < least
			       ? NULL
			       : judge(r, f, has_log);
		if (what)
			show(r, f, what);
		*wrong += what != NULL;
	}
	return resets;
}

static size_t analyse(const struct run *r, bool has_log, size_t *wrong)
{
	const char *files[] = {r->dump, r->log};
	struct analysis *a = analysis_new();
	size_t resets;

	assert_non_null(a);
	assert_int_equal(analysis_run(a, files, has_log ? 2 : 1, NULL), 0);
	resets = judge_all(r, analysis_report(a), has_log, RST_CERTAINTY_NONE,
			   wrong);
	analysis_free(a);
	return resets;
}

/* The same capture, had it missed one packet; how many it has. */
static uint64_t analyse_without(const struct run *r, uint64_t frame,
				size_t *wrong)
{
	struct input input = {0};
	struct report report = {.inputs = &input, .input_count = 1};
	struct packets packets = {
		.flows = flows_new(64),
		.room = strings_new(),
		.correlation = correlation_new(NULL, 0),
		.report = &report,
	};
	char why[CAPTURE_ERROR_MAX];
	struct capture *c = capture_open(r->dump, why);
	struct packet p;
	uint64_t count = 0;

	assert_true(c && packets.flows && packets.room && packets.correlation);
	while (capture_next(c, &p) > 0)
		if (++count != frame)
			packets_take(&packets, &input, 0, &p);
	packets_flush(&packets);
	judge_all(r, &report, false, RST_CERTAIN, wrong);
	capture_close(c);
	flows_free(packets.flows);
	strings_free(packets.room);
	correlation_free(packets.correlation);
	free(report.findings);
	return count;
}

static void the_cause_is_right_with_the_log(void **state)
{
	const struct run *r = *state;
	size_t wrong = 0;

	assert_string_equal(r->trial->why, "");
	assert_true(analyse(r, true, &wrong) >= r->row->resets);
	assert_int_equal(wrong, 0);
}

static void the_cause_is_never_wrong_without_a_log(void **state)
{
	const struct run *r = *state;
	size_t wrong = 0;

	assert_string_equal(r->trial->why, "");
	assert_true(analyse(r, false, &wrong) >= r->row->resets);
	assert_int_equal(wrong, 0);
}

/* Captures lose packets where the machine is busy. */
static void no_wrong_cause_is_certain_where_a_packet_was_missed(void **state)
{
	const struct run *r = *state;
	size_t wrong = 0;
	uint64_t count = analyse_without(r, 0, &wrong);

	for (uint64_t frame = 1; frame <= count; frame++)
		analyse_without(r, frame, &wrong);
	assert_int_equal(wrong, 0);
}

/* Its rings can overflow on a busy machine; before 6.10 it gives no reason. */
static void the_kernel_labelled_nearly_all(void **state)
{
	(void)state;
	if (!all.labelled)
		skip();
	assert_in_range(all.unlabelled, 0, 1 + all.labelled / 20);
}

static void prepare(struct run *r)
{
	const char *name = r->row->program;

	snprintf(r->path, sizeof(r->path), "%s/../preload/programs/%s",
		 all.here, name);
	snprintf(r->log, sizeof(r->log), "%s/%s.jsonl", all.files, name);
	snprintf(r->dump, sizeof(r->dump), "%s/%s.pcap", all.files, name);
	snprintf(r->log_env, sizeof(r->log_env), "RSTWATCH_LOG=%s", r->log);
	r->env[0] = all.preload_env;
	r->env[1] = r->log_env;
	*r->trial = (struct trial){
		.program = r->path,
		.is_ipv6 = strncmp(name, "ipv6_", 5) == 0,
		.sysctls = r->row->sysctls,
		.env = r->env,
		.dump = r->dump,
	};
}

static int run_everything(void **state)
{
	char why[WITNESS_ERROR_MAX];
	size_t resets;

	(void)state;
	snprintf(all.files, sizeof(all.files), "%s/rstwatch-labelled-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(all.files))
		return -1;
	all.witness = witness_open(why);
	if (!all.witness)
		print_message("no labels of the kernel: %s\n", why);
	for (size_t i = 0; i < all.count; i++)
		prepare(&all.runs[i]);
	trial_run_all(all.trials, all.count, all.witness);
	/* What the kernel still holds is written now, and out by closing. */
	for (size_t i = 0; i < all.count; i++)
		if (all.trials[i].sniffer)
			sniffer_resets(all.trials[i].sniffer, &resets);
	trial_free_all(all.trials, all.count);
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < all.count; i++) {
		unlink(all.runs[i].log);
		unlink(all.runs[i].dump);
	}
	rmdir(all.files);
	witness_close(all.witness);
	return 0;
}

static void select_rows(void)
{
	size_t most = 0;

	for (size_t t = 0; t < TABLES; t++)
		most += tables[t]->count;
	all.runs = calloc(most, sizeof(*all.runs));
	all.trials = calloc(most, sizeof(*all.trials));
	if (!all.runs || !all.trials)
		abort();
	for (size_t t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			if (!tables[t]->rows[i].resets)
				continue;
			all.runs[all.count].row = &tables[t]->rows[i];
			all.runs[all.count].trial = &all.trials[all.count];
			all.count++;
		}
	}
}

static void find_myself(void)
{
	ssize_t n = readlink("/proc/self/exe", all.here, sizeof(all.here) - 1);

	if (n < 0)
		abort();
	*strrchr(all.here, '/') = '\0';
	snprintf(all.preload_env, sizeof(all.preload_env),
		 "LD_PRELOAD=%s/../../librstwatch.so", all.here);
}

int main(void)
{
	const CMUnitTestFunction of_each[] = {
		the_cause_is_right_with_the_log,
		the_cause_is_never_wrong_without_a_log,
		no_wrong_cause_is_certain_where_a_packet_was_missed,
	};
	enum { TESTS = sizeof(of_each) / sizeof(of_each[0]) };
	struct CMUnitTest *tests;
	int failed;

	find_myself();
	select_rows();
	tests = calloc(TESTS * all.count + 1, sizeof(*tests));
	if (!tests)
		abort();
	for (size_t i = 0; i < TESTS * all.count; i++)
		tests[i] = (struct CMUnitTest){
			.name = all.runs[i / TESTS].row->program,
			.test_func = of_each[i % TESTS],
			.initial_state = &all.runs[i / TESTS],
		};
	tests[TESTS * all.count] = (struct CMUnitTest)cmocka_unit_test(
		the_kernel_labelled_nearly_all);
	failed = _cmocka_run_group_tests("labelled", tests,
					 TESTS * all.count + 1, run_everything,
					 clean_up);
	free(tests);
	free(all.runs);
	free(all.trials);
	return failed;
}
