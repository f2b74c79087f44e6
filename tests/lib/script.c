/* SPDX-License-Identifier: MIT */
/* script.c - what a test does as a user would, in a shell. */
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { SKIPPED = 77, OUTPUT_MAX = 1 << 16 };

static const char COMMAND[] =
	"exec 2>&1 </dev/null\n"
	"BUILD=$(realpath \"${B:-build}\") SRC=$PWD\n"
	"SO=$BUILD/librstwatch.so PATH=$BUILD:$PATH\n"
	"export BUILD SRC SO PATH\n"
	"cd \"$(mktemp -d)\" && trap 'rm -rf \"$PWD\"' EXIT\n"
	"as_user=-r; [ \"$(id -u)\" -ne 0 ] || as_user=\n"
	"timeout -k 1 30 unshare -n $as_user bash -euc "
	"'trap \"kill \\$(jobs -p) 2>&- || :\" EXIT; ip link set lo up; "
	"not() { ! \"$@\"; }; eval \"$SCRIPT\"'\n";

void script_run(const char *script)
{
	static char output[OUTPUT_MAX];
	FILE *f;
	size_t len;
	int status;

	assert_int_equal(setenv("SCRIPT", script, 1), 0);
	f = popen(COMMAND, "re");
	assert_non_null(f);
	len = fread(output, 1, sizeof(output) - 1, f);
	output[len] = '\0';
	status = pclose(f);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		print_message("%s", output);
		skip();
	}
	if (status)
		fprintf(stderr, "status %x, and:\n%s", status, output);
	assert_int_equal(status, 0);
}

int script_files(const char *setup)
{
	static char files[128];

	snprintf(files, sizeof(files), "%s/files.XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(files) || setenv("FILES", files, 1))
		return -1;
	script_run("chmod 777 $FILES\n");
	script_run(setup);
	return 0;
}

int script_files_remove(void **state)
{
	(void)state;
	script_run("rm -r $FILES\n");
	return 0;
}
