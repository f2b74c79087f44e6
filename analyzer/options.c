/* SPDX-License-Identifier: MIT */
/* options.c - long options of a command, declared once for parsing and help. */
#include <string.h>

#include "options.h"
#include "suggest.h"

static const struct option_row *find(const struct option_row *rows,
				     size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(rows[i].name) == len &&
		    !memcmp(rows[i].name, name, len))
			return &rows[i];
	return NULL;
}

static int unknown(const char *command, const struct option_row *rows,
		   size_t count, const char *word)
{
	char name[64];
	const char *meant;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	meant = suggest(name + strspn(name, "-"), rows, count, sizeof(*rows));
	fprintf(stderr, "rstwatch %s: unknown option '%s'", command, name);
	if (meant)
		fprintf(stderr, ", did you mean '--%s'?\n", meant);
	else
		fprintf(stderr, "; rstwatch %s --help lists them\n", command);
	return -1;
}

/* Takes the option at argv[i]: how many words it was, or -1. */
static int take(const char *command, const struct option_row *rows,
		size_t count, char *const *words, void *target)
{
	const char *name = words[0] + 2;
	size_t len = strcspn(name, "=");
	const struct option_row *row = find(rows, count, name, len);
	const char *value = name[len] ? name + len + 1 : NULL;

	if (strncmp(words[0], "--", 2) != 0 || !row)
		return unknown(command, rows, count, words[0]);
	if (!row->argument && value) {
		fprintf(stderr, "rstwatch %s: --%s takes no argument\n",
			command, row->name);
		return -1;
	}
	if (!row->argument)
		return row->take(target, NULL) ? -1 : 1;
	if (value)
		return row->take(target, value) ? -1 : 1;
	if (!words[1]) {
		fprintf(stderr, "rstwatch %s: --%s needs an argument, %s\n",
			command, row->name, row->argument);
		return -1;
	}
	return row->take(target, words[1]) ? -1 : 2;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

int options_parse(const char *command, const struct option_row *rows,
		  size_t count, int argc, char **argv, void *target)
{
	int i = 1, n = 0, taken;

	while (i < argc && strcmp(argv[i], "--") != 0) {
		if (!is_option(argv[i])) {
			argv[1 + n++] = argv[i++];
			continue;
		}
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return OPTIONS_HELP;
		taken = take(command, rows, count, argv + i, target);
		if (taken < 0)
			return OPTIONS_ERROR;
		i += taken;
	}
	for (i += i < argc; i < argc; i++)
		argv[1 + n++] = argv[i];
	return n;
}

void options_help(const struct option_row *rows, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		char head[64];

		snprintf(head, sizeof(head), "--%s%s%s", rows[i].name,
			 rows[i].argument ? " " : "",
			 rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %-26s %s\n", head, rows[i].what);
	}
}
