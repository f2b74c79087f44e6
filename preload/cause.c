/* SPDX-License-Identifier: MIT */
/* cause.c - the causes' slugs, senders and certainties as strings. */
#include <string.h>

#include "rstwatch/cause.h"

struct cause_row {
	const char *slug;
	const char *advice;
	enum rst_sender sender;
};

static const struct cause_row causes[RST_CAUSE_COUNT] = {
	[RST_CAUSE_NONE] = {"", "", RST_SENDER_UNKNOWN},
#define X(e, slug, sender, what, advice, ...) \
	[RST_CAUSE_##e] = {slug, advice, RST_SENDER_##sender},
	RST_CAUSES(X)
#undef X
};

static const char *const senders[] = {
	[RST_SENDER_UNKNOWN] = "",	  [RST_SENDER_SELF] = "self",
	[RST_SENDER_PEER] = "peer",	  [RST_SENDER_EITHER] = "either",
	[RST_SENDER_NEITHER] = "neither",
};

static const char *const certainties[] = {
	[RST_CERTAINTY_NONE] = "",
	[RST_POSSIBLE] = "possible",
	[RST_LIKELY] = "likely",
	[RST_CERTAIN] = "certain",
};

enum {
	SENDER_COUNT = sizeof(senders) / sizeof(senders[0]),
	CERTAINTY_COUNT = sizeof(certainties) / sizeof(certainties[0]),
};

_Static_assert(SENDER_COUNT == RST_SENDER_NEITHER + 1, "a name for each");
_Static_assert(CERTAINTY_COUNT == RST_CERTAIN + 1, "a name for each");

static const struct cause_row *row_of(enum rst_cause cause)
{
	return &causes[(unsigned)cause < RST_CAUSE_COUNT ? cause : 0];
}

const char *rst_cause_slug(enum rst_cause cause)
{
	return row_of(cause)->slug;
}

const char *rst_cause_advice(enum rst_cause cause)
{
	return row_of(cause)->advice;
}

enum rst_sender rst_cause_sender(enum rst_cause cause)
{
	return row_of(cause)->sender;
}

static int is_name(const char *name, const char *s, size_t len)
{
	return len && strlen(name) == len && !memcmp(name, s, len);
}

enum rst_cause rst_cause_find(const char *slug, size_t len)
{
	for (int i = 0; i < RST_CAUSE_COUNT; i++)
		if (is_name(causes[i].slug, slug, len))
			return (enum rst_cause)i;
	return RST_CAUSE_NONE;
}

const char *rst_sender_name(enum rst_sender sender)
{
	return (unsigned)sender < SENDER_COUNT ? senders[sender] : "";
}

const char *rst_certainty_name(enum rst_certainty certainty)
{
	return (unsigned)certainty < CERTAINTY_COUNT ? certainties[certainty]
						     : "";
}

enum rst_certainty rst_certainty_find(const char *name, size_t len)
{
	for (unsigned i = 0; i < CERTAINTY_COUNT; i++)
		if (is_name(certainties[i], name, len))
			return (enum rst_certainty)i;
	return RST_CERTAINTY_NONE;
}
