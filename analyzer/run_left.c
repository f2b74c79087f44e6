/* SPDX-License-Identifier: MIT */
/* run_left.c - which watched processes outlive the command. */
#include "run_left.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rstwatch/text.h"

#include "proc_stat.h"

enum { LEFT_MAX = 1024, NAMED_MAX = 3 };

struct left {
	struct {
		pid_t pid;
		char name[64]; /* "" unless the logs tell of a start alone */
	} processes[LEFT_MAX];
	size_t count;
};

/* Seconds since boot. */
static time_t since_boot(time_t realtime)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec - (time(NULL) - realtime);
}

/* Field 3 is the state, 22 the start time. */
static bool runs_since(pid_t pid, time_t boot_s)
{
	char line[PROC_STAT_MAX], state = 'X';
	const char *fields = proc_stat_read(pid, line);
	unsigned long long ticks = 0;

	return fields &&
	       sscanf(fields,
		      "%c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
		      "%*s %*s %*s %*s %*s %*s %llu",
		      &state, &ticks) == 2 &&
	       !strchr("ZX", state) &&
	       (time_t)(ticks / (unsigned long)sysconf(_SC_CLK_TCK)) >= boot_s;
}

/*
 * All of the machine that are as young as the run. One in another PID namespace
 * may have the number of an older one here.
 */
static void find_young(struct left *l, time_t begun)
{
	/* Both clocks count in whole seconds. */
	const time_t boot_s = since_boot(begun) - 1;
	DIR *d = opendir("/proc");
	struct dirent *entry;

	while (d && (entry = readdir(d)) && l->count < LEFT_MAX) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0 && runs_since(pid, boot_s))
			l->processes[l->count++].pid = pid;
	}
	if (d)
		closedir(d);
}

static void take_record(struct left *l, const char *line)
{
	static const char pid_key[] = "\"process.pid\":";
	static const char name_key[] = "\"process.name\":\"";
	const char *pid = strstr(line, pid_key);
	const char *name = strstr(line, name_key);
	bool has_begun = strstr(line, "\"process-started\"");

	if (!pid || !name || (!has_begun && !strstr(line, "\"process-ended\"")))
		return;
	name += sizeof(name_key) - 1;
	for (size_t i = 0; i < l->count; i++)
		if (l->processes[i].pid == atoi(pid + sizeof(pid_key) - 1))
			snprintf(l->processes[i].name,
				 sizeof(l->processes[i].name), "%.*s",
				 has_begun ? (int)strcspn(name, "\"") : 0,
				 name);
}

static void read_log(struct left *l, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0)
		take_record(l, line);
	free(line);
	if (f)
		fclose(f);
}

/* The first few by name, the rest by number. */
static size_t names_write(const struct left *l, struct rst_text *t)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++) {
		const char *name = l->processes[i].name;

		if (!*name || n++ >= NAMED_MAX)
			continue;
		rst_text_str(t, n > 1 ? ", " : "");
		rst_text_plain(t, name, strlen(name), SIZE_MAX);
		rst_text_char(t, '[');
		rst_text_i64(t, l->processes[i].pid);
		rst_text_char(t, ']');
	}
	if (n > NAMED_MAX) {
		rst_text_str(t, " and ");
		rst_text_u64(t, n - NAMED_MAX);
		rst_text_str(t, " more");
	}
	return n;
}

void run_left_tell(const char *const *logs, size_t count, time_t begun,
		   const char *kept)
{
	struct left *l = calloc(1, sizeof(*l));
	char names[1024];
	struct rst_text t = rst_text_on(names, sizeof(names));
	size_t n;

	if (!l)
		return;
	find_young(l, begun);
	for (size_t i = 0; i < count; i++)
		read_log(l, logs[i]);
	n = names_write(l, &t);
	free(l);
	if (n == 0)
		return;
	fprintf(stderr, "rstwatch: %.*s still %s", (int)t.len, names,
		n == 1 ? "runs" : "run");
	if (kept)
		fprintf(stderr, "; %s goes on\n", kept);
	else
		fputs(", no longer watched; a log kept by --log would go on\n",
		      stderr);
}
