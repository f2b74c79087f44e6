/* SPDX-License-Identifier: MIT */
/* hidden.c - watched processes that could not be looked at. */
#include "hidden.h"

#include <stdio.h>

#include "supervise.h"

static char told[SUPERVISE_HIDDEN_MAX][SUPERVISE_TEXT_MAX];
static int count;

void hidden_note(const char *whom)
{
	if (count < SUPERVISE_HIDDEN_MAX)
		snprintf(told[count++], sizeof(told[0]), "%s", whom);
}

void hidden_say(void)
{
	for (int i = 0; i < count; i++)
		fprintf(stderr, "rstwatch: %s: its calls go unwatched\n",
			told[i]);
	if (count == SUPERVISE_HIDDEN_MAX)
		fputs("rstwatch: there may be more that can't\n", stderr);
}
