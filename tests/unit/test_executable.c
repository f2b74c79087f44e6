/* SPDX-License-Identifier: MIT */
/* test_executable.c - a command is found, and known for what it is. */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "executable.h"

static char dir[] = "/tmp/rstwatch-executable-XXXXXX";
static char path[sizeof(dir) + 16];
static struct executable p;

/* An executable file of these bytes, at path. */
static void file_write(const void *bytes, size_t len, mode_t mode)
{
	FILE *f;

	snprintf(path, sizeof(path), "%s/tool", dir);
	unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void script_write(const char *text)
{
	file_write(text, strlen(text), 0755);
}

/* The smallest of ELF files: our own header, and one segment. */
struct small_elf {
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;
	char content[32];
};

static struct small_elf elf_like_ours(uint32_t type, const void *content,
				      size_t len)
{
	struct small_elf e = {0};
	FILE *f = fopen("/proc/self/exe", "r");

	assert_non_null(f);
	assert_int_equal(fread(&e.header, sizeof(e.header), 1, f), 1);
	fclose(f);
	e.header.e_phoff = offsetof(struct small_elf, segment);
	e.header.e_phnum = 1;
	e.header.e_shnum = 0;
	e.header.e_shoff = 0;
	e.header.e_shstrndx = 0;
	e.segment.p_type = type;
	e.segment.p_offset = offsetof(struct small_elf, content);
	e.segment.p_filesz = len;
	memcpy(e.content, content, len);
	return e;
}

static enum executable_kind kind_of(const struct small_elf *e)
{
	file_write(e, sizeof(*e), 0755);
	/* The loader may not be installed here. */
	executable_look(path, &p);
	return p.kind;
}

static void glibc_programs_are_dynamic(void **state)
{
	const char loader[] = "/lib64/ld-linux-x86-64.so.2";
	struct small_elf e = elf_like_ours(PT_INTERP, loader, sizeof(loader));

	(void)state;
	assert_int_equal(kind_of(&e), EXECUTABLE_DYNAMIC);
	assert_false(p.is_script);
}

static void a_musl_loader_is_told_from_glibc(void **state)
{
	const char loader[] = "/lib/ld-musl-x86_64.so.1";
	struct small_elf e = elf_like_ours(PT_INTERP, loader, sizeof(loader));

	(void)state;
	assert_int_equal(kind_of(&e), EXECUTABLE_MUSL);
}

static void without_a_loader_it_is_static(void **state)
{
	struct small_elf e = elf_like_ours(PT_LOAD, "", 1);

	(void)state;
	assert_int_equal(kind_of(&e), EXECUTABLE_STATIC);
}

static void the_build_id_of_go_tells_go(void **state)
{
	const char note[] = "\4\0\0\0\4\0\0\0\4\0\0\0Go\0\0abcd";
	struct small_elf e = elf_like_ours(PT_NOTE, note, sizeof(note) - 1);

	(void)state;
	assert_int_equal(kind_of(&e), EXECUTABLE_GO);
}

static void another_processor_is_foreign(void **state)
{
	struct small_elf e = elf_like_ours(PT_LOAD, "", 1);

	(void)state;
	e.header.e_machine = EM_S390;
	assert_int_equal(kind_of(&e), EXECUTABLE_FOREIGN);
}

static void a_script_is_what_its_interpreter_is(void **state)
{
	(void)state;
	script_write("#! /bin/sh -e\nexit 0\n");
	assert_int_equal(executable_look(path, &p), 0);
	assert_true(p.is_script);
	assert_string_equal(p.looked, "/bin/sh");
	assert_string_equal(p.path, path);
	assert_int_equal(p.kind, EXECUTABLE_DYNAMIC);
}

static void env_is_looked_through(void **state)
{
	(void)state;
	script_write("#!/usr/bin/env -S A=b sh -e\nexit 0\n");
	assert_int_equal(executable_look(path, &p), 0);
	assert_non_null(strstr(p.looked, "/sh"));
}

static void text_without_a_first_line_goes_to_the_shell(void **state)
{
	(void)state;
	script_write("exit 0\n");
	assert_int_equal(executable_look(path, &p), 0);
	assert_string_equal(p.looked, "/bin/sh");
}

static void a_missing_interpreter_is_not_found(void **state)
{
	(void)state;
	script_write("#!/nowhere/sh\n");
	assert_int_equal(executable_look(path, &p), ENOENT);
	assert_string_equal(p.missing, "/nowhere/sh");
	script_write("#!/bin/sh\r\necho\r\n");
	assert_int_equal(executable_look(path, &p), ENOENT);
	assert_string_equal(p.missing, "/bin/sh\r");
	script_write("#!/usr/bin/env no-such-program\n");
	assert_int_equal(executable_look(path, &p), ENOENT);
	assert_string_equal(p.missing, "no-such-program");
	script_write("#!/usr/bin/env -u no-such-program sh\n");
	assert_int_equal(executable_look(path, &p), 0);
	script_write("#!\n");
	assert_int_equal(executable_look(path, &p), ENOEXEC);
	assert_string_equal(p.missing, "");
}

static void a_missing_loader_is_not_found(void **state)
{
	const char loader[] = "/nowhere/ld.so";
	struct small_elf e = elf_like_ours(PT_INTERP, loader, sizeof(loader));

	(void)state;
	file_write(&e, sizeof(e), 0755);
	assert_int_equal(executable_look(path, &p), ENOENT);
	assert_string_equal(p.missing, loader);
}

static void a_missing_command_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(executable_look("no-such-command", &p), ENOENT);
	assert_string_equal(p.missing, "");
	assert_int_equal(executable_look("/nowhere/command", &p), ENOENT);
	assert_int_equal(executable_look("", &p), ENOENT);
}

static void without_the_right_it_is_not_executable(void **state)
{
	(void)state;
	file_write("exit\n", 5, 0644);
	assert_int_equal(executable_look(path, &p), EACCES);
	assert_int_equal(executable_look(dir, &p), EACCES);
}

static void scripts_of_scripts_end(void **state)
{
	char text[64];

	(void)state;
	snprintf(text, sizeof(text), "#!%s/tool\n", dir);
	script_write(text);
	assert_int_equal(executable_look(path, &p), ELOOP);
}

static void path_is_searched_in_order(void **state)
{
	char search[64];

	(void)state;
	script_write("#!/bin/sh\n");
	snprintf(search, sizeof(search), "/nowhere:%s:/bin", dir);
	assert_int_equal(setenv("PATH", search, 1), 0);
	assert_int_equal(executable_look("tool", &p), 0);
	assert_string_equal(p.path, path);
}

static void cut_headers_are_no_program(void **state)
{
	struct small_elf e = elf_like_ours(PT_LOAD, "", 1);

	(void)state;
	e.header.e_phoff = 1 << 20;
	file_write(&e, sizeof(e), 0755);
	assert_int_equal(executable_look(path, &p), 0);
	assert_string_equal(p.looked, "/bin/sh");
}

static int dir_make(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int dir_remove(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glibc_programs_are_dynamic),
		cmocka_unit_test(a_musl_loader_is_told_from_glibc),
		cmocka_unit_test(without_a_loader_it_is_static),
		cmocka_unit_test(the_build_id_of_go_tells_go),
		cmocka_unit_test(another_processor_is_foreign),
		cmocka_unit_test(a_script_is_what_its_interpreter_is),
		cmocka_unit_test(env_is_looked_through),
		cmocka_unit_test(text_without_a_first_line_goes_to_the_shell),
		cmocka_unit_test(a_missing_interpreter_is_not_found),
		cmocka_unit_test(a_missing_loader_is_not_found),
		cmocka_unit_test(a_missing_command_is_not_found),
		cmocka_unit_test(without_the_right_it_is_not_executable),
		cmocka_unit_test(scripts_of_scripts_end),
		cmocka_unit_test(cut_headers_are_no_program),
		cmocka_unit_test(path_is_searched_in_order),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
