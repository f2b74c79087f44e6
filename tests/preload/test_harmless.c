/* SPDX-License-Identifier: MIT */
/* test_harmless.c - programs that set traps go on as they do without us. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
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

#include "trap_run.h"

enum { ANY = -1 };

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
static const char marks[] = "the runtime keeps marks of its own on stacks";
static const char forks[] = "the runtime wants no fork in a handler";
static const char sent[] = "the runtime reads what was sent already";
static const char signals[] = "the runtime delivers signals by itself";

static const struct trap traps[] = {
	{"epoll_ctl_del_takes_null", NULL, 1, false, NULL},
	{"bad_pointers_are_the_kernels_to_refuse", NULL, 0, false, reads},
	{"close_in_a_handler_in_the_middle_of_malloc", NULL, 100, false, NULL},
	{"a_handler_may_jump_away", NULL, ANY, false, NULL},
	{"a_handler_may_have_little_stack", NULL, 1, false, stack},
	{"a_stack_may_be_overwritten", NULL, 1, false, signals},
	{"a_stack_may_be_overwritten", "return", 1, false, NULL},
	{"a_stack_may_be_overwritten", "crash", 1, false, signals},
	{"a_stack_may_be_overwritten", "frame", 1, false, NULL},
	{"a_stack_may_be_overwritten", "heap64", 1, false, NULL},
	{"a_stack_may_be_overwritten", "heap65", 1, false, NULL},
	{"everything_is_closed_again_and_again", NULL, 7, false, NULL},
	{"dup2_over_every_number", NULL, 1, true, NULL},
	{"all_numbers_of_a_small_limit_are_the_programs", NULL, 2, false, NULL},
	{"all_numbers_of_a_small_limit_are_the_programs", "100", 2, false,
	 NULL},
	{"a_thread_needs_the_last_number", NULL, 200, false, NULL},
	/* It has no time to look for the other holders among as many. */
	{"a_million_descriptors_are_no_more_than_one", NULL, ANY, false, NULL},
	/* make check-programs lets both have their million. */
	{"eight_threads_open_and_close_a_million", "100", 8 * 100, false, NULL},
	{"a_message_is_freed_by_who_received_it", NULL, 0, false, sent},
	{"eight_threads_connect_and_close", "200", 8 * 2, false, NULL},
	{"descriptors_change_behind_libcs_back", NULL, 0, false, NULL},
	{"the_sockets_error_is_the_programs_to_take", NULL, 1, false, NULL},
	{"a_handler_may_write_and_fork", NULL, 80, false, forks},
	{"a_filter_kills_for_what_it_does_not_know", NULL, 1, false, calls},
	{"a_filter_kills_for_what_it_does_not_know", "by number", 1, false,
	 calls},
	{"calls_are_dispatched_by_their_place", NULL, 1, false, calls},
	{"a_filter_from_before_the_start_says_no", NULL, ANY, false, calls},
	{"a_vfork_child_shares_our_memory", NULL, 1, false, NULL},
	{"children_by_any_call_are_processes", NULL, 5, false, NULL},
	/* A child that closes a copy last resets it as well. */
	{"threads_fork_while_others_reset", NULL, ANY, false, NULL},
	{"a_child_has_what_the_program_opened", NULL, ANY, false, NULL},
	{"a_thread_is_cancelled_where_libc_says", NULL, 1, false, NULL},
	/* The rest of its connection is unread at the end, too. */
	{"the_only_thread_cancels_itself", NULL, 2, false, NULL},
	{"a_thread_is_cancelled_anywhere", NULL, 2, false, marks},
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
	{"what_is_printed_is_formatted_once", NULL, 1, false, NULL},
	{"many_processes_share_one_log", NULL, 8 * 150, false, NULL},
};
enum { TRAPS = sizeof(traps) / sizeof(*traps) };

static void log_is_as_expected(const struct trap *t)
{
	struct jsonlog log;
	int64_t gaps;
	int predicted;

	trap_log_read(&log);
	predicted = trap_count(&log, "rstwatch.cause", "unread-data");
	if (t->predicted != ANY && predicted != t->predicted)
		fail_msg("%d resets predicted instead of %d", predicted,
			 t->predicted);
	gaps = trap_gaps(&log);
	assert_int_equal(gaps, trap_lost(&log));
	if (t->may_lose)
		assert_true(gaps > 0);
	else
		assert_int_equal(gaps, 0);
	jsonlog_free(&log);
}

/* Two of them are large, and there is one at a time. */
static struct program bare, watched;

static void a_trap(void **state)
{
	const struct trap *t = *state;

	if (t->spares && trap_runtime) {
		print_message("%s: %s\n", t->name, t->spares);
		skip();
	}
	trap_run(&bare, t->name, t->argument, NULL);
	assert_string_equal(bare.err.text, "");
	trap_run_watched(&watched, t->name, t->argument, trap_so(), trap_log());
	trap_same_result(&bare, &watched);
	log_is_as_expected(t);
}

static void with_preloads(const char *preloads)
{
	const struct trap once = {"one_reset", NULL, 1, false, NULL};

	trap_run(&bare, "one_reset", NULL, NULL);
	trap_run_watched(&watched, "one_reset", NULL, preloads, trap_log());
	trap_same_result(&bare, &watched);
	log_is_as_expected(&once);
}

static void listed_twice_it_tells_once(void **state)
{
	char preloads[3 * TRAP_PATH];

	(void)state;
	snprintf(preloads, sizeof(preloads), "%s:%s", trap_so(), trap_so());
	with_preloads(preloads);
}

static void two_copies_of_it_tell_once(void **state)
{
	char copy[TRAP_PATH], preloads[3 * TRAP_PATH], command[3 * TRAP_PATH];

	(void)state;
	trap_text(copy, "%s/copy/librstwatch.so", trap_dir);
	snprintf(command, sizeof(command), "install -D %s %s", trap_so(), copy);
	assert_int_equal(system(command), 0);
	snprintf(preloads, sizeof(preloads), "%s:%s", trap_so(), copy);
	with_preloads(preloads);
}

/* Messages of the library itself: one line, and the program goes on. */
static void run_with_bad_log(const char *log, const char *reason)
{
	trap_run_watched(&watched, "one_reset", NULL, trap_so(), log);
	assert_int_equal(watched.status, 0);
	assert_string_equal(watched.out.text, "done\n");
	if (!strstr(watched.err.text, reason) ||
	    strchr(watched.err.text, '\n') != strrchr(watched.err.text, '\n'))
		fail_msg("%s is not one line with %s", watched.err.text,
			 reason);
}

static void a_log_is_not_opened_through_a_symbolic_link(void **state)
{
	char target[TRAP_PATH];
	struct stat st;

	(void)state;
	trap_text(target, "%s/target", trap_dir);
	assert_int_equal(symlink(target, trap_log()), 0);
	run_with_bad_log(trap_log(), "ELOOP");
	assert_int_equal(stat(target, &st), -1);
}

static void a_log_that_cannot_be_opened_is_named_once(void **state)
{
	char path[TRAP_PATH];

	(void)state;
	run_with_bad_log(trap_dir, "EISDIR");
	run_with_bad_log(trap_text(path, "%s/none/log", trap_dir), "ENOENT");
	assert_int_equal(mkfifo(trap_log(), 0600), 0);
	run_with_bad_log(trap_log(), "ENXIO");
	run_with_bad_log("/sys/log", "EACCES");
}

static void a_log_directory_may_be_read_only(void **state)
{
	char disk[TRAP_PATH], log[TRAP_PATH + 8];

	(void)state;
	trap_text(disk, "%s/disk", trap_dir);
	snprintf(log, sizeof(log), "%s/log", disk);
	assert_int_equal(mkdir(disk, 0700), 0);
	assert_int_equal(mount("none", disk, "tmpfs", MS_RDONLY, ""), 0);
	run_with_bad_log(log, "EROFS");
	umount2(disk, MNT_DETACH);
}

/* A log of each process: the child's can't be made any more, which is said. */
static void a_log_directory_may_vanish(void **state)
{
	const char *const name = "the_logs_directory_vanishes";
	char gone[TRAP_PATH], log[TRAP_PATH + 8];

	(void)state;
	trap_text(gone, "%s/gone", trap_dir);
	snprintf(log, sizeof(log), "%s/%%p", gone);
	assert_int_equal(mkdir(gone, 0700), 0);
	trap_run(&bare, name, gone, NULL);
	assert_int_equal(mkdir(gone, 0700), 0);
	trap_run_watched(&watched, name, gone, trap_so(), log);
	assert_non_null(strstr(watched.err.text, "ENOENT"));
	assert_ptr_equal(strchr(watched.err.text, '\n'),
			 strrchr(watched.err.text, '\n'));
	watched.err.text[0] = '\0';
	trap_same_result(&bare, &watched);
}

/* The numbers of the calls that a line of the manual names, one in a line. */
static void allow_named(char *allowed, char *line)
{
	static const char between[] = " ,.:;\n";

	for (char *p = strtok(line, between); p; p = strtok(NULL, between)) {
		int number = seccomp_syscall_resolve_name(p);

		if (number >= 0)
			sprintf(allowed + strlen(allowed), "%d\n", number);
	}
}

/* What stands between the two sentences that open and end the list. */
static void manual_read(char *allowed)
{
	FILE *f = fopen("preload/librstwatch.7", "r");
	bool is_list = false;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "Before a program", 16))
			is_list = false;
		if (is_list)
			allow_named(allowed, line);
		if (strstr(line, "must not kill:"))
			is_list = true;
	}
	fclose(f);
}

/* The log by a relative path, for which we have to ask where we are. */
static void the_manual_names_each_system_call_of_ours(void **state)
{
	const char *const name =
		"a_filter_kills_for_what_the_manual_does_not_name";
	char allowed[1024] = "", log[TRAP_PATH];
	const struct trap t = {name, allowed, 6, false, NULL};

	(void)state;
	if (trap_runtime) {
		print_message("%s\n", calls);
		skip();
	}
	manual_read(allowed);
	trap_text(log, "../../../../../../../../../..%s", trap_log());
	trap_run(&bare, name, allowed, NULL);
	assert_int_equal(bare.status, 5 << 8);
	trap_run_watched(&watched, name, allowed, trap_so(), log);
	trap_same_result(&bare, &watched);
	log_is_as_expected(&t);
}

static void a_log_is_created_for_its_owner_alone(void **state)
{
	struct stat st;

	(void)state;
	umask(0);
	with_preloads(trap_so());
	umask(022);
	assert_int_equal(stat(trap_log(), &st), 0);
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
	char disk[TRAP_PATH], filler[TRAP_PATH], log[TRAP_PATH + 8];
	char why[JSONLOG_ERROR_MAX] = "";
	struct jsonlog records;

	(void)state;
	trap_text(disk, "%s/disk", trap_dir);
	trap_text(filler, "%s/disk/filler", trap_dir);
	snprintf(log, sizeof(log), "%s/log", disk);
	assert_int_equal(mkdir(disk, 0700), 0);
	assert_int_equal(mount("none", disk, "tmpfs", 0, "size=64k"), 0);
	trap_run_watched(&watched, "one_reset", "100", trap_so(), log);
	assert_int_equal(watched.status, 0);
	assert_string_equal(watched.err.text, "");
	fill_disk(filler);
	trap_run_watched(&watched, "one_reset", "10", trap_so(), log);
	assert_int_equal(watched.status, 0);
	assert_int_equal(unlink(filler), 0);
	assert_int_equal(jsonlog_read(&records, log, why), 0);
	assert_in_range(records.count, 10, 60);
	jsonlog_free(&records);
	umount2(disk, MNT_DETACH);
}

int main(void)
{
	static struct CMUnitTest tests[TRAPS + 10] = {
		TRAP_OWN_DIR(listed_twice_it_tells_once),
		TRAP_OWN_DIR(two_copies_of_it_tell_once),
		TRAP_OWN_DIR(a_log_is_not_opened_through_a_symbolic_link),
		TRAP_OWN_DIR(a_log_that_cannot_be_opened_is_named_once),
		TRAP_OWN_DIR(a_log_is_created_for_its_owner_alone),
		TRAP_OWN_DIR(a_log_directory_may_be_read_only),
		TRAP_OWN_DIR(a_log_directory_may_vanish),
		TRAP_OWN_DIR(the_manual_names_each_system_call_of_ours),
		TRAP_OWN_DIR(on_a_full_disk_lines_are_whole_and_losses_counted),
	};
	size_t count = 0;

	while (tests[count].name)
		count++;
	for (size_t i = 0; i < TRAPS; i++)
		tests[count + i] = (struct CMUnitTest){
			traps[i].name, a_trap, trap_new_dir, trap_remove_dir,
			(void *)(uintptr_t)&traps[i]};
	return _cmocka_run_group_tests("harmless", tests, count + TRAPS,
				       trap_enter, NULL);
}
