/* SPDX-License-Identifier: MIT */
/* test_exec.c - what execve(2) would say of a file, and what it does say. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rstwatch/exec.h"

static char dir[] = "/tmp/rstwatch-exec-XXXXXX";

static enum rst_exec look(const char *path)
{
	struct rst_exec_view v = {.root = AT_FDCWD, .cwd = AT_FDCWD};

	return rst_exec_look(&v, AT_FDCWD, path);
}

/* The kernel's word: 0 where the program ran, else its errno. */
static int kernel_says(const char *path)
{
	int status, told[2], error = 0;

	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	if (fork() == 0) {
		freopen("/dev/null", "w", stdout);
		execl(path, path, "-c", ":", NULL);
		error = errno;
		_exit(write(told[1], &error, sizeof(error)) < 0);
	}
	close(told[1]);
	if (read(told[0], &error, sizeof(error)) < 0)
		error = -1;
	close(told[0]);
	assert_true(wait(&status) > 0);
	return error;
}

static void file_is(const char *name, const void *content, size_t len, int mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	assert_int_equal(fchmod(fd, (mode_t)mode), 0);
	close(fd);
}

static void text_is(const char *name, const char *text)
{
	file_is(name, text, strlen(text), 0755);
}

static void agrees(const char *path, int error, enum rst_exec expected)
{
	assert_int_equal(kernel_says(path), error);
	assert_int_equal(look(path), expected);
}

static void what_is_no_file_to_run_fails(void **state)
{
	(void)state;
	agrees("./nowhere", ENOENT, RST_EXEC_FAILS);
	agrees(".", EACCES, RST_EXEC_FAILS);
	agrees("/dev/null", EACCES, RST_EXEC_FAILS);
	file_is("plain", "#!/bin/sh\n", 10, 0644);
	agrees("./plain", EACCES, RST_EXEC_FAILS);
}

static void a_program_runs(void **state)
{
	(void)state;
	agrees("/bin/true", 0, RST_EXEC_RUNS);
	agrees("/bin/sh", 0, RST_EXEC_RUNS);
}

static void a_script_is_what_its_first_line_says(void **state)
{
	(void)state;
	text_is("script", "#! /bin/true  -x \n");
	agrees("./script", 0, RST_EXEC_RUNS);
	text_is("script", "#!/bin/true");
	agrees("./script", 0, RST_EXEC_RUNS);
	text_is("script", "#!/bin/true\r\n");
	agrees("./script", ENOENT, RST_EXEC_FAILS);
	text_is("script", "#!/nowhere\n");
	agrees("./script", ENOENT, RST_EXEC_FAILS);
	text_is("script", "#! \t\n/bin/true\n");
	agrees("./script", ENOEXEC, RST_EXEC_NO_FORMAT);
	text_is("script", "#!./text\n");
	text_is("text", "echo\n");
	agrees("./script", ENOEXEC, RST_EXEC_NO_FORMAT);
}

static void a_path_that_is_cut_names_nothing(void **state)
{
	char line[RST_EXEC_LINE + 64];

	(void)state;
	memset(line, '/', sizeof(line));
	memcpy(line, "#!", 2);
	memcpy(line + RST_EXEC_LINE - 10, "/bin/true\n", 11);
	text_is("script", line);
	agrees("./script", 0, RST_EXEC_RUNS);
	memcpy(line + RST_EXEC_LINE - 10, "//bin/true\n", 12);
	text_is("script", line);
	agrees("./script", ENOEXEC, RST_EXEC_NO_FORMAT);
}

static void five_scripts_are_followed(void **state)
{
	char name[16], text[32];

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		snprintf(text, sizeof(text), i ? "#!./s%d\n" : "#!/bin/true\n",
			 i - 1);
		text_is(name, text);
	}
	agrees("./s4", 0, RST_EXEC_RUNS);
	agrees("./s5", ELOOP, RST_EXEC_FAILS);
}

static void what_is_no_program_has_no_format(void **state)
{
	(void)state;
	text_is("file", "");
	agrees("./file", ENOEXEC, RST_EXEC_NO_FORMAT);
	text_is("file", "a");
	agrees("./file", ENOEXEC, RST_EXEC_NO_FORMAT);
	text_is("file", "#a comment\n");
	agrees("./file", ENOEXEC, RST_EXEC_NO_FORMAT);
}

/* binfmt_misc may know it: which the kernel doesn't tell everybody. */
static void another_magic_number_may_be_known(void **state)
{
	(void)state;
	file_is("file", "\xca\xfe\xba\xbe\0\0\0\x37", 8, 0755);
	assert_int_equal(look("./file"), RST_EXEC_UNSURE);
}

/* An ELF file of this machine that needs a linker; change() spoils it. */
struct program {
	ElfW(Ehdr) elf;
	ElfW(Phdr) header;
	char linker[64];
};

static void program_read(struct program *p, const char *linker)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	memset(p, 0, sizeof(*p));
	assert_int_equal(read(fd, &p->elf, sizeof(p->elf)), sizeof(p->elf));
	close(fd);
	strcpy(p->linker, linker);
	p->elf.e_phoff = offsetof(struct program, header);
	p->elf.e_phnum = 1;
	p->header.p_type = PT_INTERP;
	p->header.p_offset = offsetof(struct program, linker);
	p->header.p_filesz = strlen(linker) + 1;
}

static void program_is(const struct program *p)
{
	file_is("program", p, sizeof(*p), 0755);
}

static void a_program_needs_its_linker(void **state)
{
	struct program p;

	(void)state;
	program_read(&p, "/nowhere/ld.so");
	program_is(&p);
	agrees("./program", ENOENT, RST_EXEC_FAILS);
	text_is("text", "no linker, but text that is longer than a header is\n"
			"so that there is something to be read\n");
	program_read(&p, "./text");
	program_is(&p);
	agrees("./program", ELIBBAD, RST_EXEC_FAILS);
	text_is("script", "#!./program\n");
	agrees("./script", ELIBBAD, RST_EXEC_FAILS);
}

static void headers_that_make_no_sense_are_no_format(void **state)
{
	struct program p;

	(void)state;
	program_read(&p, "./text");
	p.linker[p.header.p_filesz - 1] = '.';
	program_is(&p);
	agrees("./program", ENOEXEC, RST_EXEC_NO_FORMAT);
	program_read(&p, "./text");
	p.elf.e_phoff = sizeof(p);
	program_is(&p);
	agrees("./program", ENOEXEC, RST_EXEC_NO_FORMAT);
	program_read(&p, "./text");
	p.elf.e_type = ET_CORE;
	program_is(&p);
	agrees("./program", ENOEXEC, RST_EXEC_NO_FORMAT);
}

static void another_machines_program_may_be_known(void **state)
{
	struct program p;

	(void)state;
	program_read(&p, "/nowhere/ld.so");
	p.elf.e_machine = EM_SPARC;
	program_is(&p);
	assert_int_equal(look("./program"), RST_EXEC_UNSURE);
}

static void the_interpreter_is_told(void **state)
{
	struct rst_exec_view v = {.root = AT_FDCWD, .cwd = AT_FDCWD};

	(void)state;
	text_is("script", "#! /bin/true -x\n");
	assert_int_equal(rst_exec_look(&v, AT_FDCWD, "./script"),
			 RST_EXEC_RUNS);
	assert_string_equal(v.interpreter, "/bin/true");
	assert_int_equal(rst_exec_look(&v, AT_FDCWD, "/bin/true"),
			 RST_EXEC_RUNS);
	assert_string_equal(v.interpreter, "");
}

/* As a process in another root and another directory sees them. */
static void paths_are_those_of_the_view(void **state)
{
	int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct rst_exec_view v = {.root = root};
	struct program p;

	(void)state;
	assert_true(root >= 0);
	assert_int_equal(mkdir("below", 0700), 0);
	v.cwd = open("below", O_PATH | O_DIRECTORY | O_CLOEXEC);
	text_is("below/script", "#!./program\n");
	text_is("script", "#!/below/program\n");
	assert_int_equal(rst_exec_look(&v, v.cwd, "script"), RST_EXEC_FAILS);
	assert_int_equal(rst_exec_look(&v, v.cwd, "/script"), RST_EXEC_FAILS);
	program_read(&p, "/nowhere");
	p.header.p_type = PT_NULL;
	program_is(&p);
	assert_int_equal(rename("program", "below/program"), 0);
	assert_int_equal(rst_exec_look(&v, v.cwd, "script"), RST_EXEC_RUNS);
	assert_int_equal(rst_exec_look(&v, v.cwd, "/script"), RST_EXEC_RUNS);
	close(v.cwd);
	close(root);
}

static void a_file_that_is_open_is_looked_at_as_it_is(void **state)
{
	struct rst_exec_view v = {.root = AT_FDCWD, .cwd = AT_FDCWD};
	char two[2];
	int fd;

	(void)state;
	text_is("script", "#!/bin/true\n");
	fd = open("script", O_RDONLY | O_CLOEXEC);
	assert_int_equal(rst_exec_look(&v, fd, NULL), RST_EXEC_RUNS);
	assert_int_equal(read(fd, two, 2), 2);
	assert_memory_equal(two, "#!", 2);
	assert_int_equal(fchmod(fd, 0600), 0);
	assert_int_equal(rst_exec_look(&v, fd, NULL), RST_EXEC_FAILS);
	close(fd);
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", dir);
	return chdir("/") || system(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_file_to_run_fails),
		cmocka_unit_test(a_program_runs),
		cmocka_unit_test(a_script_is_what_its_first_line_says),
		cmocka_unit_test(a_path_that_is_cut_names_nothing),
		cmocka_unit_test(five_scripts_are_followed),
		cmocka_unit_test(what_is_no_program_has_no_format),
		cmocka_unit_test(another_magic_number_may_be_known),
		cmocka_unit_test(a_program_needs_its_linker),
		cmocka_unit_test(headers_that_make_no_sense_are_no_format),
		cmocka_unit_test(another_machines_program_may_be_known),
		cmocka_unit_test(the_interpreter_is_told),
		cmocka_unit_test(paths_are_those_of_the_view),
		cmocka_unit_test(a_file_that_is_open_is_looked_at_as_it_is),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
