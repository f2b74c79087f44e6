/* SPDX-License-Identifier: MIT */
/* run_preload.c - finds the preload, and the environment that loads it. */
#include "run_preload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PRELOAD_NAME "librstwatch.so"

static bool is_there(char path[PATH_MAX], const char *dir, const char *below)
{
	char try[PATH_MAX * 2];

	snprintf(try, sizeof(try), "%s%s/%s", dir, below, PRELOAD_NAME);
	return realpath(try, path) && access(path, R_OK) == 0;
}

int run_preload_find(char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		if (is_there(path, self, "") || is_there(path, self, "/../lib"))
			return 0;
	}
	return is_there(path, RSTWATCH_LIBDIR, "") ? 0 : -1;
}

int run_preload_alias(char path[PATH_MAX], const char *dir)
{
	static const char ends[] = " :";
	char alias[PATH_MAX];

	if (!strpbrk(path, ends))
		return 0;
	if (strpbrk(dir, ends))
		return -EINVAL;
	if (snprintf(alias, sizeof(alias), "%s/%s", dir, PRELOAD_NAME) >=
	    (int)sizeof(alias))
		return -ENAMETOOLONG;
	if (symlink(path, alias) != 0)
		return -errno;
	strcpy(path, alias);
	return 0;
}

/* The strings lie on our stack as the kernel put them, whatever ld.so did. */
static char *environment_read(size_t *len)
{
	size_t size = 1 << 16;
	char *text = NULL;
	int fd;
	ssize_t n = 1;

	/* /proc/self belongs to root while we may not be looked at. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	fd = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	*len = 0;
	while (fd >= 0 && n > 0) {
		char *more = realloc(text, size + 1);

		if (!more)
			break;
		text = more;
		n = read(fd, text + *len, size - *len);
		*len += n > 0 ? (size_t)n : 0;
		if (*len == size)
			size *= 2;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

char **run_environment(void)
{
	size_t len, count = 0;
	char **env, *text;

	if (!getauxval(AT_SECURE))
		return environ;
	text = environment_read(&len);
	if (!text)
		return NULL;
	text[len] = '\0';
	for (size_t i = 0; i < len; i++)
		count += text[i] == '\0';
	env = calloc(count + 2, sizeof(*env));
	count = 0;
	for (char *p = text; env && p < text + len; p += strlen(p) + 1)
		env[count++] = p;
	return env;
}

static bool is_variable(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

static char *assign(const char *name, const char *value, const char *rest)
{
	char *entry;

	return asprintf(&entry, "%s=%s%s%s", name, value, rest ? ":" : "",
			rest ? rest : "") < 0
		       ? NULL
		       : entry;
}

char **run_preload_environment(char **env, const char *preload, const char *log)
{
	const char *others = NULL;
	size_t count = 0, n = 0;
	char **with;

	while (env[count])
		count++;
	with = calloc(count + 3, sizeof(*with));
	if (!with)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (is_variable(env[i], "LD_PRELOAD"))
			others = strchr(env[i], '=') + 1;
		else if (!is_variable(env[i], "RSTWATCH_LOG"))
			with[n++] = env[i];
	}
	with[n++] = assign("LD_PRELOAD", preload,
			   others && *others ? others : NULL);
	with[n] = assign("RSTWATCH_LOG", log, NULL);
	if (with[n - 1] && with[n])
		return with;
	free(with[n - 1]);
	free(with[n]);
	free(with);
	return NULL;
}
