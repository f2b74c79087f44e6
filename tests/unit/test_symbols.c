/* SPDX-License-Identifier: MIT */
/* test_symbols.c - this very program's functions are found, if it is it. */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbols.h"

enum { PATH_LEN = 4096, ID_LEN = 64 };

static struct symbols *symbols;
static struct symbol found[SYMBOL_INLINE_MAX];
static _Bool is_stale;
static char self[PATH_LEN];
static char self_id[2 * ID_LEN + 1];
static uintptr_t self_base;
static char dir[] = "/tmp/rstwatch-symbols-XXXXXX";

/* The address that this call returns to: inside of its caller. */
static __attribute__((noinline)) uintptr_t here(void)
{
	return (uintptr_t)__builtin_return_address(0);
}

static int inlined_line;

static inline __attribute__((always_inline)) uintptr_t inlined(void)
{
	inlined_line = __LINE__ + 1;
	return here();
}

static int outer_line;

static __attribute__((noinline)) uintptr_t outer(void)
{
	volatile uintptr_t address;

	outer_line = __LINE__ + 1;
	address = inlined();
	return address;
}

static int plain_line;

static __attribute__((noinline)) uintptr_t plain(void)
{
	volatile uintptr_t address;

	plain_line = __LINE__ + 1;
	address = here();
	return address;
}

/* The hex build-id among a module's notes. */
static void read_build_id(const struct dl_phdr_info *info, char *hex)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const char *at = (const char *)info->dlpi_addr + ph->p_vaddr;
		const char *end = at + ph->p_memsz;

		while (ph->p_type == PT_NOTE && at < end) {
			const ElfW(Nhdr) *note = (const void *)at;
			const char *name = at + sizeof(*note);
			const char *id = name + ((note->n_namesz + 3) & ~3U);

			at = id + ((note->n_descsz + 3) & ~3U);
			if (note->n_type != NT_GNU_BUILD_ID ||
			    strcmp(name, "GNU"))
				continue;
			for (unsigned j = 0; j < note->n_descsz; j++)
				sprintf(hex + 2 * j, "%02x", (uint8_t)id[j]);
			return;
		}
	}
}

/* The program itself is the first that is told of. */
static int look_at_self(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	self_base = info->dlpi_addr;
	read_build_id(info, self_id);
	return 1;
}

static int open_self(void **state)
{
	(void)state;
	dl_iterate_phdr(look_at_self, NULL);
	return readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
	       !self_id[0] || !mkdtemp(dir);
}

/* Runs a command in dir: its status. */
static int run(const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, dir);
	status = posix_spawnp(&pid, argv[0], &actions, NULL,
			      (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (!status && waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static int remove_dir(void **state)
{
	(void)state;
	return RUN("rm", "-rf", dir);
}

static int fresh(void **state)
{
	(void)state;
	symbols = symbols_new();
	memset(found, 0, sizeof(found));
	return symbols ? 0 : -1;
}

static int release(void **state)
{
	(void)state;
	symbols_free(symbols);
	return 0;
}

static size_t resolve(const char *module, const char *id, uintptr_t address)
{
	return symbols_resolve(symbols, module, id, address - self_base, 1,
			       found, &is_stale);
}

static void ends_in(const char *s, const char *end)
{
	assert_non_null(s);
	assert_true(strlen(s) >= strlen(end));
	assert_string_equal(s + strlen(s) - strlen(end), end);
}

static void is_plain(void)
{
	assert_false(is_stale);
	assert_string_equal(found[0].function, "plain");
	ends_in(found[0].file, "tests/unit/test_symbols.c");
	assert_int_equal(found[0].file[0], '/');
	assert_int_equal(found[0].line, plain_line);
}

static void a_function_is_found_with_file_and_line(void **state)
{
	(void)state;
	assert_int_equal(resolve(self, self_id, plain()), 1);
	is_plain();
	assert_int_equal(resolve(self, NULL, plain()), 1);
	is_plain();
}

static void inlined_functions_come_innermost_first(void **state)
{
	(void)state;
	assert_int_equal(resolve(self, self_id, outer()), 2);
	assert_string_equal(found[0].function, "inlined");
	assert_int_equal(found[0].line, inlined_line);
	assert_string_equal(found[1].function, "outer");
	assert_int_equal(found[1].line, outer_line);
	ends_in(found[1].file, "tests/unit/test_symbols.c");
}

/* A return address may be the first of the next function; look before it. */
static void only_a_return_address_is_looked_up_one_byte_before(void **state)
{
	uintptr_t start = (uintptr_t)plain - self_base;

	(void)state;
	assert_int_equal(symbols_resolve(symbols, self, self_id, start, 0,
					 found, &is_stale),
			 1);
	assert_string_equal(found[0].function, "plain");
	/* What is before it: another function, or padding that is nobody's. */
	if (symbols_resolve(symbols, self, self_id, start, 1, found,
			    &is_stale) &&
	    found[0].function)
		assert_string_not_equal(found[0].function, "plain");
}

static void a_shared_library_is_resolved_by_its_symbols(void **state)
{
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	void *function = dlsym(libc, "getaddrinfo");
	Dl_info info;

	(void)state;
	assert_non_null(function);
	assert_true(dladdr(function, &info));
	assert_in_range(
		symbols_resolve(symbols, info.dli_fname, NULL,
				(uintptr_t)function - (uintptr_t)info.dli_fbase,
				0, found, &is_stale),
		1, SYMBOL_INLINE_MAX);
	assert_string_equal(found[0].function, "getaddrinfo");
}

static void another_build_id_is_stale_and_not_trusted(void **state)
{
	char other[sizeof(self_id)];

	(void)state;
	strcpy(other, self_id);
	other[0] = other[0] == '0' ? '1' : '0';
	assert_int_equal(resolve(self, other, plain()), 0);
	assert_true(is_stale);
	assert_int_equal(resolve(self, self_id, plain()), 1);
	is_plain();
}

/* The log says that the module had none: it was built anew since. */
static void a_build_id_where_there_was_none_is_stale(void **state)
{
	char path[PATH_LEN];

	(void)state;
	assert_int_equal(resolve(self, "", plain()), 0);
	assert_true(is_stale);
	assert_int_equal(
		RUN("objcopy", "-R", ".note.gnu.build-id", self, "without"), 0);
	snprintf(path, sizeof(path), "%s/without", dir);
	assert_int_equal(resolve(path, "", plain()), 1);
	is_plain();
	assert_int_equal(resolve(path, self_id, plain()), 0);
	assert_true(is_stale);
}

static void what_is_no_module_is_unknown(void **state)
{
	static const char *const paths[] = {
		"",
		"[vdso]",
		"/nonexistent",
		"/",
		"/dev/zero",
		"/proc/self/environ",
		"/etc/passwd",
	};
	static const char *const ids[] = {
		NULL, "", "0", "../../../../etc/passwd", "zz", "abcdef",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) {
			assert_int_equal(resolve(paths[i], ids[j], 4096), 0);
			assert_false(is_stale);
		}
	assert_int_equal(symbols_resolve(symbols, self, self_id, UINT64_MAX, 1,
					 found, &is_stale),
			 0);
	assert_int_equal(
		symbols_resolve(symbols, self, self_id, 0, 1, found, &is_stale),
		0);
}

static void a_pipe_under_a_modules_name_does_not_block(void **state)
{
	char path[PATH_LEN];

	(void)state;
	snprintf(path, sizeof(path), "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(resolve(path, NULL, 4096), 0);
}

/* What a distribution does: the program without, its debug file beside. */
static void a_stripped_program_finds_its_debug_link(void **state)
{
	char path[PATH_LEN];

	(void)state;
	assert_int_equal(
		RUN("objcopy", "--only-keep-debug", self, "program.debug"), 0);
	assert_int_equal(RUN("objcopy", "--strip-all",
			     "--add-gnu-debuglink=program.debug", self,
			     "linked"),
			 0);
	snprintf(path, sizeof(path), "%s/linked", dir);
	assert_int_equal(resolve(path, self_id, plain()), 1);
	is_plain();
	assert_int_equal(resolve(path, self_id, outer()), 2);
	assert_string_equal(found[0].function, "inlined");
}

static void a_stripped_program_finds_its_debug_file_by_build_id(void **state)
{
	char path[PATH_LEN], debug[PATH_LEN], two[3] = {self_id[0], self_id[1]};

	(void)state;
	snprintf(path, sizeof(path), "%s/stripped", dir);
	assert_int_equal(RUN("objcopy", "--strip-all", self, "stripped"), 0);
	assert_int_equal(resolve(path, self_id, plain()), 0);
	assert_false(is_stale);
	release(NULL);
	fresh(NULL);

	snprintf(debug, sizeof(debug), "debug/.build-id/%s/%s.debug", two,
		 self_id + 2);
	assert_int_equal(RUN("install", "-D", "program.debug", debug), 0);
	snprintf(debug, sizeof(debug), "/nonexistent:%s/debug", dir);
	symbols_debug_path(symbols, debug);
	assert_int_equal(resolve(path, self_id, plain()), 1);
	is_plain();
}

/* The program was built anew, or removed; its debug file is still there. */
static void a_debug_file_stands_in_for_a_changed_program(void **state)
{
	char debug[PATH_LEN];

	(void)state;
	snprintf(debug, sizeof(debug), "+:.debug:%s/debug", dir);
	symbols_debug_path(symbols, debug);
	assert_int_equal(resolve("/bin/sh", self_id, plain()), 1);
	is_plain();
	assert_int_equal(resolve("/nonexistent", self_id, plain()), 1);
	is_plain();
}

/* 10,000 resets of 50 places, 8 frames each, are to take 2 s at most. */
static void many_resets_of_few_places_are_quick(void **state)
{
	uintptr_t address = plain();
	struct timespec begin, end;

	(void)state;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (uintptr_t i = 0; i < 10000 * 8; i++)
		resolve(self, self_id, address + i % 50);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	assert_in_range(end.tv_sec - begin.tv_sec, 0, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_function_is_found_with_file_and_line),
		TEST(inlined_functions_come_innermost_first),
		TEST(only_a_return_address_is_looked_up_one_byte_before),
		TEST(a_shared_library_is_resolved_by_its_symbols),
		TEST(another_build_id_is_stale_and_not_trusted),
		TEST(a_build_id_where_there_was_none_is_stale),
		TEST(what_is_no_module_is_unknown),
		TEST(a_pipe_under_a_modules_name_does_not_block),
		TEST(a_stripped_program_finds_its_debug_link),
		TEST(a_stripped_program_finds_its_debug_file_by_build_id),
		TEST(a_debug_file_stands_in_for_a_changed_program),
		TEST(many_resets_of_few_places_are_quick),
	};

	return cmocka_run_group_tests(tests, open_self, remove_dir);
}
