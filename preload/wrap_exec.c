/* SPDX-License-Identifier: MIT */
/* wrap_exec.c - the calls that replace the program or start another. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "rstwatch/exec.h"

#include "process.h"
#include "raw.h"
#include "watch.h"

/* An exec that fails closes nothing: what it would have closed isn't reset. */
static enum rst_exec file_look(int dir, const char *path)
{
	struct rst_exec_view ours = {.root = AT_FDCWD, .cwd = AT_FDCWD};

	return path ? rst_exec_look(&ours, dir, path) : RST_EXEC_FAILS;
}

/* libc gives a file that no loader knows to the shell. */
static enum rst_exec file_look_by_shell(const char *path)
{
	enum rst_exec r = file_look(AT_FDCWD, path);

	return r == RST_EXEC_NO_FORMAT ? file_look(AT_FDCWD, "/bin/sh") : r;
}

static enum rst_exec path_look(const char *file)
{
	enum rst_exec r = RST_EXEC_FAILS;
	char path[4096];
	/* libc's own: bash has another getenv, which allocates. */
	const char *p = secure_getenv("PATH");
	size_t file_len = strlen(file);

	if (strchr(file, '/'))
		return file_look_by_shell(file);
	for (p = p ? p : "/bin:/usr/bin"; *p && r == RST_EXEC_FAILS;) {
		size_t len = strcspn(p, ":");

		if (len + file_len + 2 <= sizeof(path)) {
			memcpy(path, p, len);
			path[len] = '/';
			memcpy(path + len + 1, file, file_len + 1);
			r = file_look_by_shell(len ? path : file);
		}
		p += len + (p[len] == ':');
	}
	return r;
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

/* A program that is open already. What runs a script must open it again. */
static enum rst_exec open_look(int fd)
{
	struct rst_exec_view ours = {.root = AT_FDCWD, .cwd = AT_FDCWD};
	enum rst_exec r = rst_exec_look(&ours, fd, NULL);

	return ours.interpreter[0] && raw_fcntl(fd, F_GETFD, 0) == FD_CLOEXEC
		       ? RST_EXEC_FAILS
		       : r;
}

static void exec_follows(enum rst_exec r, enum rst_call call)
{
	if (r >= RST_EXEC_UNSURE)
		watch_exec(call, r == RST_EXEC_RUNS ? RST_CLOSE_SURELY
						    : RST_CLOSE_PERHAPS);
}

static void exec_look(const char *path, enum rst_call call)
{
	if (has_sockets())
		exec_follows(file_look(AT_FDCWD, path), call);
}

static void exec_look_in_path(const char *file, enum rst_call call)
{
	if (has_sockets() && file)
		exec_follows(path_look(file), call);
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
	if (has_sockets())
		exec_follows(open_look(fd), CALL_fexecve);
	return LIBC(fexecve)(fd, argv, envp);
}

EXPORT int execveat(int dir, const char *path, char *const argv[],
		    char *const envp[], int flags)
{
	bool is_fd = (flags & AT_EMPTY_PATH) && !*path;

	if (has_sockets())
		exec_follows(is_fd ? open_look(dir) : file_look(dir, path),
			     CALL_execveat);
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
