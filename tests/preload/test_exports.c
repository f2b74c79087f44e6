/* SPDX-License-Identifier: MIT */
/* test_exports.c - the .so shows programs the wrapped calls and no more. */
#include <fcntl.h>
#include <gelf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "calls.h"

static const char *const wrapped[] = {
#define X(name) #name,
	RST_CALLS(X, X)
#undef X
};
enum { WRAPPED = sizeof(wrapped) / sizeof(*wrapped) };

static const char *so_path(void)
{
	static char path[4096];
	const char *build = getenv("B");

	snprintf(path, sizeof(path), "%s/librstwatch.so",
		 build ? build : "build");
	return path;
}

static Elf_Scn *section_of(Elf *elf, uint32_t type, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, shdr) && shdr->sh_type == type)
			return scn;
	return NULL;
}

struct elf_file {
	Elf *elf;
	int fd;
};

static struct elf_file so_open(void)
{
	struct elf_file f = {.fd = open(so_path(), O_RDONLY | O_CLOEXEC)};

	assert_true(f.fd >= 0);
	assert_int_not_equal(elf_version(EV_CURRENT), EV_NONE);
	f.elf = elf_begin(f.fd, ELF_C_READ, NULL);
	assert_non_null(f.elf);
	return f;
}

static void so_close(struct elf_file *f)
{
	elf_end(f->elf);
	close(f->fd);
}

static void exports_are_exactly_the_wrapped_calls(void **state)
{
	struct elf_file f = so_open();
	bool is_found[WRAPPED] = {false};
	GElf_Shdr shdr;
	Elf_Scn *scn = section_of(f.elf, SHT_DYNSYM, &shdr);
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym sym;

	(void)state;
	for (int i = 0; gelf_getsym(data, i, &sym); i++) {
		const char *name = elf_strptr(f.elf, shdr.sh_link, sym.st_name);
		int k = 0;

		if (sym.st_shndx == SHN_UNDEF || !*name ||
		    GELF_ST_BIND(sym.st_info) == STB_LOCAL)
			continue;
		while (k < WRAPPED && strcmp(wrapped[k], name) != 0)
			k++;
		if (k == WRAPPED)
			fail_msg("%s is exported and not in calls.h", name);
		is_found[k] = true;
	}
	for (int k = 0; k < WRAPPED; k++)
		if (!is_found[k])
			fail_msg("%s is in calls.h and not exported",
				 wrapped[k]);
	so_close(&f);
}

static void nothing_but_libc_is_needed(void **state)
{
	struct elf_file f = so_open();
	GElf_Shdr shdr;
	Elf_Scn *scn = section_of(f.elf, SHT_DYNAMIC, &shdr);
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Dyn dyn;

	(void)state;
	for (int i = 0; gelf_getdyn(data, i, &dyn); i++) {
		const char *name;

		if (dyn.d_tag != DT_NEEDED)
			continue;
		name = elf_strptr(f.elf, shdr.sh_link, dyn.d_un.d_val);
		if (strncmp(name, "libc.so", 7) != 0 &&
		    strncmp(name, "libdl.so", 8) != 0 &&
		    strncmp(name, "ld-linux", 8) != 0)
			fail_msg("%s is needed", name);
	}
	so_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports_are_exactly_the_wrapped_calls),
		cmocka_unit_test(nothing_but_libc_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
