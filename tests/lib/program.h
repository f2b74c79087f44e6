/* SPDX-License-Identifier: MIT */
/* program.h - runs a program of a test and collects what came out of it. */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROGRAM_OUTPUT_MAX = 8192 };

/* What a program wrote: text, NUL at the end, at most PROGRAM_OUTPUT_MAX - 1.
 */
struct program_output {
	int fd; /* the pipe's reading end, -1 once closed */
	size_t len;
	char text[PROGRAM_OUTPUT_MAX];
};

struct program {
	pid_t pid;
	int pidfd;
	int64_t deadline_ms;
	struct program_output out;
	struct program_output err;
	bool has_ended;
	bool was_late; /* killed because its time was up */
	int status;    /* as waitpid(2) tells it */
};

/*
 * Starts argv[0] in a process group of its own, in the calling thread's
 * namespaces, with environ and then env ("NAME=value", NULL ends it, may be
 * NULL), standard input from /dev/null. It is killed after timeout_ms, or when
 * the test itself ends. 0, or -1 and errno; argv[0] that can't be executed ends
 * with status 127.
 */
int program_start(struct program *s, char *const argv[], char *const env[],
		  int timeout_ms);

/*
 * Waits until one of the running ones has ended, with everything in its
 * process group, and returns it; NULL once none is running. Entries may be
 * NULL.
 */
struct program *program_wait(struct program *const running[], size_t count);

/* "exit 3", "signal 13", "killed after its time": for people. */
const char *program_status_text(const struct program *s, char text[32]);

#endif
