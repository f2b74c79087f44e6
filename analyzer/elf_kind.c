/* SPDX-License-Identifier: MIT */
/* elf_kind.c - what kind of program an ELF file is, from its headers. */
#include "elf_kind.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Enough for the notes of any linker; a file that has more hides nothing. */
enum { NOTES_MAX = 4096, HEADERS_MAX = 256 };

struct facts {
	bool has_interpreter;
	bool is_musl;
	bool is_go;
};

static bool read_at(int fd, void *buf, size_t len, uint64_t at)
{
	return pread(fd, buf, len, (off_t)at) == (ssize_t)len;
}

/* The kernel's own header says what this machine runs. */
static bool is_native(const ElfW(Ehdr) * e)
{
	static ElfW(Ehdr) own;
	FILE *self;

	if (own.e_machine == 0) {
		self = fopen("/proc/self/exe", "re");
		if (self) {
			if (fread(&own, sizeof(own), 1, self) != 1)
				own.e_machine = 0;
			fclose(self);
		}
	}
	return e->e_ident[EI_CLASS] == own.e_ident[EI_CLASS] &&
	       e->e_ident[EI_DATA] == own.e_ident[EI_DATA] &&
	       e->e_machine == own.e_machine;
}

static void interpreter_look(int fd, const ElfW(Phdr) * ph, struct facts *f,
			     char loader[LOADER_MAX])
{
	f->has_interpreter = true;
	memset(loader, 0, LOADER_MAX);
	if (ph->p_filesz >= LOADER_MAX ||
	    !read_at(fd, loader, ph->p_filesz, ph->p_offset))
		loader[0] = '\0';
	f->is_musl = strstr(loader, "ld-musl") != NULL;
}

static size_t aligned(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The Go linker writes its build id as a note of type 4 by the name "Go". */
static void notes_look(int fd, const ElfW(Phdr) * ph, struct facts *f)
{
	char notes[NOTES_MAX];
	size_t len = ph->p_filesz < sizeof(notes) ? ph->p_filesz
						  : sizeof(notes);
	ElfW(Nhdr) n;

	if (!read_at(fd, notes, len, ph->p_offset))
		return;
	for (size_t at = 0; at + sizeof(n) < len;) {
		memcpy(&n, notes + at, sizeof(n));
		at += sizeof(n);
		if (n.n_namesz == 4 && n.n_type == 4 && at + 4 <= len &&
		    memcmp(notes + at, "Go\0", 4) == 0)
			f->is_go = true;
		if (n.n_namesz > len || n.n_descsz > len)
			return;
		at += aligned(n.n_namesz) + aligned(n.n_descsz);
	}
}

/* Where the note was stripped, its section .go.buildinfo is still there. */
static void sections_look(int fd, const ElfW(Ehdr) * e, struct facts *f)
{
	char names[NOTES_MAX];
	ElfW(Shdr) strings;
	size_t len;

	if (e->e_shentsize != sizeof(strings) || e->e_shstrndx >= e->e_shnum ||
	    !read_at(fd, &strings, sizeof(strings),
		     e->e_shoff + (uint64_t)e->e_shstrndx * e->e_shentsize))
		return;
	len = strings.sh_size < sizeof(names) ? strings.sh_size : sizeof(names);
	if (read_at(fd, names, len, strings.sh_offset) &&
	    memmem(names, len, ".go.buildinfo", 13))
		f->is_go = true;
}

int kind_and_loader_of_elf(int fd, char loader[LOADER_MAX])
{
	struct facts f = {0};
	ElfW(Ehdr) e;
	ElfW(Phdr) ph;

	loader[0] = '\0';
	if (!read_at(fd, &e, sizeof(e), 0) ||
	    memcmp(e.e_ident, ELFMAG, SELFMAG) != 0)
		return -1;
	if (!is_native(&e))
		return EXECUTABLE_FOREIGN;
	if (e.e_phentsize != sizeof(ph) || e.e_phnum > HEADERS_MAX)
		return -1;
	for (unsigned i = 0; i < e.e_phnum; i++) {
		if (!read_at(fd, &ph, sizeof(ph), e.e_phoff + i * sizeof(ph)))
			return -1;
		if (ph.p_type == PT_INTERP)
			interpreter_look(fd, &ph, &f, loader);
		else if (ph.p_type == PT_NOTE)
			notes_look(fd, &ph, &f);
	}
	sections_look(fd, &e, &f);
	if (f.is_go)
		return EXECUTABLE_GO;
	if (!f.has_interpreter)
		return EXECUTABLE_STATIC;
	return f.is_musl ? EXECUTABLE_MUSL : EXECUTABLE_DYNAMIC;
}

int kind_of_elf(int fd)
{
	char loader[LOADER_MAX];

	return kind_and_loader_of_elf(fd, loader);
}
