/* SPDX-License-Identifier: MIT */
/* test_harmless.c - programs that set traps go on as they do without us. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "jsonlog.h"
#include "netns.h"
#include "program.h"

enum { LIMIT_MS = 30000, PATH_SIZE = 1024, ANY = -1 };

/* predicted: how many resets by unread data its log has to name. */
struct trap {
	const char *name, *argument;
	int predicted;
	bool may_lose; /* records may be lost, and then have to be counted */
	const char *spares; /* why it says nothing beside a sanitizer */
};

static const char reads[] = "the runtime reads what the kernel refuses";
static const char calls[] = "the runtime makes other calls";
static const char early[] = "the runtime isn't ready";
static const char stack[] = "the runtime needs more stack";
static const char slow[] = "it takes too long; the same with fewer follows";
static const char signals[] = "the runtime delivers signals by itself";

static const struct trap traps[] = {
	{"epoll_ctl_del_takes_null", NULL, 1, false, NULL},
	{"bad_pointers_are_the_kernels_to_refuse", NULL, 0, false, reads},
	{"close_in_a_handler_in_the_middle_of_malloc", NULL, 100, false, NULL},
	{"a_handler_may_jump_away", NULL, ANY, false, NULL},
	{"a_handler_may_have_little_stack", NULL, 1, false, stack},
	{"everything_is_closed_again_and_again", NULL, 7, false, NULL},
	{"dup2_over_every_number", NULL, 1, true, NULL},
	{"all_numbers_of_a_small_limit_are_the_programs", NULL, 2, false, NULL},
	{"a_million_descriptors_are_no_more_than_one", NULL, 1, false, NULL},
	{"eight_threads_open_and_close_a_million", NULL, 8 * 618, false, slow},
	{"eight_threads_open_and_close_a_million", "20", 8 * 20, false, NULL},
	{"a_filter_kills_for_what_it_does_not_know", NULL, 1, false, calls},
	{"a_filter_kills_for_what_it_does_not_know", "by number", 1, false,
	 calls},
	{"a_filter_from_before_the_start_says_no", NULL, ANY, false, calls},
	{"a_vfork_child_shares_our_memory", NULL, 1, false, NULL},
	{"children_by_any_call_are_processes", NULL, 5, false, NULL},
	/* A child that closes a copy last resets it as well. */
	{"threads_fork_while_others_reset", NULL, ANY, false, NULL},
	{"a_thread_is_cancelled_where_libc_says", NULL, 1, false, NULL},
	/* The rest of its connection is unread at the end, too. */
	{"the_only_thread_cancels_itself", NULL, 2, false, NULL},
	{"calls_come_before_our_constructor_and_after_our_end", NULL, ANY,
	 false, early},
	{"standard_error_has_no_reader", NULL, 0, false, NULL},
	{"standard_error_is_a_full_pipe", NULL, 0, false, NULL},
	{"standard_descriptors_are_closed_at_the_start", NULL, 1, false, NULL},
	{"standard_descriptors_are_the_connection", NULL, 0, false, NULL},
	{"the_file_size_limit_is_reached", NULL, ANY, true, NULL},
	{"the_environment_is_written_over", NULL, 2, false, NULL},
	{"a_root_without_anything_in_it", NULL, 2, false, NULL},
	{"all_memory_is_locked", NULL, 1, false, NULL},
	{"errno_and_signals_come_as_without_us", NULL, 1, false, signals},
	{"many_processes_share_one_log", NULL, 8 * 150, false, NULL},
};
enum { TRAPS = sizeof(traps) / sizeof(*traps) };

static char build[PATH_SIZE], dir[PATH_SIZE];
static const char *runtime; /* of a sanitizer; NULL without one */

static const char *text_of(char *buf, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, PATH_SIZE, format, ap);
	va_end(ap);
	assert_in_range(n, 0, PATH_SIZE - 1);
	return buf;
}

/* Runs a trap to its end, with env beside the runner's own environment. */
static void run(struct program *p, const char *name, const char *argument,
		char *const env[])
{
	char path[PATH_SIZE];
	char *argv[] = {path, (char *)(uintptr_t)argument, NULL};
	struct program *running[] = {p};

	text_of(path, "%s/tests/preload/traps/%s", build, name);
	memset(p, 0, sizeof(*p));
	assert_int_equal(program_start(p, argv, env, LIMIT_MS), 0);
	program_wait(running, 1);
	assert_false(p->was_late);
}

/* With the library, and its log in a file. */
static void run_watched(struct program *p, const char *name,
			const char *argument, const char *preload,
			const char *log)
{
	char preload_env[3 * PATH_SIZE], log_env[PATH_SIZE + 32];
	char stack_env[] = "RSTWATCH_STACK=2";
	char *env[] = {preload_env, log_env, stack_env, NULL};

	/* A sanitizer's runtime has to come first (make sanitize). */
	snprintf(preload_env, sizeof(preload_env), "LD_PRELOAD=%s%s%s",
		 runtime ? runtime : "", runtime ? ":" : "", preload);
	snprintf(log_env, sizeof(log_env), "RSTWATCH_LOG=%s", log);
	run(p, name, argument, env);
}

static const char *so_path(void)
{
	static char path[PATH_SIZE];

	return text_of(path, "%s/librstwatch.so", build);
}

static const char *log_path(void)
{
	static char path[PATH_SIZE];

	return text_of(path, "%s/log", dir);
}

static int count_of(const struct jsonlog *log, const char *key,
		    const char *value)
{
	int n = 0;

	for (size_t i = 0; i < log->count; i++)
		n += !strcmp(jsonlog_text(log->records[i], key), value);
	return n;
}

enum { PIDS = 4096 };

struct numbers {
	int64_t pid, seq, gaps;
};

/* Each process counts from 1; what is missing is what it says it lost. */
static int64_t gaps_in(const struct jsonlog *log)
{
	static struct numbers seen[PIDS];
	size_t used = 0;
	int64_t gaps = 0;

	for (size_t i = 0; i < log->count; i++) {
		json_object *r = log->records[i];
		int64_t pid = jsonlog_number(r, "process.pid", 0);
		int64_t seq = jsonlog_number(r, "rstwatch.seq", 0);
		size_t k = 0;

		while (k < used && seen[k].pid != pid)
			k++;
		assert_in_range(k, 0, PIDS - 1);
		if (k == used)
			seen[used++] = (struct numbers){.pid = pid};
		/* An exec begins anew; threads may overtake each other. */
		if (seq > seen[k].seq)
			seen[k].gaps += seq - seen[k].seq - 1;
		else if (seq > 1)
			seen[k].gaps--;
		if (seq > seen[k].seq || seq == 1)
			seen[k].seq = seq;
	}
	for (size_t k = 0; k < used; k++)
		gaps += seen[k].gaps;
	return gaps;
}

static int64_t lost_in(const struct jsonlog *log)
{
	int64_t lost = 0;

	for (size_t i = 0; i < log->count; i++)
		lost += jsonlog_number(log->records[i], "rstwatch.lost", 0);
	return lost;
}

static void log_read(struct jsonlog *log)
{
	char why[JSONLOG_ERROR_MAX] = "";

	if (jsonlog_read(log, log_path(), why) != 0)
		fail_msg("%s", why);
}

static void log_is_as_expected(const struct trap *t)
{
	struct jsonlog log;
	int64_t gaps;
	int predicted;

	log_read(&log);
	predicted = count_of(&log, "rstwatch.cause", "unread-data");
	if (t->predicted != ANY && predicted != t->predicted)
		fail_msg("%d resets predicted instead of %d", predicted,
			 t->predicted);
	gaps = gaps_in(&log);
	assert_int_equal(gaps, lost_in(&log));
	if (t->may_lose)
		assert_true(gaps > 0);
	else
		assert_int_equal(gaps, 0);
	jsonlog_free(&log);
}

static void same_result(const struct program *bare, const struct program *p)
{
	char text[2][32];

	assert_string_equal(program_status_text(p, text[0]),
			    program_status_text(bare, text[1]));
	assert_string_equal(p->out.text, bare->out.text);
	assert_string_equal(p->err.text, bare->err.text);
}

/* Two of them are large, and there is one at a time. */
static struct program bare, watched;

static void a_trap(void **state)
{
	const struct trap *t = *state;

	if (t->spares && runtime) {
		print_message("%s: %s\n", t->name, t->spares);
		skip();
	}
	run(&bare, t->name, t->argument, NULL);
	assert_string_equal(bare.err.text, "");
	run_watched(&watched, t->name, t->argument, so_path(), log_path());
	same_result(&bare, &watched);
	log_is_as_expected(t);
}

static void with_preloads(const char *preloads)
{
	const struct trap once = {"one_reset", NULL, 1, false, NULL};

	run(&bare, "one_reset", NULL, NULL);
	run_watched(&watched, "one_reset", NULL, preloads, log_path());
	same_result(&bare, &watched);
	log_is_as_expected(&once);
}

static void listed_twice_it_tells_once(void **state)
{
	char preloads[3 * PATH_SIZE];

	(void)state;
	snprintf(preloads, sizeof(preloads), "%s:%s", so_path(), so_path());
	with_preloads(preloads);
}

static void two_copies_of_it_tell_once(void **state)
{
	char copy[PATH_SIZE], preloads[3 * PATH_SIZE], command[3 * PATH_SIZE];

	(void)state;
	text_of(copy, "%s/copy/librstwatch.so", dir);
	snprintf(command, sizeof(command), "install -D %s %s", so_path(), copy);
	assert_int_equal(system(command), 0);
	snprintf(preloads, sizeof(preloads), "%s:%s", so_path(), copy);
	with_preloads(preloads);
}

/* Messages of the library itself: one line, and the program goes on. */
static void run_with_bad_log(const char *log, const char *reason)
{
	run_watched(&watched, "one_reset", NULL, so_path(), log);
	assert_int_equal(watched.status, 0);
	assert_string_equal(watched.out.text, "done\n");
	if (!strstr(watched.err.text, reason) ||
	    strchr(watched.err.text, '\n') != strrchr(watched.err.text, '\n'))
		fail_msg("%s is not one line with %s", watched.err.text,
			 reason);
}

static void a_log_is_not_opened_through_a_symbolic_link(void **state)
{
	char target[PATH_SIZE];
	struct stat st;

	(void)state;
	text_of(target, "%s/target", dir);
	assert_int_equal(symlink(target, log_path()), 0);
	run_with_bad_log(log_path(), "ELOOP");
	assert_int_equal(stat(target, &st), -1);
}

static void a_log_that_cannot_be_opened_is_named_once(void **state)
{
	char path[PATH_SIZE];

	(void)state;
	run_with_bad_log(dir, "EISDIR");
	run_with_bad_log(text_of(path, "%s/none/log", dir), "ENOENT");
	assert_int_equal(mkfifo(log_path(), 0600), 0);
	run_with_bad_log(log_path(), "ENXIO");
	run_with_bad_log("/sys/log", "EACCES");
}

static void a_log_is_created_for_its_owner_alone(void **state)
{
	struct stat st;

	(void)state;
	umask(0);
	with_preloads(so_path());
	umask(022);
	assert_int_equal(stat(log_path(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void fill_disk(const char *path)
{
	static const char block[4096];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

/* 64 KiB of disk: the log gets what the filler leaves. */
static void on_a_full_disk_lines_are_whole_and_losses_counted(void **state)
{
	char disk[PATH_SIZE], filler[PATH_SIZE], log[PATH_SIZE + 8];
	char why[JSONLOG_ERROR_MAX] = "";
	struct jsonlog records;

	(void)state;
	text_of(disk, "%s/disk", dir);
	text_of(filler, "%s/disk/filler", dir);
	snprintf(log, sizeof(log), "%s/log", disk);
	assert_int_equal(mkdir(disk, 0700), 0);
	assert_int_equal(mount("none", disk, "tmpfs", 0, "size=64k"), 0);
	run_watched(&watched, "one_reset", "100", so_path(), log);
	assert_int_equal(watched.status, 0);
	assert_string_equal(watched.err.text, "");
	fill_disk(filler);
	run_watched(&watched, "one_reset", "10", so_path(), log);
	assert_int_equal(watched.status, 0);
	assert_int_equal(unlink(filler), 0);
	assert_int_equal(jsonlog_read(&records, log, why), 0);
	assert_in_range(records.count, 10, 60);
	jsonlog_free(&records);
	umount2(disk, MNT_DETACH);
}

static int new_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	text_of(dir, "%s/harmless.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[PATH_SIZE + 32];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

/* A network and mounts of our own: nothing of this reaches the machine. */
static int enter(void **state)
{
	const struct netns_address address = netns_new_address();
	char why[NETNS_ERROR_MAX] = "";
	const char *b = getenv("B");

	(void)state;
	runtime = getenv("SANITIZER_RUNTIME");
	if (!realpath(b ? b : "build", build))
		return -1;
	if (netns_enter(&address, why) != 0) {
		print_error("%s\n", why);
		return -1;
	}
	netns_sysctl("ipv4/tcp_tw_reuse", "1");
	netns_sysctl("ipv4/ip_local_port_range", "1024 65000");
	return unshare(CLONE_NEWNS) != 0 ||
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0;
}

#define OWN_DIR(f) cmocka_unit_test_setup_teardown(f, new_dir, remove_dir)

int main(void)
{
	static struct CMUnitTest tests[TRAPS + 8] = {
		OWN_DIR(listed_twice_it_tells_once),
		OWN_DIR(two_copies_of_it_tell_once),
		OWN_DIR(a_log_is_not_opened_through_a_symbolic_link),
		OWN_DIR(a_log_that_cannot_be_opened_is_named_once),
		OWN_DIR(a_log_is_created_for_its_owner_alone),
		OWN_DIR(on_a_full_disk_lines_are_whole_and_losses_counted),
	};
	size_t count = 0;

	while (tests[count].name)
		count++;
	for (size_t i = 0; i < TRAPS; i++)
		tests[count + i] = (struct CMUnitTest){
			traps[i].name, a_trap, new_dir, remove_dir,
			(void *)(uintptr_t)&traps[i]};
	return _cmocka_run_group_tests("harmless", tests, count + TRAPS, enter,
				       NULL);
}
