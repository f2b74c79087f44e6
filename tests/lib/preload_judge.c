/* SPDX-License-Identifier: MIT */
/* preload_judge.c - holds what a program did against what its row says. */
#include "preload_judge.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "jsonlog.h"

static __attribute__((format(printf, 2, 3))) void
complain(struct complaints *c, const char *format, ...)
{
	size_t room = sizeof(c->text) - c->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(c->text + c->len, room, format, args);
	va_end(args);
	if (n > 0)
		c->len += (size_t)n < room ? (size_t)n : room - 1;
}

/* If name is one of those that are joined by '|'. */
static bool is_among(const char *name, const char *joined)
{
	size_t len = strlen(name);

	for (const char *p = joined; p; p = strchr(p, '|')) {
		p += *p == '|';
		if (strncmp(p, name, len) == 0 && (!p[len] || p[len] == '|'))
			return true;
	}
	return false;
}

static void judge_witness(struct complaints *c, const struct preload_row *row,
			  const struct trial *t)
{
	size_t sent = 0;
	size_t fitting = 0;

	for (size_t i = 0; i < t->seen_count && i < TRIAL_SEEN_MAX; i++) {
		const struct witness_reset *r = &t->seen[i];

		if (r->is_received)
			continue;
		sent++;
		/* Before 6.10 there is no reason to compare. */
		fitting += !r->reason[0] ||
			   (row->reasons && is_among(r->reason, row->reasons));
	}
	c->is_unwitnessed = fitting < row->resets;
	/* One abort may be followed by further resets: kernel.md section 2. */
	if (row->resets ? fitting || !sent : !sent)
		return;
	complain(c, "the kernel says that it sent %zu resets, %zu for %s\n",
		 sent, fitting, row->reasons ? row->reasons : "no reason");
	for (size_t i = 0; i < t->seen_count && i < TRIAL_SEEN_MAX; i++)
		if (!t->seen[i].is_received)
			complain(c, "  %s, in state %s, before %s\n",
				 t->seen[i].reason,
				 rst_state_name(t->seen[i].state),
				 rst_state_name(t->seen[i].before));
}

void judge_kernel(struct complaints *c, const struct preload_row *row,
		  struct trial *t, bool has_witness)
{
	const char *expected = row->status ? row->status : "exit 0";
	char status[32];

	if (t->why[0]) {
		complain(c, "not run: %s\n", t->why);
		return;
	}
	program_status_text(&t->run, status);
	if (strcmp(status, expected) != 0)
		complain(c, "ended with %s instead of %s\n", status, expected);
	if (t->run.err.len)
		complain(c, "on stderr: %s\n", t->run.err.text);
	if (sniffer_lost(t->sniffer))
		complain(c, "packets were lost\n");
	if (sniffer_connections(t->sniffer) != row->resets)
		complain(c, "%zu connections were reset instead of %zu\n",
			 sniffer_connections(t->sniffer), row->resets);
	if (has_witness)
		judge_witness(c, row, t);
}

void judge_same(struct complaints *c, const struct trial *bare,
		const struct trial *watched)
{
	const struct program *a = &bare->run;
	const struct program *b = &watched->run;

	if (a->status != b->status)
		complain(c, "status %#x bare, %#x watched\n", a->status,
			 b->status);
	if (strcmp(a->out.text, b->out.text) != 0)
		complain(c, "output differs. Bare:\n%sWatched:\n%s",
			 a->out.text, b->out.text);
	if (strcmp(a->err.text, b->err.text) != 0)
		complain(c, "stderr differs. Bare:\n%sWatched:\n%s",
			 a->err.text, b->err.text);
}

static struct rst_addr endpoint(json_object *record, const char *which)
{
	struct rst_addr a = {0};
	char key[64];
	const char *ip;

	snprintf(key, sizeof(key), "network.%s.address", which);
	ip = jsonlog_text(record, key);
	if (inet_pton(AF_INET, ip, a.ip) == 1)
		a.family = 4;
	else if (inet_pton(AF_INET6, ip, a.ip) == 1)
		a.family = 6;
	snprintf(key, sizeof(key), "network.%s.port", which);
	a.port = (uint16_t)jsonlog_number(record, key, 0);
	return a;
}

static uint64_t timestamp_ns(json_object *record)
{
	const char *text = jsonlog_text(record, "@timestamp");
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned long ns;
	char z;

	if (!rest || sscanf(rest, ".%9lu%c", &ns, &z) != 2 || z != 'Z')
		return 0;
	return (uint64_t)timegm(&tm) * 1000000000 + ns;
}

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/*
 * How many packets a record can mean. A listener's peers are not in its
 * record, and one that predicts must not come late.
 */
static size_t packets_of(json_object *record, struct trial *t)
{
	struct rst_addr local = endpoint(record, "local");
	struct rst_addr peer = endpoint(record, "peer");
	uint64_t said_ns = timestamp_ns(record);
	bool is_prediction = strcmp(jsonlog_text(record, "event.action"),
				    "reset-predicted") == 0;
	/* Afterwards too: the kernel that gives up resets by itself. */
	bool is_own = strcmp(jsonlog_text(record, "rstwatch.sender"), "self") ==
		      0;
	size_t count;
	const struct sniffed_reset *r = sniffer_resets(t->sniffer, &count);
	size_t fitting = 0;

	for (size_t i = 0; i < count; i++) {
		const struct rst_addr *here = is_own ? &r[i].from : &r[i].to;
		const struct rst_addr *there = is_own ? &r[i].to : &r[i].from;

		fitting += is_same(here, &local) &&
			   (!peer.family || is_same(there, &peer)) &&
			   (is_prediction ? said_ns <= r[i].ts_ns
					  : said_ns >= r[i].ts_ns);
	}
	return fitting;
}

/*
 * The state in a record against the one that the kernel left for CLOSE. At
 * exit the kernel may have closed the other end first; what is only likely may
 * wait for another state.
 */
static void judge_state(struct complaints *c, json_object *record,
			const struct trial *t)
{
	struct rst_addr local = endpoint(record, "local");
	const char *state = jsonlog_text(record, "rstwatch.state");
	const char *call = jsonlog_text(record, "rstwatch.call");

	if (strstr(call, "xit") || strcmp(call, "abort") == 0 ||
	    strcmp(jsonlog_text(record, "rstwatch.certainty"), "certain") != 0)
		return;
	for (size_t i = 0; i < t->seen_count && i < TRIAL_SEEN_MAX; i++) {
		const struct witness_reset *r = &t->seen[i];

		if (!r->is_active || !r->before || !r->peer.family ||
		    !is_same(&r->local, &local) ||
		    jsonlog_number(record, "rstwatch.unaccepted", 0))
			continue;
		if (strcmp(rst_state_name(r->before), state) != 0)
			complain(c, "the record says %s, the kernel %s\n",
				 state, rst_state_name(r->before));
	}
}

static void judge_text(struct complaints *c, json_object *record,
		       const char *key, const char *expected)
{
	const char *found = jsonlog_text(record, key);

	if (strcmp(found, expected ? expected : "") != 0)
		complain(c, "%s is \"%s\" instead of \"%s\"\n", key, found,
			 expected ? expected : "");
}

static void judge_number(struct complaints *c, json_object *record,
			 const char *key, int64_t expected)
{
	int64_t found = jsonlog_number(record, key, 0);

	if (expected != ANY && found != expected)
		complain(c, "%s is %lld instead of %lld\n", key,
			 (long long)found, (long long)expected);
}

static void judge_record(struct complaints *c, const struct preload_row *row,
			 const struct preload_said *said, json_object *record,
			 struct trial *t, bool has_witness)
{
	size_t packets = packets_of(record, t);
	bool is_prediction = strcmp(said->action, "reset-predicted") == 0;
	size_t due = said->unaccepted ? (size_t)said->unaccepted : 1;

	judge_text(c, record, "event.action", said->action);
	judge_text(c, record, "rstwatch.cause", said->cause);
	judge_text(c, record, "rstwatch.certainty", said->certainty);
	judge_text(c, record, "rstwatch.call", said->call);
	judge_text(c, record, "rstwatch.errno", said->error);
	judge_number(c, record, "rstwatch.unread_bytes", said->unread);
	judge_number(c, record, "rstwatch.unaccepted", said->unaccepted);
	if (row->resets == 0 &&
	    (!is_prediction || strcmp(said->certainty, "likely") == 0))
		return;
	if (packets < due)
		complain(c, "%zu packets fit the record instead of %zu\n",
			 packets, due);
	if (has_witness && is_prediction)
		judge_state(c, record, t);
}

/* rstwatch.seq counts without a gap; an exec begins anew. */
static void judge_sequence(struct complaints *c, const struct jsonlog *log)
{
	for (size_t i = 0; i < log->count; i++) {
		int64_t pid = jsonlog_number(log->records[i], "process.pid", 0);
		int64_t seq =
			jsonlog_number(log->records[i], "rstwatch.seq", 0);
		int64_t before = 0;

		for (size_t j = 0; j < i; j++)
			if (jsonlog_number(log->records[j], "process.pid", 0) ==
			    pid)
				before = jsonlog_number(log->records[j],
							"rstwatch.seq", 0);
		if (seq == before + 1 ||
		    (seq == 1 &&
		     !strcmp(jsonlog_text(log->records[i], "event.action"),
			     "process-started")))
			continue;
		complain(c, "record %zu: seq %lld follows %lld\n", i + 1,
			 (long long)seq, (long long)before);
	}
}

void judge_log(struct complaints *c, const struct preload_row *row,
	       struct trial *watched, const char *log_path, bool has_witness)
{
	const struct preload_said *said = row->said;
	char why[JSONLOG_ERROR_MAX];
	size_t before = c->len;
	struct jsonlog log;

	if (jsonlog_read(&log, log_path, why) < 0) {
		complain(c, "%s\n", why);
		return;
	}
	for (size_t i = 0; i < log.count; i++) {
		json_object *record = log.records[i];

		if (strncmp(jsonlog_text(record, "event.action"), "reset-",
			    6) != 0)
			continue;
		if (said->action)
			judge_record(c, row, said++, record, watched,
				     has_witness);
		else
			complain(c, "a record too many\n");
	}
	for (; said->action; said++)
		complain(c, "no record of %s by %s\n", said->action,
			 said->call);
	judge_sequence(c, &log);
	for (size_t i = 0; i < log.count && c->len > before; i++)
		complain(c, "  %s\n",
			 json_object_to_json_string_ext(
				 log.records[i],
				 JSON_C_TO_STRING_NOSLASHESCAPE));
	jsonlog_free(&log);
}
