/* SPDX-License-Identifier: MIT */
/* evidence.c - writes the sentences that a finding rests on. */
#include <string.h>

#include "diagnostic.h"
#include "evidence.h"
#include "witness.h"
#include "timeouts.h"

void evidence_add(struct finding *f, enum evidence_kind kind, uint64_t a,
		  uint64_t b)
{
	if (f->evidence_len == EVIDENCE_MAX)
		return;
	f->evidence[f->evidence_len++] =
		(struct evidence){.kind = (uint16_t)kind, .a = a, .b = b};
}

bool evidence_has(const struct finding *f, enum evidence_kind kind)
{
	for (unsigned i = 0; i < f->evidence_len; i++)
		if (f->evidence[i].kind == kind)
			return true;
	return false;
}

static void write_count(struct rst_text *t, uint64_t n, const char *one)
{
	rst_text_u64(t, n);
	rst_text_str(t, one);
	rst_text_str(t, n == 1 ? "" : "s");
}

/* RFC 8684 3.6. */
static void write_mptcp(struct rst_text *t, uint64_t reason)
{
	static const char *const reasons[] = {
		"unspecified error",	     "MPTCP-specific error",
		"lack of resources",	     "administratively prohibited",
		"too much outstanding data", "unacceptable performance",
		"middlebox interference",
	};

	if (reason < sizeof(reasons) / sizeof(reasons[0]))
		rst_text_str(t, reasons[reason]);
	else
		rst_text_u64(t, reason);
}

static void write_text(struct rst_text *t, const char *s)
{
	enum { NAME_MAX_SHOWN = 120 };

	rst_text_plain(t, s, strlen(s), NAME_MAX_SHOWN);
}

void evidence_write_call(struct rst_text *t, const struct log_event *e)
{
	write_text(t, e->process ? e->process : "process");
	rst_text_char(t, '[');
	rst_text_i64(t, e->pid);
	rst_text_char(t, ']');
	if (!e->call)
		return;
	rst_text_char(t, ' ');
	write_text(t, e->call);
	rst_text_char(t, '(');
	if (e->fd >= 0)
		rst_text_i64(t, e->fd);
	rst_text_char(t, ')');
}

static void write_fact(struct rst_text *t, size_t start, uint64_t n,
		       const char *one, const char *many)
{
	if (!n)
		return;
	if (t->len > start)
		rst_text_str(t, ", ");
	rst_text_u64(t, n);
	rst_text_str(t, n == 1 ? one : many);
}

/* The log has escaped it already, as no text is longer. */
static void write_peek(struct rst_text *t, const char *peek)
{
	enum { PEEK_MAX_SHOWN = 4 * RST_PEEK_MAX };

	if (!peek)
		return;
	rst_text_str(t, ": \"");
	rst_text_plain(t, peek, strlen(peek), PEEK_MAX_SHOWN);
	rst_text_char(t, '"');
}

/* Numbers that the record doesn't have are 0 in e. */
bool evidence_write_facts(struct rst_text *t, const struct log_event *e)
{
	size_t start = t->len;
	uint32_t sent = e->unacked > e->unsent ? e->unacked - e->unsent : 0;

	write_fact(t, start, e->unread, " unread byte", " unread bytes");
	if (e->unread && e->unread_kind) {
		rst_text_str(t, " (");
		write_text(t, e->unread_kind);
		write_peek(t, e->peek);
		rst_text_char(t, ')');
	}
	write_fact(t, start, e->unsent, " byte not sent", " bytes not sent");
	write_fact(t, start, sent, " byte sent and not acknowledged",
		   " bytes sent and not acknowledged");
	write_fact(t, start, e->unaccepted, " connection waiting",
		   " connections waiting");
	if (e->have & RST_HAVE_LINGER && !e->linger) {
		rst_text_str(t, t->len > start ? ", " : "");
		rst_text_str(t, "linger set to 0 s");
	}
	return t->len > start;
}

static void write_witness(struct rst_text *t, const struct witness_reset *w)
{
	const char *state = rst_state_name(w->before ? w->before : w->state);

	rst_text_str(t, "tcp_send_reset");
	if (w->reason[0]) {
		rst_text_str(t, ", reason ");
		write_text(t, w->reason);
	}
	/* What answers for no socket has none. */
	if (*state) {
		rst_text_str(t, ", state ");
		rst_text_str(t, state);
	}
	rst_text_str(t, ", while ");
	write_text(t, w->comm[0] ? w->comm : "process");
	rst_text_char(t, '[');
	rst_text_i64(t, w->pid);
	rst_text_str(t, "] ran");
	if (w->called_at[0]) {
		rst_text_str(t, ", called at ");
		rst_text_str(t, w->called_at);
	}
}

static void write_ends(struct rst_text *t, const struct log_event *e)
{
	rst_text_endpoint(t, &e->local);
	rst_text_str(t, " -> ");
	rst_text_endpoint(t, &e->peer);
}

static void write_diagnostic(struct rst_text *t, const struct finding *f,
			     uint64_t len)
{
	struct diagnostic d;

	if (diagnostic_read(f->payload, f->payload_len, len, &d))
		diagnostic_write(t, &d);
}

/* One {placeholder}; name is what stands between the braces. */
static void write_value(struct rst_text *t, const struct finding *f,
			const struct evidence *e, const char *name, size_t len)
{
	uint64_t n = name[0] == 'b' ? e->b : e->a;

#define IS(s) (len == strlen(s) && !memcmp(name, s, len))
	if (IS("S"))
		rst_text_endpoint(t, &f->source);
	else if (IS("D"))
		rst_text_endpoint(t, &f->destination);
	else if (IS("payload"))
		rst_text_plain(t, (const char *)f->payload, f->payload_len,
			       f->payload_len);
	else if (IS("diagnostic"))
		write_diagnostic(t, f, n);
	else if (IS("a") || IS("b"))
		rst_text_u64(t, n);
	else if (IS("a:time") || IS("b:time"))
		rst_text_duration(t, n);
	else if (IS("a:bytes") || IS("b:bytes"))
		write_count(t, n, " byte");
	else if (IS("a:hops"))
		write_count(t, n, " hop");
	else if (IS("event") && f->event)
		evidence_write_call(t, f->event);
	else if (IS("received") && f->received)
		evidence_write_call(t, f->received);
	else if (IS("errno") && f->received && f->received->error)
		write_text(t, f->received->error);
	else if (IS("facts") && f->event)
		evidence_write_facts(t, f->event);
	else if (IS("logged") && f->event)
		write_ends(t, f->event);
	else if (IS("b:trigger"))
		rst_text_str(t, trigger_phrase((enum trigger)n));
	else if (IS("b:timeout"))
		rst_text_str(t, timeout_name((uint32_t)n));
	else if (IS("witness") && f->witness)
		write_witness(t, f->witness);
	else if (IS("a:mptcp"))
		write_mptcp(t, n);
#undef IS
}

void evidence_write(struct rst_text *t, const struct finding *f, unsigned i)
{
	static const char *const sentences[] = {
#define X(e, text) [EVIDENCE_##e] = text,
		EVIDENCE(X)
#undef X
	};
	const struct evidence *e = &f->evidence[i];
	const char *s = sentences[e->kind];

	while (*s) {
		size_t n = strcspn(s, "{");

		rst_text_bytes(t, s, n);
		s += n;
		if (!*s)
			break;
		n = strcspn(s, "}");
		write_value(t, f, e, s + 1, n - 1);
		s += n + 1;
	}
}
