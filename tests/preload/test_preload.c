/* SPDX-License-Identifier: MIT */
/* test_preload.c - every watched program, before the kernel and the preload. */
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload_judge.h"

/*
 * usage: test_preload [PATTERN...]   only programs whose names fit
 *
 * Each program runs bare, where the kernel has to confirm what its name says;
 * and watched, where moreover the log has to say so, and nothing else may
 * change.
 */
struct pair_of_runs {
	const struct preload_row *row;
	struct trial *bare;
	struct trial *watched;
	char path[PATH_MAX];
	char log[PATH_MAX];
	char log_env[PATH_MAX + 16];
	char *env[3];
};

static struct {
	struct witness *witness;
	char here[PATH_MAX - 64]; /* the directory of this program */
	char preload_env[PATH_MAX + 16];
	char logs[PATH_MAX - 128];
	struct pair_of_runs *runs;
	struct trial *trials;
	size_t count;
	size_t unwitnessed; /* resets that only packets told of */
} all;

static const struct preload_table *const tables[] = {
	&preload_unread_rows,
	&preload_abort_rows,
	&preload_peer_rows,
	&preload_received_rows,
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static void prepare(struct pair_of_runs *r)
{
	const struct preload_row *row = r->row;

	snprintf(r->path, sizeof(r->path), "%s/programs/%s", all.here,
		 row->program);
	snprintf(r->log, sizeof(r->log), "%s/%s.jsonl", all.logs, row->program);
	snprintf(r->log_env, sizeof(r->log_env), "RSTWATCH_LOG=%s", r->log);
	r->env[0] = all.preload_env;
	r->env[1] = r->log_env;
	*r->bare = (struct trial){
		.program = r->path,
		.is_ipv6 = strncmp(row->program, "ipv6_", 5) == 0,
		.is_alone = row->is_alone,
		.sysctls = row->sysctls,
	};
	*r->watched = *r->bare;
	r->watched->env = r->env;
}

static int run_everything(void **state)
{
	char why[WITNESS_ERROR_MAX];

	(void)state;
	snprintf(all.logs, sizeof(all.logs), "%s/rstwatch-preload-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(all.logs))
		return -1;
	all.witness = witness_open(why);
	if (!all.witness)
		print_message("only packets tell: %s\n", why);
	for (size_t i = 0; i < all.count; i++) {
		all.runs[i].bare = &all.trials[2 * i];
		all.runs[i].watched = &all.trials[2 * i + 1];
		prepare(&all.runs[i]);
	}
	trial_run_all(all.trials, 2 * all.count, all.witness);
	return 0;
}

static int clean_up(void **state)
{
	(void)state;
	trial_free_all(all.trials, 2 * all.count);
	for (size_t i = 0; i < all.count; i++)
		unlink(all.runs[i].log);
	rmdir(all.logs);
	witness_close(all.witness);
	return 0;
}

static void the_name_of_the_program_is_true(void **state)
{
	const struct pair_of_runs *r = *state;
	bool has_witness = all.witness != NULL;
	struct complaints bare = {0};
	struct complaints watched = {0};

	if (getuid() != 0 && r->bare->why[0]) {
		print_message("skipped: %s\n", r->bare->why);
		skip();
	}
	judge_kernel(&bare, r->row, r->bare, has_witness);
	judge_kernel(&watched, r->row, r->watched, has_witness);
	judge_same(&watched, r->bare, r->watched);
	judge_log(&watched, r->row, r->watched, r->log, has_witness);
	all.unwitnessed += bare.is_unwitnessed + watched.is_unwitnessed;
	if (!bare.len && !watched.len)
		return;
	/* Not by cmocka, which cuts a message at 1024 bytes. */
	fprintf(stderr, "%s%s%s%s", bare.len ? "bare:\n" : "", bare.text,
		watched.len ? "watched:\n" : "", watched.text);
	fail();
}

/* Until then answers for what has no socket were not traced. */
static bool is_linux_6_12(void)
{
	int major = 0, minor = 0;
	struct utsname name;

	return uname(&name) == 0 &&
	       sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 12));
}

/* It can miss some, on a busy machine; many would mean it is no witness. */
static void the_kernel_told_of_nearly_every_reset(void **state)
{
	(void)state;
	if (!is_linux_6_12())
		skip();
	if (all.witness)
		assert_in_range(all.unwitnessed, 0, 1 + all.count / 50);
}

static bool has_row(const char *program)
{
	for (size_t t = 0; t < TABLES; t++)
		for (size_t i = 0; i < tables[t]->count; i++)
			if (!strcmp(tables[t]->rows[i].program, program))
				return true;
	return false;
}

/* By the sources: what was built may be older. */
static void every_program_has_a_row(void **state)
{
	DIR *d = opendir("tests/preload/programs");
	struct dirent *e;
	char *dot;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d))) {
		dot = strrchr(e->d_name, '.');
		if (!dot || strcmp(dot, ".c") != 0)
			continue;
		*dot = '\0';
		if (!has_row(e->d_name))
			fail_msg("%s has no row", e->d_name);
	}
	closedir(d);
}

static bool is_wanted(const char *program, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (fnmatch(argv[i], program, 0) == 0)
			return true;
	return argc < 2;
}

static void select_rows(int argc, char **argv)
{
	size_t most = 0;

	for (size_t t = 0; t < TABLES; t++)
		most += tables[t]->count;
	all.runs = calloc(most, sizeof(*all.runs));
	all.trials = calloc(2 * most, sizeof(*all.trials));
	if (!all.runs || !all.trials)
		abort();
	for (size_t t = 0; t < TABLES; t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct preload_row *row = &tables[t]->rows[i];

			if (is_wanted(row->program, argc, argv))
				all.runs[all.count++].row = row;
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

int main(int argc, char **argv)
{
	struct CMUnitTest *tests;
	int failed;

	setvbuf(stdout, NULL, _IOLBF, 0); /* in step with stderr */
	find_myself();
	select_rows(argc, argv);
	tests = calloc(all.count + 2, sizeof(*tests));
	if (!tests)
		abort();
	for (size_t i = 0; i < all.count; i++)
		tests[i] = (struct CMUnitTest){
			.name = all.runs[i].row->program,
			.test_func = the_name_of_the_program_is_true,
			.initial_state = &all.runs[i],
		};
	tests[all.count] = (struct CMUnitTest)cmocka_unit_test(
		the_kernel_told_of_nearly_every_reset);
	tests[all.count + 1] =
		(struct CMUnitTest)cmocka_unit_test(every_program_has_a_row);
	failed = _cmocka_run_group_tests("preload", tests, all.count + 2,
					 run_everything, clean_up);
	free(tests);
	free(all.trials);
	free(all.runs);
	return failed;
}
