/* SPDX-License-Identifier: MIT */
/* config.c - reads the RSTWATCH_ variables. */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rstwatch/only.h"

struct config config = {
	.level = RST_WARN,
	.stack = 8,
	.peek = 0,
	.limit = 20,
	.is_watched = true,
};

/* Digits alone, up to max; true if value is such a number. */
static bool number_read(const char *value, unsigned max, unsigned *n)
{
	unsigned long sum = 0;

	if (*value == '\0')
		return false;
	for (; *value; value++) {
		if (*value < '0' || *value > '9')
			return false;
		sum = sum * 10 + (unsigned long)(*value - '0');
		if (sum > max)
			return false;
	}
	*n = (unsigned)sum;
	return true;
}

static void number_from(const char *variable, unsigned max,
			const char *expected, unsigned *n,
			config_complain *complain)
{
	/* A setuid program must not write where its caller points it to. */
	const char *value = secure_getenv(variable);

	if (value && !number_read(value, max, n))
		complain(variable, value, expected);
}

static void level_from(const char *variable, config_complain *complain)
{
	const char *value = secure_getenv(variable);

	if (!value)
		return;
	for (int i = RST_LEVEL_OFF; i <= RST_DEBUG; i++)
		if (strcmp(value, rst_level_name((enum rst_level)i)) == 0) {
			config.level = (enum rst_level)i;
			return;
		}
	complain(variable, value, "off, warn, info or debug");
}

/*
 * A copy, because programs that change their title write over the environment;
 * an absolute one, because the log is opened again later, after a chdir().
 */
static void log_from(const char *value, config_complain *complain)
{
	static char path[PATH_MAX];
	size_t len = 0, value_len = strlen(value);
	char cwd[PATH_MAX / 2];

	if (*value != '/' && getcwd(cwd, sizeof(cwd))) {
		/* A % of its own means nothing. */
		for (const char *p = cwd; *p && len < sizeof(path) - 2; p++) {
			if (*p == '%')
				path[len++] = '%';
			path[len++] = *p;
		}
		path[len++] = '/';
	}
	if (len + value_len >= sizeof(path)) {
		complain("RSTWATCH_LOG", value, "a shorter path");
		return;
	}
	memcpy(path + len, value, value_len + 1);
	config.log = path;
}

void config_read(const char *name, config_complain *complain)
{
	const char *log = secure_getenv("RSTWATCH_LOG");

	config.is_watched = rst_only_has(secure_getenv("RSTWATCH_ONLY"), name);
	/* Another program's mistakes are not this one's to complain of. */
	if (!config.is_watched)
		return;
	if (log && *log)
		log_from(log, complain);
	level_from("RSTWATCH_LEVEL", complain);
	number_from("RSTWATCH_STACK", RST_STACK_MAX, "0 to 32", &config.stack,
		    complain);
	number_from("RSTWATCH_PEEK", RST_PEEK_MAX, "0 to 64", &config.peek,
		    complain);
	number_from("RSTWATCH_LIMIT", 1000000, "0 to 1000000", &config.limit,
		    complain);
}
