/* SPDX-License-Identifier: MIT */
/* model.c - the names of what an analysis finds. */
#include "model.h"

const char *trigger_name(enum trigger trigger)
{
	static const char *const names[] = {
#define X(e, name, phrase) [TRIGGER_##e] = name,
		TRIGGERS(X)
#undef X
	};

	return names[trigger];
}

const char *trigger_phrase(enum trigger trigger)
{
	static const char *const phrases[] = {
#define X(e, name, phrase) [TRIGGER_##e] = phrase,
		TRIGGERS(X)
#undef X
	};

	return phrases[trigger];
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNEXPLAINED] = "unexplained",
		[VERDICT_EXPLAINED] = "explained",
		[VERDICT_PREDICTED] = "predicted",
	};

	return names[verdict];
}

const char *unmatched_name(enum unmatched unmatched)
{
	static const char *const names[] = {
		[UNMATCHED_NO] = "",
		[UNMATCHED_NOT_CAPTURED] = "not-captured",
		[UNMATCHED_NO_RESET_SEEN] = "no-reset-seen",
	};

	return names[unmatched];
}
