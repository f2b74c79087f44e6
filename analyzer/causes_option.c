/* SPDX-License-Identifier: MIT */
/* causes_option.c - the value of --cause, of every command that has it. */
#include "causes_option.h"

#include <stdio.h>
#include <string.h>

#include "rstwatch/cause.h"
#include "suggest.h"

static int unknown_cause(const char *command, const char *word, size_t len)
{
	const char *slugs[RST_CAUSE_COUNT - 1], *meant;
	char name[64];

	for (int i = RST_CAUSE_NONE + 1; i < RST_CAUSE_COUNT; i++)
		slugs[i - 1] = rst_cause_slug((enum rst_cause)i);
	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	meant = suggest(name, slugs, RST_CAUSE_COUNT - 1, sizeof(slugs[0]));
	fprintf(stderr, "rstwatch %s: no cause '%s'", command, name);
	if (meant)
		fprintf(stderr, ", did you mean '%s'?\n", meant);
	else
		fputs("; rstwatch explain lists them\n", stderr);
	return -1;
}

int causes_take(const char *command, const char *value, uint32_t *causes)
{
	while (*value) {
		size_t len = strcspn(value, ",");
		enum rst_cause cause = rst_cause_find(value, len);

		if (cause == RST_CAUSE_NONE)
			return unknown_cause(command, value, len);
		*causes |= 1u << cause;
		value += len + (value[len] == ',');
	}
	return 0;
}
