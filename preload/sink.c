/* SPDX-License-Identifier: MIT */
/* sink.c - one event in, one write(2) out. */
#include "sink.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "aside.h"
#include "clock.h"
#include "config.h"
#include "libc.h"
#include "logfile.h"
#include "process.h"
#include "raw.h"
#include "stderr.h"

static struct {
	uint32_t born; /* whose numbers these are: process.h */
	bool has_log, is_ended;
	uint64_t seq, lost;
	uint64_t second;   /* that the lines are counted in */
	uint64_t lines;	   /* on stderr in that second */
	uint64_t left_out; /* since the last line that said so */
	uint64_t left_out_total;
} sink;

static void complain(const char *variable, const char *value,
		     const char *expected)
{
	char line[512];
	struct rst_text t = rst_text_on(line, sizeof(line));

	rst_text_str(&t, "rstwatch: ");
	rst_text_str(&t, variable);
	rst_text_str(&t, "=");
	rst_text_plain(&t, value, strlen(value), 80);
	rst_text_str(&t, " is ignored: expected ");
	rst_text_str(&t, expected);
	rst_text_str(&t, "\n");
	stderr_write(line, t.len);
}

static void log_open(bool is_alone)
{
	char path[1024], line[1400];
	struct rst_text t = rst_text_on(line, sizeof(line));
	int r = logfile_open(path, sizeof(path), is_alone);

	sink.has_log = r == 0;
	if (r == 0)
		return;
	rst_text_str(&t, "rstwatch: log ");
	rst_text_plain(&t, path, strlen(path), 200);
	rst_text_str(&t, " can't be opened (");
	rst_text_str(&t, rst_errno_name(-r));
	rst_text_str(&t, "): nothing will be recorded\n");
	stderr_write(line, t.len);
}

/* A process's start and end are written to a file alone. */
static void process_event(enum rst_action action, enum rst_call call)
{
	struct rst_event e = {.action = action, .level = RST_WARN, .fd = -1};

	if (!config.log || config.level < RST_WARN)
		return;
	e.call = call_name(call);
	e.lost = __atomic_load_n(&sink.lost, __ATOMIC_RELAXED);
	e.suppressed = __atomic_load_n(&sink.left_out_total, __ATOMIC_RELAXED);
	sink_emit(&e);
}

static void start_aside(void *unused)
{
	(void)unused;
	config_read(process.name, complain);
	if (!config.is_watched || config.level == RST_LEVEL_OFF)
		return;
	sink.born = process.born;
	if (config.log)
		log_open(true);
	process_event(RST_PROCESS_STARTED, CALL_NONE);
}

void sink_start(void)
{
	stderr_start();
	aside_run(start_aside, NULL);
}

bool sink_shows(enum rst_level level)
{
	return level <= __atomic_load_n(&config.level, __ATOMIC_RELAXED) &&
	       (!config.log || sink.has_log);
}

void sink_forked(void)
{
	if (sink.born == process.born || !sink_shows(RST_WARN))
		return;
	sink.born = process.born;
	sink.seq = sink.lost = sink.left_out = sink.left_out_total = 0;
	sink.is_ended = false;
	if (config.log)
		log_open(true);
	process_event(RST_PROCESS_STARTED, CALL_NONE);
}

/* A record's time is that of its facts: whatever came since isn't in them. */
static void fill(struct rst_event *e)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);

	e->mono_ns = e->facts.asked_ns ? e->facts.asked_ns : now_ns;
	e->realtime_ns = clock_ns(CLOCK_REALTIME) - (now_ns - e->mono_ns);
	e->seq = __atomic_add_fetch(&sink.seq, 1, __ATOMIC_RELAXED);
	e->host = process.host;
	e->pid = process.pid;
	e->tid = process_thread();
	e->process_name = process.name;
	e->executable = process.executable;
}

/* At most config.limit lines a second; false where this one is too many. */
static bool within_limit(uint64_t now_ns, uint64_t *left_out)
{
	uint64_t second = now_ns / 1000000000u;

	*left_out = 0;
	if (__atomic_exchange_n(&sink.second, second, __ATOMIC_RELAXED) !=
	    second) {
		__atomic_store_n(&sink.lines, 0, __ATOMIC_RELAXED);
		*left_out = __atomic_exchange_n(&sink.left_out, 0,
						__ATOMIC_RELAXED);
	}
	if (__atomic_fetch_add(&sink.lines, 1, __ATOMIC_RELAXED) < config.limit)
		return true;
	__atomic_fetch_add(&sink.left_out, 1 + *left_out, __ATOMIC_RELAXED);
	__atomic_fetch_add(&sink.left_out_total, 1, __ATOMIC_RELAXED);
	return false;
}

static void left_out_say(struct rst_text *t, uint64_t count)
{
	if (count == 0)
		return;
	rst_text_str(t, "rstwatch: ");
	rst_text_plain(t, process.name, strlen(process.name), 64);
	rst_text_str(t, "[");
	rst_text_i64(t, process.pid);
	rst_text_str(t, "]: ");
	rst_text_u64(t, count);
	rst_text_str(t, " lines left out (RSTWATCH_LIMIT=");
	rst_text_u64(t, config.limit);
	rst_text_str(t, ")\n");
}

static bool to_stderr(const struct rst_event *e, char *buf)
{
	/* A pipe that has room takes this much without blocking. */
	struct rst_text t = rst_text_on(buf, PIPE_BUF);
	uint64_t left_out;

	if (!within_limit(e->mono_ns, &left_out))
		return true;
	left_out_say(&t, left_out);
	rst_record_line(&t, e);
	return stderr_write(buf, t.len);
}

static bool to_log(const struct rst_event *e, char *buf)
{
	struct rst_text t = rst_text_on(buf, RST_RECORD_STACK_BUF);

	rst_record_json(&t, e);
	return t.len > 0 && logfile_write(buf, t.len);
}

void sink_emit(struct rst_event *e)
{
	char buf[RST_RECORD_STACK_BUF];

	if (!sink_shows(e->level))
		return;
	sink_forked();
	fill(e);
	if (!(config.log ? to_log(e, buf) : to_stderr(e, buf)))
		__atomic_fetch_add(&sink.lost, 1, __ATOMIC_RELAXED);
}

static void end_write(void *call)
{
	char line[256];
	struct rst_text t = rst_text_on(line, sizeof(line));

	process_event(RST_PROCESS_ENDED, *(enum rst_call *)call);
	left_out_say(&t,
		     __atomic_exchange_n(&sink.left_out, 0, __ATOMIC_RELAXED));
	if (t.len > 0)
		stderr_write(line, t.len);
}

static void end_once(enum rst_call call)
{
	if (!__atomic_exchange_n(&sink.is_ended, true, __ATOMIC_RELAXED))
		aside_run(end_write, &call);
}

void sink_end(void)
{
	end_once(CALL_NONE);
}

void sink_stop(enum rst_call call)
{
	end_once(call);
	__atomic_store_n(&config.level, RST_LEVEL_OFF, __ATOMIC_RELAXED);
	logfile_close();
}
