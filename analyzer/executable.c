/* SPDX-License-Identifier: MIT */
/* executable.c - finds a command and looks through scripts to what would run.
 */
#include "executable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "elf_kind.h"

/* The kernel follows as many interpreters (BINPRM_MAX_RECURSION). */
enum { SCRIPTS_MAX = 5, SHEBANG_MAX = 256 };

const char *executable_why(enum executable_kind kind)
{
	static const char *const whys[] = {
#define X(e, why) [EXECUTABLE_##e] = (why),
		EXECUTABLE_KINDS(X)
#undef X
	};

	return whys[kind];
}

const char *executable_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* 0 if path may be executed, else the errno that execve() would give. */
static int try_path(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? errno : 0;
}

/* execvp(): a name without a slash is looked for in PATH. */
static int find(const char *command, char path[PATH_MAX])
{
	const char *dirs = getenv("PATH");
	int error = ENOENT, r;
	size_t len;

	if (strchr(command, '/') || command[0] == '\0') {
		snprintf(path, PATH_MAX, "%s", command);
		return try_path(path);
	}
	for (const char *p = dirs ? dirs : "/bin:/usr/bin";; p += len + 1) {
		len = strcspn(p, ":");
		if (snprintf(path, PATH_MAX, "%.*s%s%s", (int)len, p,
			     len ? "/" : "", command) < PATH_MAX) {
			r = try_path(path);
			if (r == 0)
				return 0;
			if (r == EACCES)
				error = EACCES;
		}
		if (p[len] == '\0')
			return error;
	}
}

/*
 * The words of a "#!" line: the interpreter, and through env(1) the program
 * that it looks for. To the kernel a carriage return is part of a word. 1,
 * -ENOEXEC where the line has no word, -ENOENT where env finds no path.
 */
static int shebang(char *line, char path[PATH_MAX])
{
	char *save, *word = strtok_r(line + 2, " \t", &save);
	const char *missing = NULL;

	if (!word)
		return -ENOEXEC;
	snprintf(path, PATH_MAX, "%s", word);
	if (strcmp(executable_basename(word), "env") != 0)
		return 1;
	while ((word = strtok_r(NULL, " \t", &save))) {
		if (word[0] == '-' || strchr(word, '='))
			continue;
		if (find(word, path) == 0)
			return 1;
		/* But it may be the argument of an option. */
		missing = missing ? missing : word;
	}
	if (missing)
		snprintf(path, PATH_MAX, "%s", missing);
	return missing ? -ENOENT : 1;
}

/* ld.so's secure mode: AT_SECURE, where ids change or capabilities come in. */
static bool is_privileged(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return true;
	if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) &&
	    st.st_gid != getgid())
		return true;
	return getuid() != 0 &&
	       fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

/* An ELF file: 0, or -errno where its loader, in next, can't be run. */
static int look_at_elf(struct executable *p, int fd, int kind,
		       const char *loader, char next[PATH_MAX])
{
	p->kind = is_privileged(fd) ? EXECUTABLE_PRIVILEGED
				    : (enum executable_kind)kind;
	strcpy(next, loader);
	return *loader ? -try_path(loader) : 0;
}

/*
 * Looks at one file. 0 where p->kind is decided, 1 where next is the file to
 * look at instead, or -errno; of next, if there is one.
 */
static int look_at(struct executable *p, char next[PATH_MAX])
{
	char line[SHEBANG_MAX] = "", loader[LOADER_MAX];
	int fd = open(p->looked, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int kind, r = 1;

	next[0] = '\0';
	p->kind = EXECUTABLE_UNREADABLE;
	if (fd < 0)
		return errno == EACCES ? 0 : -errno;
	kind = kind_and_loader_of_elf(fd, loader);
	if (kind >= 0) {
		r = look_at_elf(p, fd, kind, loader, next);
	} else if (pread(fd, line, sizeof(line) - 1, 0) > 2 &&
		   memcmp(line, "#!", 2) == 0) {
		line[strcspn(line, "\n")] = '\0';
		r = shebang(line, next);
	} else {
		/* execvp() gives what is no program at all to the shell. */
		strcpy(next, "/bin/sh");
	}
	close(fd);
	return r;
}

int executable_look(const char *command, struct executable *p)
{
	char next[PATH_MAX];
	int r = find(command, p->path);

	p->is_script = false;
	p->missing[0] = '\0';
	strcpy(p->looked, p->path);
	if (r)
		return r;
	for (int i = 0; i < SCRIPTS_MAX; i++) {
		r = look_at(p, next);
		if (r == 0)
			return 0;
		if (r > 0)
			r = -try_path(next);
		if (r < 0) {
			strcpy(p->missing, next);
			return -r;
		}
		p->is_script = true;
		strcpy(p->looked, next);
	}
	return ELOOP;
}
