/* SPDX-License-Identifier: MIT */
/* test_run_terminal.c - terminal and job control are the command's own. */
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 10000, SEEN_MAX = 1 << 16 };

/* A person before a terminal, in which an interactive shell runs. */
static struct {
	int fd;
	pid_t shell;
	size_t len, looked; /* what came, and how much of it was expected */
	char seen[SEEN_MAX];
} tty;

static char run[4096];

static void type(const char *keys)
{
	assert_int_equal(write(tty.fd, keys, strlen(keys)), strlen(keys));
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits until text comes, behind what was awaited before. */
static void await(const char *text)
{
	int64_t deadline = now_ms() + PATIENCE_MS;
	struct pollfd p = {tty.fd, POLLIN, 0};
	char *found;
	ssize_t n;

	while (!(found = strstr(tty.seen + tty.looked, text))) {
		int64_t left = deadline - now_ms();

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			fail_msg("\"%s\" did not come, but \"%s\"", text,
				 tty.seen + tty.looked);
		n = read(tty.fd, tty.seen + tty.len, SEEN_MAX - 1 - tty.len);
		if (n <= 0)
			fail_msg("the terminal closed before \"%s\": \"%s\"",
				 text, tty.seen + tty.looked);
		tty.len += (size_t)n;
		tty.seen[tty.len] = '\0';
	}
	tty.looked = (size_t)(found - tty.seen) + strlen(text);
}

/*
 * The kernel sends a key's signal first and then throws away what the terminal
 * has not shown yet, which may be the shell's answer; not so with noflsh
 * (isig() in n_tty.c).
 */
static int shell_start(void **state)
{
	struct winsize size = {.ws_row = 33, .ws_col = 77};

	(void)state;
	memset(&tty, 0, sizeof(tty));
	tty.shell = forkpty(&tty.fd, NULL, NULL, &size);
	if (tty.shell == 0) {
		setenv("RUN", run, 1);
		setenv("PS1", "ready:", 1);
		setenv("TERM", "xterm", 1);
		setenv("HISTFILE", "/dev/null", 1);
		execlp("bash", "bash", "--norc", "--noprofile", "-i", NULL);
		_exit(127);
	}
	await("ready:");
	type("stty noflsh\n");
	await("ready:");
	return 0;
}

static int shell_end(void **state)
{
	(void)state;
	kill(-tty.shell, SIGHUP);
	close(tty.fd);
	kill(tty.shell, SIGKILL);
	return waitpid(tty.shell, NULL, 0) == tty.shell ? 0 : -1;
}

static void the_terminal_is_the_commands(void **state)
{
	(void)state;
	type("$RUN sh -c 'stty size; read x; echo go''t:$x'\n");
	await("33 77");
	type("abc\n");
	await("got:abc");
	await("ready:");
}

static void interrupt_ends_the_command_and_then_comes_the_report(void **state)
{
	(void)state;
	type("$RUN sh -c 'echo be''gun; exec sleep 60'; echo no''t\n");
	await("begun");
	type("\003");
	await("ready:");
	assert_null(strstr(tty.seen, "not")); /* the whole line was ended */
	type("echo s''t:$?\n");
	await("st:130");
}

static void interrupt_is_the_commands_to_handle(void **state)
{
	(void)state;
	type("$RUN sh -c 'trap \"echo cau''ght\" INT; echo be''gun; read x; "
	     "echo st''ill; exit 9'; echo s''t:$?\n");
	await("begun");
	type("\003");
	await("caught");
	/* Where the signal came before read began, it still waits for this. */
	type("\n");
	await("still");
	await("st:9");
}

/*
 * One process: the shell waits for the first of a job to stop, and another that
 * is not that far yet would still read what is typed next (n_tty_read()).
 */
static void stopped_and_continued_as_any_job(void **state)
{
	(void)state;
	type("$RUN sh -c 'echo be''gun; exec sed /two/q4'\n");
	await("begun");
	type("one\n"); /* first the terminal's echo */
	await("one");
	await("one");
	type("\032");
	await("Stopped");
	await("ready:");
	type("jobs\n");
	await("Stopped");
	await("ready:");
	type("fg\n");
	type("two\n");
	await("two");
	await("ready:");
	type("echo s''t:$?\n");
	await("st:4");
}

static void a_command_in_the_background_stops_when_it_reads(void **state)
{
	(void)state;
	type("$RUN sh -c 'read x; echo go''t:$x' &\n");
	await("ready:");
	type("wait -n; jobs\n");
	await("Stopped");
	type("fg\n");
	type("late\n");
	await("got:late");
	await("ready:");
}

static void killed_by_the_shell(void **state)
{
	(void)state;
	type("$RUN sleep 60 &\n");
	await("ready:");
	type("kill %1; wait %1; echo s''t:$?\n");
	await("st:143");
}

static void an_editor_has_the_screen(void **state)
{
	char file[] = "/tmp/rstwatch-edited-XXXXXX", text[64] = "";
	char line[128];
	FILE *f;

	(void)state;
	close(mkstemp(file));
	snprintf(line, sizeof(line), "$RUN vim -u NONE -N %s; echo s''t:$?\n",
		 file);
	type(line);
	await("~"); /* lines behind the end of the file */
	type("ihello\033:wq\r");
	await("st:0");
	f = fopen(file, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	unlink(file);
	assert_string_equal(text, "hello\n");
}

#define IN_A_TERMINAL(test) \
	cmocka_unit_test_setup_teardown(test, shell_start, shell_end)

static int by(const char *way)
{
	const struct CMUnitTest tests[] = {
		IN_A_TERMINAL(the_terminal_is_the_commands),
		IN_A_TERMINAL(
			interrupt_ends_the_command_and_then_comes_the_report),
		IN_A_TERMINAL(interrupt_is_the_commands_to_handle),
		IN_A_TERMINAL(stopped_and_continued_as_any_job),
		IN_A_TERMINAL(a_command_in_the_background_stops_when_it_reads),
		IN_A_TERMINAL(killed_by_the_shell),
		IN_A_TERMINAL(an_editor_has_the_screen),
	};
	const char *build = getenv("B");

	if (*way)
		snprintf(
			run, sizeof(run),
			"%s/rstwatch run --no-capture --output /dev/null %s --",
			build ? build : "build", way);
	return cmocka_run_group_tests_name(*way ? way : "alone", tests, NULL,
					   NULL);
}

/* Without `run` first: what is asked for is what a shell does. */
int main(void)
{
	return by("") + by("--preload") + by("--supervise");
}
