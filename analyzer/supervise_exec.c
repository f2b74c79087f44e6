/* SPDX-License-Identifier: MIT */
/* supervise_exec.c - what a supervised execve(2) will come to. */
#include "supervise_exec.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "executable.h"

/* Copies a string; false where it isn't readable or too long. */
static bool read_string(pid_t tid, uint64_t address, char *to, size_t size)
{
	const size_t page = 4096;
	size_t len = 0, n;

	while (len < size) {
		n = page - (address + len) % page;
		if (n > size - len)
			n = size - len;
		if (!target_read(tid, address + len, to + len, n))
			return false;
		if (memchr(to + len, '\0', n))
			return true;
		len += n;
	}
	return false;
}

static int proc_open(pid_t tid, const char *file, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, file);
	return open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* A descriptor of the process: to read it, or for O_PATH. */
static int fd_open(pid_t tid, int fd, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "fd/%d", fd);
	return proc_open(tid, name, flags);
}

/* What runs a script must open it again, by a number that is closed then. */
static enum rst_exec open_look(const struct waiting *w, struct rst_exec_view *v,
			       int number)
{
	int fd = fd_open(w->tid, number, O_RDONLY);
	enum rst_exec r;

	if (fd < 0)
		return RST_EXEC_UNSURE;
	r = rst_exec_look(v, fd, NULL);
	close(fd);
	return v->interpreter[0] && target_is_cloexec(w->tid, number)
		       ? RST_EXEC_FAILS
		       : r;
}

/* execveat(dir, ...): a path below dir, or dir itself. */
static enum rst_exec look_at(const struct waiting *w, struct rst_exec_view *v,
			     const char *path)
{
	int number = (int)w->n->data.args[0], dir;
	enum rst_exec r;

	if (!*path)
		return w->n->data.args[4] & AT_EMPTY_PATH
			       ? open_look(w, v, number)
			       : RST_EXEC_FAILS;
	if (number == AT_FDCWD || *path == '/')
		return rst_exec_look(v, v->cwd, path);
	dir = fd_open(w->tid, number, O_PATH);
	if (dir < 0)
		return RST_EXEC_FAILS;
	r = rst_exec_look(v, dir, path);
	close(dir);
	return r;
}

/* A script's is its interpreter's, as the kernel has it. */
static void name_learn(const struct waiting *w, uint64_t argv,
		       const char *interpreter, char name[TARGET_NAME_MAX])
{
	char argument[PATH_MAX] = "";
	uint64_t first;

	if (!*interpreter &&
	    (!target_read(w->tid, argv, &first, sizeof(first)) ||
	     !read_string(w->tid, first, argument, sizeof(argument))))
		return;
	snprintf(name, TARGET_NAME_MAX, "%s",
		 executable_basename(*interpreter ? interpreter : argument));
}

enum rst_exec supervise_exec_look(const struct waiting *w,
				  char name[TARGET_NAME_MAX])
{
	bool is_at = w->n->data.nr == SYS_execveat;
	enum rst_exec r = RST_EXEC_UNSURE;
	struct rst_exec_view v = {.interpreter = ""};
	char path[PATH_MAX];

	name[0] = '\0';
	if (!read_string(w->tid, w->n->data.args[is_at], path, sizeof(path)))
		return RST_EXEC_FAILS;
	v.root = proc_open(w->tid, "root", O_PATH);
	v.cwd = proc_open(w->tid, "cwd", O_PATH);
	if (v.root >= 0 && v.cwd >= 0)
		r = is_at ? look_at(w, &v, path)
			  : rst_exec_look(&v, v.cwd, path);
	if (v.root >= 0)
		close(v.root);
	if (v.cwd >= 0)
		close(v.cwd);
	if (r >= RST_EXEC_UNSURE)
		name_learn(w, w->n->data.args[is_at + 1], v.interpreter, name);
	return r;
}
