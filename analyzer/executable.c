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
 * that it looks for. False where the line has none.
 */
static bool shebang(char *line, char path[PATH_MAX])
{
	char *save, *word = strtok_r(line + 2, " \t\r\n", &save);

	if (!word)
		return false;
	snprintf(path, PATH_MAX, "%s", word);
	if (strcmp(executable_basename(word), "env") != 0)
		return true;
	while ((word = strtok_r(NULL, " \t\r\n", &save)))
		if (word[0] != '-' && !strchr(word, '=') &&
		    find(word, path) == 0)
			break;
	return true;
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

/*
 * Looks at one file. 0 where p->kind is decided, 1 where next is the file to
 * look at instead, or -errno.
 */
static int look_at(struct executable *p, char next[PATH_MAX])
{
	char line[SHEBANG_MAX] = "";
	int fd = open(p->looked, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int kind, r = 0;

	p->kind = EXECUTABLE_UNREADABLE;
	if (fd < 0)
		return errno == EACCES ? 0 : -errno;
	kind = kind_of_elf(fd);
	if (kind >= 0) {
		p->kind = is_privileged(fd) ? EXECUTABLE_PRIVILEGED
					    : (enum executable_kind)kind;
	} else {
		/* execvp() gives what is no program at all to the shell. */
		strcpy(next, "/bin/sh");
		r = 1;
		if (pread(fd, line, sizeof(line) - 1, 0) > 2 &&
		    memcmp(line, "#!", 2) == 0) {
			line[strcspn(line, "\n")] = '\0';
			r = shebang(line, next) ? 1 : -ENOEXEC;
		}
	}
	close(fd);
	return r;
}

int executable_look(const char *command, struct executable *p)
{
	char next[PATH_MAX];
	int r = find(command, p->path);

	p->is_script = false;
	strcpy(p->looked, p->path);
	if (r)
		return r;
	for (int i = 0; i < SCRIPTS_MAX; i++) {
		r = look_at(p, next);
		if (r <= 0)
			return -r;
		p->is_script = true;
		strcpy(p->looked, next);
		r = try_path(next);
		if (r)
			return r;
	}
	return ELOOP;
}
