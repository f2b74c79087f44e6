/* SPDX-License-Identifier: MIT */
/* exec.c - whether execve(2) of a file will succeed, found out by looking. */
#include "rstwatch/exec.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "raw.h"

/*
 * fs/exec.c, fs/binfmt_script.c, fs/binfmt_elf.c: all of this the kernel does
 * before it closes anything.
 */
enum {
	SCRIPTS_MAX = 5, /* exec_binprm(); one more is ELOOP */
	HEADERS_MAX = 65536 / sizeof(ElfW(Phdr)),
};

/* The linker's: our own header says what this machine runs. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* Its magic number, class and byte order; and what it was built for. */
static bool is_native(const ElfW(Ehdr) * e)
{
	return memcmp(e->e_ident, __ehdr_start.e_ident, EI_VERSION) == 0 &&
	       e->e_machine == __ehdr_start.e_machine;
}

static bool read_at(int fd, void *to, size_t size, uint64_t at)
{
	return raw_call(SYS_pread64, fd, to, size, at) == (long)size;
}

/*
 * RUNS where *fd can be read. Not faccessat2(2): a filter made before 2020
 * kills for a number that it doesn't know.
 */
static enum rst_exec file_open(int root, int dir, const char *path, int *fd)
{
	if (root != AT_FDCWD && *path == '/') {
		dir = root;
		path += strspn(path, "/");
	}
	if (raw_call(SYS_faccessat, dir, path, X_OK) != 0)
		return RST_EXEC_FAILS;
	*fd = raw_openat(dir, path,
			 O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
	return *fd < 0 ? RST_EXEC_UNSURE : RST_EXEC_RUNS;
}

static bool is_executable(int fd)
{
	struct stat st;

	return raw_fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
}

/* The dynamic linker: what is no ELF file of this machine is ELIBBAD. */
static enum rst_exec linker_look(const struct rst_exec_view *v,
				 const char *path)
{
	enum rst_exec r;
	ElfW(Ehdr) e;
	int fd;

	r = file_open(v->root, v->cwd, path, &fd);
	if (r != RST_EXEC_RUNS)
		return r;
	if (!is_executable(fd) || !read_at(fd, &e, sizeof(e), 0) ||
	    !is_native(&e))
		r = RST_EXEC_FAILS;
	raw_close(fd);
	return r;
}

static enum rst_exec elf_look(const struct rst_exec_view *v, int fd,
			      const ElfW(Ehdr) * e)
{
	char linker[RST_EXEC_LINE];
	ElfW(Phdr) ph;

	if (!is_native(e))
		return RST_EXEC_UNSURE;
	if ((e->e_type != ET_EXEC && e->e_type != ET_DYN) ||
	    e->e_phentsize != sizeof(ph) || e->e_phnum == 0 ||
	    e->e_phnum > HEADERS_MAX)
		return RST_EXEC_NO_FORMAT;
	for (unsigned i = 0; i < e->e_phnum; i++) {
		if (!read_at(fd, &ph, sizeof(ph), e->e_phoff + i * sizeof(ph)))
			return RST_EXEC_NO_FORMAT;
		if (ph.p_type != PT_INTERP)
			continue;
		if (ph.p_filesz > sizeof(linker))
			return RST_EXEC_UNSURE;
		if (ph.p_filesz < 2 ||
		    !read_at(fd, linker, ph.p_filesz, ph.p_offset) ||
		    linker[ph.p_filesz - 1])
			return RST_EXEC_NO_FORMAT;
		return linker_look(v, linker);
	}
	return RST_EXEC_RUNS;
}

/* Without its end in the line, the path is taken to be cut. */
static bool script_look(const char *line, char *interpreter)
{
	const char *p = line + 2 + strspn(line + 2, " \t");
	size_t len = strcspn(p, " \t\n");

	if (len == 0 || p + len == line + RST_EXEC_LINE)
		return false;
	memcpy(interpreter, p, len);
	interpreter[len] = '\0';
	return true;
}

/* Of what doesn't begin as text binfmt_misc may know the magic number. */
static bool is_text(const char *line, long len)
{
	for (int i = 0; i < 4 && i < len; i++)
		if ((line[i] < ' ' || line[i] > '~') && line[i] != '\t' &&
		    line[i] != '\n')
			return false;
	return true;
}

/* RUNS with a script: *is_script, and the interpreter is what decides. */
static enum rst_exec content_look(struct rst_exec_view *v, int fd,
				  bool *is_script)
{
	union {
		char line[RST_EXEC_LINE + 1];
		ElfW(Ehdr) elf;
	} head = {""};
	long len;

	*is_script = false;
	if (!is_executable(fd))
		return RST_EXEC_FAILS;
	len = raw_call(SYS_pread64, fd, head.line, RST_EXEC_LINE, 0);
	if (len < 0)
		return RST_EXEC_UNSURE;
	if (head.line[0] == '#' && head.line[1] == '!') {
		*is_script = script_look(head.line, v->interpreter);
		return *is_script ? RST_EXEC_RUNS : RST_EXEC_NO_FORMAT;
	}
	if (memcmp(head.line, ELFMAG, SELFMAG) == 0)
		return elf_look(v, fd, &head.elf);
	return is_text(head.line, len) ? RST_EXEC_NO_FORMAT : RST_EXEC_UNSURE;
}

enum rst_exec rst_exec_look(struct rst_exec_view *v, int dir, const char *path)
{
	enum rst_exec r;
	bool is_script;
	int fd = dir;

	v->interpreter[0] = '\0';
	for (int scripts = 0; scripts <= SCRIPTS_MAX; scripts++) {
		if (path) {
			r = file_open(v->root, dir, path, &fd);
			if (r != RST_EXEC_RUNS)
				return r;
		}
		r = content_look(v, fd, &is_script);
		if (path)
			raw_close(fd);
		if (!is_script)
			return r;
		dir = v->cwd;
		path = v->interpreter;
	}
	return RST_EXEC_FAILS;
}
