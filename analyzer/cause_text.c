/* SPDX-License-Identifier: MIT */
/* cause_text.c - what people want to know about a cause. */
#include "cause_text.h"

const struct cause_text *cause_text(enum rst_cause cause)
{
	static const struct cause_text texts[] = {
		[RST_CAUSE_NONE] = {"", RST_SENDER_UNKNOWN, "", "", "", "", ""},
#define X(e, slug, sender, ...) \
	[RST_CAUSE_##e] = {slug, RST_SENDER_##sender, __VA_ARGS__},
		RST_CAUSES(X)
#undef X
	};

	return &texts[cause];
}
