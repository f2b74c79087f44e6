/* SPDX-License-Identifier: MIT */
/* wrap_exec.c - the calls that replace the program or start another. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "process.h"
#include "raw.h"
#include "watch.h"

/*
 * An exec that fails closes nothing, and what it would have closed must not be
 * called reset: the file is tried first, as the kernel will. One that can be
 * executed and is no program (ENOEXEC) is taken for one. Not faccessat2(2): a
 * filter made before 2020 kills for a number that it doesn't know.
 */
static bool can_execute(int dir, const char *path)
{
	return raw_call(SYS_faccessat, dir, path, X_OK) == 0;
}

/* A script is what its first line says; what can't be read may be anything. */
static bool can_run(int dir, const char *path)
{
	enum { LINE_MAX_ = 256 }; /* BINPRM_BUF_SIZE */
	char line[LINE_MAX_] = "", *p = line + 2;
	int fd;

	if (!can_execute(dir, path))
		return false;
	fd = raw_openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	if (fd < 0)
		return true;
	raw_read(fd, line, sizeof(line) - 1);
	raw_close(fd);
	if (line[0] != '#' || line[1] != '!')
		return true;
	p += strspn(p, " \t");
	p[strcspn(p, " \t\n")] = '\0';
	return can_execute(AT_FDCWD, p);
}

static bool can_run_in_path(const char *file)
{
	char path[4096];
	/* libc's own: bash has another getenv, which allocates. */
	const char *p = secure_getenv("PATH");
	size_t file_len = strlen(file);

	if (strchr(file, '/'))
		return can_run(AT_FDCWD, file);
	for (p = p ? p : "/bin:/usr/bin"; *p;) {
		size_t len = strcspn(p, ":");

		if (len + file_len + 2 <= sizeof(path)) {
			memcpy(path, p, len);
			path[len] = '/';
			memcpy(path + len + 1, file, file_len + 1);
			if (can_run(AT_FDCWD, len ? path : file))
				return true;
		}
		p += len + (p[len] == ':');
	}
	return false;
}

/* What a vfork child starts has copies, and may outlive all traces. */
static bool has_sockets(void)
{
	if (desc_limit == 0)
		return false;
	if (!process_is_ours()) {
		process_forks_now();
		return false;
	}
	desc_recall(0, INT_MAX);
	return desc_next(0) >= 0;
}

/* A program that is open already: by its mode alone. */
static bool can_run_fd(int fd)
{
	struct stat st;

	return raw_fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH));
}

static void exec_look(const char *path, enum rst_call call)
{
	if (has_sockets() && path && can_run(AT_FDCWD, path))
		watch_exec(call);
}

static void exec_look_in_path(const char *file, enum rst_call call)
{
	if (has_sockets() && file && can_run_in_path(file))
		watch_exec(call);
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
	exec_look(path, CALL_execve);
	return LIBC(execve)(path, argv, envp);
}

EXPORT int execv(const char *path, char *const argv[])
{
	exec_look(path, CALL_execv);
	return LIBC(execv)(path, argv);
}

EXPORT int execvp(const char *file, char *const argv[])
{
	exec_look_in_path(file, CALL_execvp);
	return LIBC(execvp)(file, argv);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
	exec_look_in_path(file, CALL_execvpe);
	return LIBC(execvpe)(file, argv, envp);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
	if (has_sockets() && can_run_fd(fd))
		watch_exec(CALL_fexecve);
	return LIBC(fexecve)(fd, argv, envp);
}

EXPORT int execveat(int dir, const char *path, char *const argv[],
		    char *const envp[], int flags)
{
	bool is_fd = (flags & AT_EMPTY_PATH) && !*path;

	if (has_sockets() && (is_fd ? can_run_fd(dir) : can_run(dir, path)))
		watch_exec(CALL_execveat);
	return LIBC(execveat)(dir, path, argv, envp, flags);
}

/*
 * The variadic three can't be handed on as they are: their arguments become
 * the array that libc itself would make of them, on the stack as there
 * (execl may be called in a vfork child or a signal handler).
 */
static size_t count_arguments(va_list from)
{
	va_list ap;
	size_t n = 1;

	va_copy(ap, from);
	while (va_arg(ap, char *))
		n++;
	va_end(ap);
	return n;
}

#define ARGV_FROM(argv, first, ap) \
	do { \
		size_t i_ = 0; \
		(argv)[i_] = (char *)(uintptr_t)(first); \
		while ((argv)[i_]) \
			(argv)[++i_] = va_arg(ap, char *); \
	} while (0)

EXPORT int execl(const char *path, const char *arg, ...)
{
	va_list ap;

	va_start(ap, arg);
	char **argv =
		__builtin_alloca((count_arguments(ap) + 1) * sizeof(*argv));
	ARGV_FROM(argv, arg, ap);
	va_end(ap);
	exec_look(path, CALL_execl);
	return LIBC(execv)(path, argv);
}

EXPORT int execlp(const char *file, const char *arg, ...)
{
	va_list ap;

	va_start(ap, arg);
	char **argv =
		__builtin_alloca((count_arguments(ap) + 1) * sizeof(*argv));
	ARGV_FROM(argv, arg, ap);
	va_end(ap);
	exec_look_in_path(file, CALL_execlp);
	return LIBC(execvp)(file, argv);
}

EXPORT int execle(const char *path, const char *arg, ...)
{
	char **envp;
	va_list ap;

	va_start(ap, arg);
	char **argv =
		__builtin_alloca((count_arguments(ap) + 1) * sizeof(*argv));
	ARGV_FROM(argv, arg, ap);
	envp = va_arg(ap, char **);
	va_end(ap);
	exec_look(path, CALL_execle);
	return LIBC(execve)(path, argv, envp);
}

EXPORT int system(const char *command)
{
	watch_fork();
	return LIBC(system)(command);
}

EXPORT FILE *popen(const char *command, const char *mode)
{
	watch_fork();
	return LIBC(popen)(command, mode);
}

/* The child may keep what isn't close-on-exec, and outlive all traces. */
EXPORT int posix_spawn(pid_t *pid, const char *path,
		       const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attr, char *const argv[],
		       char *const envp[])
{
	watch_fork();
	return LIBC(posix_spawn)(pid, path, actions, attr, argv, envp);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file,
			const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attr, char *const argv[],
			char *const envp[])
{
	watch_fork();
	return LIBC(posix_spawnp)(pid, file, actions, attr, argv, envp);
}
