/* SPDX-License-Identifier: MIT */
/* test_calls.c - each wrapped call does as libc's, and is told by its name. */
#include <stdint.h>
#include <string.h>

#include "calls.h"
#include "trap_run.h"

static const char *const names[] = {
#define X(name) #name,
	RST_CALLS(X, X)
#undef X
};
enum { NAMES = sizeof(names) / sizeof(*names) };

/* Its first line is what the log has to name. */
static void does_as_libcs_and_is_told(void **state)
{
	const char *const program = "each_call_is_told_by_its_name";
	static struct program bare, watched;
	struct jsonlog log;
	char told[32] = "";
	const char *name = *state;

	if (trap_runtime && strstr(trap_runtime, "asan") &&
	    strstr(name, "clone")) {
		print_message("%s: the runtime takes its stack for none\n",
			      name);
		skip();
	}
	trap_run(&bare, program, name, NULL);
	assert_int_not_equal(bare.out.len, 0);
	trap_run_watched(&watched, program, name, trap_so(), trap_log());
	trap_same_result(&bare, &watched);
	memcpy(told, bare.out.text, strcspn(bare.out.text, "\n"));
	trap_log_read(&log);
	if (trap_count(&log, "rstwatch.call", told) < 1)
		fail_msg("%s is not told of", told);
	jsonlog_free(&log);
}

int main(void)
{
	struct CMUnitTest tests[NAMES];

	for (int i = 0; i < NAMES; i++)
		tests[i] = (struct CMUnitTest){
			names[i], does_as_libcs_and_is_told, trap_new_dir,
			trap_remove_dir, (void *)(uintptr_t)names[i]};
	return _cmocka_run_group_tests("calls", tests, NAMES, trap_enter, NULL);
}
