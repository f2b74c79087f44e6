/* SPDX-License-Identifier: MIT */
/* verdict.c - decides from the facts which reset a call will cause. */
#include "rstwatch/verdict.h"

#include "rules.h"

struct rule {
	unsigned acts;
	bool (*decides)(const struct rst_act *a, const struct rst_facts *f,
			struct rst_verdict *v);
};

static const struct rule rules[] = {
#define X(acts, name) {acts, name},
	RULES(X)
#undef X
};

enum { RULE_COUNT = sizeof(rules) / sizeof(rules[0]) };

struct rst_verdict rst_verdict(const struct rst_act *act,
			       const struct rst_facts *f)
{
	struct rst_verdict v = {0};

	for (size_t i = 0; i < RULE_COUNT; i++)
		if (rules[i].acts & BIT(act->kind) &&
		    rules[i].decides(act, f, &v))
			break;
	if (act->kind == RST_ACT_CLOSE &&
	    (act->how == RST_CLOSE_PERHAPS || f->holder == RST_HOLDER_FEARED ||
	     f->holder == RST_HOLDER_THREAD) &&
	    v.certainty == RST_CERTAIN)
		v.certainty = RST_LIKELY;
	return v;
}
