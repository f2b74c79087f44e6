/* SPDX-License-Identifier: MIT */
/* scene.h - a reset with what led to it, as the rules of causes see it. */
#ifndef ANALYZER_SCENE_H
#define ANALYZER_SCENE_H

#include "diagnostic.h"
#include "evidence.h"
#include "flow.h"
#include "history.h"

/*
 * How a reset looks on the wire; kernel.md section 2. Linux makes an active
 * reset from a living socket, so it has ACK, a window, and timestamps where
 * the connection uses them; a passive one is made from the segment that it
 * answers, and has nothing of its own.
 */
enum form {
	FORM_ACTIVE,
	FORM_PLAIN, /* active, but windowless: other systems do so */
	FORM_PASSIVE,
	FORM_ODD,
};

struct scene {
	const struct flow *flow;
	const struct flow_rare *rare;
	int dir; /* flow->end[dir] is the source of the reset */
	const struct segment *reset;
	const struct past *past; /* the packets before it, newest first */
	size_t past_len;
	const struct flow_side *source;
	const struct flow_side *dest;
	enum form form;
	const struct past *answered; /* NULL where none fits */
	enum trigger trigger;
	unsigned hops_apart; /* from where the source's other segments came */
	unsigned signs;	     /* of a forger; one may be innocent */
	struct finding *out;
};

/*
 * Finds the segment that the reset answers, if it has the form of an answer:
 * sets answered and trigger.
 */
void scene_find_trigger(struct scene *s);

/*
 * How many hops nearer or farther the reset began than what the source sent
 * before: not 0, and it comes from elsewhere, or by another path.
 */
unsigned scene_hops_apart(const struct scene *s);

/* The oldest packet of one side with just these of SYN and ACK, or NULL. */
const struct past *scene_oldest(const struct scene *s, int dir, uint8_t flags);

/*
 * True if the reset came so soon after p, of the destination, that it may
 * answer it: as the SYN,ACK came after the SYN, where these were captured.
 */
bool scene_is_in_time(const struct scene *s, const struct past *p);

/* True if p is the first segment that acknowledges the source's FIN. */
bool scene_is_fin_ack(const struct scene *s, const struct past *p);

static inline bool scene_sent_by_source(const struct scene *s,
					const struct past *p)
{
	return p->dir == s->dir;
}

static inline uint64_t scene_ago_ns(const struct scene *s, uint64_t ts_ns)
{
	return s->reset->ts_ns > ts_ns ? s->reset->ts_ns - ts_ns : 0;
}

/* A payload that says why, as a host may add it to any reset. */
static inline bool scene_has_diagnostic(const struct scene *s)
{
	struct diagnostic d;

	return diagnostic_read(s->reset->payload, s->reset->payload_len,
			       s->reset->len, &d);
}

/* Sets cause and certainty; always true, for the tables of rules. */
static inline bool scene_decide(const struct scene *s, enum rst_cause cause,
				enum rst_certainty certainty)
{
	s->out->cause = cause;
	s->out->certainty = certainty;
	return true;
}

static inline void scene_say(const struct scene *s, enum evidence_kind kind,
			     uint64_t a, uint64_t b)
{
	evidence_add(s->out, kind, a, b);
}

/*
 * The rules, one family a file. Each looks whether its cause fits, and if so
 * decides it with its evidence and returns true.
 */
bool rules_handshake(struct scene *s);
bool rules_forged(struct scene *s);
bool rules_active(struct scene *s);
bool rules_passive(struct scene *s);

/*
 * True if with this reset, an echo, every segment that followed the handshake
 * of a server which never sent anything else has got one.
 */
bool rules_resets_all(const struct scene *s);

#endif
