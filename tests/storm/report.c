/* SPDX-License-Identifier: MIT */
/* report.c - the table of truth, and one play told by the time. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const call_names[] = {
#define X(name) #name,
	STORM_CALLS(X)
#undef X
};

static const char *const sides[SIDE_COUNT] = {"client", "server", "listener",
					      "-"};

/* A place in each of the four lists. */
struct told {
	size_t packet, reset, record, call;
	uint64_t first_ns;
};

static void tell_time(const struct told *t, uint64_t ts_ns)
{
	printf("    %+12.6f ms  ", ((double)ts_ns - (double)t->first_ns) / 1e6);
}

static void tell_call(const struct told *t, const struct journal_entry *c)
{
	tell_time(t, c->begin_ns);
	printf("%-8s %s(%d, %d) = %d", sides[c->side], call_names[c->call],
	       c->fd, c->arg, c->result);
	if (c->error)
		printf(" %s", rst_errno_name(c->error));
	printf("  [%d, %.1f us]\n", c->tid,
	       c->end_ns ? (double)(c->end_ns - c->begin_ns) / 1e3 : 0.0);
}

static void tell_packet(const struct told *t, const struct seen_packet *s)
{
	static const char letters[] = "FSRPAU";
	char flags[sizeof(letters)] = "";
	size_t n = 0;

	for (size_t i = 0; i + 1 < sizeof(letters); i++)
		if (s->flags & 1 << i)
			flags[n++] = letters[i];
	flags[n] = '\0';
	tell_time(t, s->ts_ns);
	printf("  %s %u  %-3s seq %u len %u ack %u win %u",
	       s->is_from_server ? "<--" : "-->", s->port, flags, s->seq,
	       s->len, s->ack, s->window);
	if (s->arrived_ns)
		printf("  [%.1f us]\n",
		       (double)(s->arrived_ns - s->ts_ns) / 1e3);
	else
		printf("  [never arrived]\n");
}

static void tell_reset(const struct told *t, const struct seen_reset *r)
{
	tell_time(t, r->ts_ns);
	printf("  kernel: %s, %s, by the %s, port %u, thread %d\n",
	       r->is_active ? "active" : "passive", r->reason,
	       r->is_from_server ? "server" : "client", r->port, r->tid);
}

static void tell_record(const struct told *t, const struct seen_record *r)
{
	tell_time(t, r->ts_ns);
	printf("  log: %s of the %s, port %u, %s: %s %s, sender %s, "
	       "thread %d\n",
	       rst_action_name(r->action),
	       r->is_of_server ? "server" : "client", r->port, r->call,
	       rst_cause_slug(r->cause), rst_certainty_name(r->certainty),
	       rst_sender_name(r->sender), r->tid);
}

/* The element at the list's place, if it is this play's. */
#define NEXT(list, at, type) \
	((at) < (list).count && ((type *)(list).items)[at].play == play \
		 ? (type *)(list).items + (at) \
		 : NULL)

#define SKIP_TO(list, at, type) \
	while ((at) < (list).count && ((type *)(list).items)[at].play < play) \
	(at)++

void report_play(const struct accounts *a, uint32_t play)
{
	struct told t = {0};

	SKIP_TO(a->packets, t.packet, struct seen_packet);
	SKIP_TO(a->resets, t.reset, struct seen_reset);
	SKIP_TO(a->records, t.record, struct seen_record);
	SKIP_TO(a->calls, t.call, struct journal_entry);
	for (;;) {
		const struct seen_packet *s =
			NEXT(a->packets, t.packet, struct seen_packet);
		const struct seen_reset *r =
			NEXT(a->resets, t.reset, struct seen_reset);
		const struct seen_record *l =
			NEXT(a->records, t.record, struct seen_record);
		const struct journal_entry *c =
			NEXT(a->calls, t.call, struct journal_entry);
		const uint64_t times[] = {s ? s->ts_ns : UINT64_MAX,
					  r ? r->ts_ns : UINT64_MAX,
					  l ? l->ts_ns : UINT64_MAX,
					  c ? c->begin_ns : UINT64_MAX};
		int first = 3;

		for (int i = 2; i >= 0; i--)
			if (times[i] < times[first])
				first = i;
		if (times[first] == UINT64_MAX)
			return;
		if (!t.first_ns)
			t.first_ns = times[first];
		switch (first) {
		case 0: tell_packet(&t, s), t.packet++; break;
		case 1: tell_reset(&t, r), t.reset++; break;
		case 2: tell_record(&t, l), t.record++; break;
		default: tell_call(&t, c), t.call++; break;
		}
	}
}

static void tell_share(uint64_t came, uint64_t told)
{
	if (told)
		printf(" %6" PRIu64 "/%-6" PRIu64 " %5.1f%%", came, told,
		       100.0 * (double)came / (double)told);
	else
		printf(" %13s %6s", "-", "-");
}

uint64_t report_table(const struct judgement *j)
{
	struct tally sum = {0};
	uint64_t faults = j->kernel_only + j->capture_only +
			  j->received_untrue + j->received_twice + j->misnamed;

	printf("%-24s %7s %7s %7s %8s %6s %6s %6s %8s %6s  %s\n", "cause",
	       "resets", "told", "certain", "possible", "missed", "false",
	       "races", "callless", "unseen", "likely that came true");
	for (int i = 1; i < RST_CAUSE_COUNT; i++) {
		const struct tally *t = &j->causes[i];

		if (!t->resets && !t->callless && !t->unseen &&
		    !t->told[RST_CERTAIN] && !t->told[RST_LIKELY] &&
		    !t->told[RST_POSSIBLE])
			continue;
		printf("%-24s %7" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8" PRIu64
		       " %6" PRIu64 " %6" PRIu64 " %6" PRIu64 " %8" PRIu64
		       " %6" PRIu64 "  ",
		       rst_cause_slug((enum rst_cause)i), t->resets,
		       t->foretold[RST_CERTAIN] + t->foretold[RST_LIKELY],
		       t->foretold[RST_CERTAIN], t->foretold[RST_POSSIBLE],
		       t->missed, tally_false(t), t->raced + t->false_races,
		       t->callless, t->unseen);
		tell_share(t->came[RST_LIKELY], t->told[RST_LIKELY]);
		printf("\n");
		sum.resets += t->resets;
		sum.missed += t->missed;
		sum.raced += t->raced + t->false_races;
		sum.callless += t->callless;
		faults += t->missed + tally_false(t);
	}
	printf("%" PRIu64 " resets of calls in %" PRIu64 " plays of %" PRIu64
	       " calls; %" PRIu64 " of no call, %" PRIu64 " echoes; races "
	       "%.3f%%\n",
	       sum.resets, j->plays, j->calls, sum.callless, j->echoes,
	       sum.resets ? 100.0 * (double)sum.raced / (double)sum.resets
			  : 0.0);
	printf("accounts: %" PRIu64 " resets only the kernel's, %" PRIu64
	       " only the capture's, %" PRIu64 " in one alone of no call, "
	       "%" PRIu64 " that a BPF program hid from the kernel's; "
	       "calls misnamed: %" PRIu64 "\n",
	       j->kernel_only, j->capture_only, j->untraced, j->passed_over,
	       j->misnamed);
	printf("reset-received: %" PRIu64 ", untrue %" PRIu64
	       ", told twice %" PRIu64 "\n",
	       j->received, j->received_untrue, j->received_twice);
	return faults;
}
