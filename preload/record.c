/* SPDX-License-Identifier: MIT */
/* record.c - an event as one line of JSON; contract.md section 3. */
#include <string.h>

#include "rstwatch/record.h"

/*
 * How much of RST_RECORD_MAX one key with its string may take, once it is
 * escaped; a longer one is left out whole, since half a path names another
 * file. All other keys together stay below 2000 bytes.
 */
enum {
	NAME_ROOM = 420, /* HOST_NAME_MAX bytes, each one escaped */
	PATH_ROOM = 1100,
	PEEK_ROOM = 6 * RST_PEEK_MAX,
	MESSAGE_ROOM = 1600,
};

static bool is_text(const char *s)
{
	return s && *s;
}

/* The text before a value: comma, name, colon. */
struct key {
	const char *text;
	size_t len;
};

#define KEY(name) ((struct key){",\"" name "\":", sizeof(",\"" name "\":") - 1})

static void put_key(struct rst_text *t, struct key key)
{
	rst_text_bytes(t, key.text, key.len);
}

static void put_bytes(struct rst_text *t, struct key key, const char *s,
		      size_t len, size_t room)
{
	size_t left = t->cap - t->len;
	struct rst_text part =
		rst_text_on(t->buf + t->len, left < room ? left : room);

	put_key(&part, key);
	rst_text_char(&part, '"');
	rst_text_json(&part, s, len, len);
	rst_text_char(&part, '"');
	if (!part.cut)
		t->len += part.len;
	else if (left < room)
		t->cut = true;
}

static void put_str(struct rst_text *t, struct key key, const char *s)
{
	if (is_text(s))
		put_bytes(t, key, s, strlen(s), NAME_ROOM);
}

/* One of our own names, in which nothing is to be escaped. */
static void put_name(struct rst_text *t, struct key key, const char *name)
{
	if (!is_text(name))
		return;
	put_key(t, key);
	rst_text_char(t, '"');
	rst_text_str(t, name);
	rst_text_char(t, '"');
}

static void put_path(struct rst_text *t, struct key key, const char *s)
{
	if (is_text(s))
		put_bytes(t, key, s, strlen(s), PATH_ROOM);
}

static void put_u64(struct rst_text *t, struct key key, uint64_t n)
{
	put_key(t, key);
	rst_text_u64(t, n);
}

static void put_i64(struct rst_text *t, struct key key, int64_t n)
{
	put_key(t, key);
	rst_text_i64(t, n);
}

static void put_file(struct rst_text *t, const struct rst_frame *frame)
{
	put_path(t, KEY("module"), frame->module);
	if (!frame->build_id_len)
		return;
	put_key(t, KEY("build_id"));
	rst_text_char(t, '"');
	rst_text_hex(t, frame->build_id, frame->build_id_len);
	rst_text_char(t, '"');
}

static bool is_same_file(const struct rst_frame *a, const struct rst_frame *b)
{
	return a->module == b->module && a->build_id_len == b->build_id_len &&
	       memcmp(a->build_id, b->build_id, a->build_id_len) == 0;
}

/* What was written of a frame's file; most callers are in the same one. */
struct written {
	const struct rst_frame *frame;
	const char *text;
	size_t len;
};

/* The keys of a frame, or {} where no file is mapped there. */
static void append_frame(struct rst_text *t, const struct rst_frame *frame,
			 struct written *before)
{
	size_t start;

	rst_text_char(t, '{');
	if (frame->module) {
		rst_text_str(t, "\"offset\":");
		rst_text_u64(t, frame->offset);
		start = t->len;
		if (before->frame && is_same_file(before->frame, frame))
			rst_text_bytes(t, before->text, before->len);
		else
			put_file(t, frame);
		*before =
			(struct written){frame, t->buf + start, t->len - start};
	}
	rst_text_char(t, '}');
}

static void put_frame(struct rst_text *t, struct key key,
		      const struct rst_frame *frame, struct written *before)
{
	if (!frame)
		return;
	put_key(t, key);
	append_frame(t, frame, before);
}

/* As many frames as fit, innermost first. */
static void put_stack(struct rst_text *t, const struct rst_event *e,
		      struct written *before)
{
	size_t left = t->cap - t->len;
	struct rst_text part =
		rst_text_on(t->buf + t->len, left ? left - 1 : 0);
	unsigned n;

	put_key(&part, KEY("rstwatch.stack"));
	rst_text_char(&part, '[');
	for (n = 0; n < e->stack_len; n++) {
		size_t end = part.len;

		if (n)
			rst_text_char(&part, ',');
		append_frame(&part, &e->stack[n], before);
		if (part.cut) {
			part.len = end;
			break;
		}
	}
	if (!n)
		return;
	t->len += part.len;
	rst_text_char(t, ']');
}

static void put_message(struct rst_text *t, const struct rst_event *e)
{
	char buf[MESSAGE_ROOM];
	struct rst_text message = rst_text_on(buf, sizeof(buf));

	rst_record_message(&message, e);
	put_bytes(t, KEY("message"), buf, message.len, MESSAGE_ROOM);
}

static void put_process(struct rst_text *t, const struct rst_event *e)
{
	put_str(t, KEY("host.name"), e->host);
	put_i64(t, KEY("process.pid"), e->pid);
	if (e->tid)
		put_i64(t, KEY("process.thread.id"), e->tid);
	put_str(t, KEY("process.name"), e->process_name);
	put_path(t, KEY("process.executable"), e->executable);
}

static void put_address(struct rst_text *t, struct key address, struct key port,
			const struct rst_addr *a)
{
	if (!a->family)
		return;
	put_key(t, address);
	rst_text_char(t, '"');
	rst_text_ip(t, a);
	rst_text_char(t, '"');
	put_u64(t, port, a->port);
}

static void put_network(struct rst_text *t, const struct rst_facts *f)
{
	int family = f->local.family ? f->local.family : f->peer.family;

	if (family) {
		put_name(t, KEY("network.transport"), "tcp");
		put_name(t, KEY("network.type"), family == 4 ? "ipv4" : "ipv6");
	}
	put_address(t, KEY("network.local.address"), KEY("network.local.port"),
		    &f->local);
	put_address(t, KEY("network.peer.address"), KEY("network.peer.port"),
		    &f->peer);
}

static void put_verdict(struct rst_text *t, const struct rst_event *e)
{
	put_name(t, KEY("rstwatch.cause"), rst_cause_slug(e->cause));
	put_name(t, KEY("rstwatch.certainty"),
		 rst_certainty_name(e->certainty));
	put_name(t, KEY("rstwatch.sender"), rst_sender_name(e->sender));
	put_str(t, KEY("rstwatch.call"), e->call);
	if (e->fd >= 0)
		put_i64(t, KEY("rstwatch.fd"), e->fd);
	put_name(t, KEY("rstwatch.errno"), rst_errno_name(e->error));
}

static void put_facts(struct rst_text *t, const struct rst_facts *f)
{
	const struct {
		enum rst_have bit;
		struct key key;
		uint64_t n;
	} numbers[] = {
		{RST_HAVE_UNREAD, KEY("rstwatch.unread_bytes"), f->unread},
		{RST_HAVE_UNACKED, KEY("rstwatch.unacked_bytes"), f->unacked},
		{RST_HAVE_UNSENT, KEY("rstwatch.unsent_bytes"), f->unsent},
		{RST_HAVE_UNACCEPTED, KEY("rstwatch.unaccepted"),
		 f->unaccepted},
		{RST_HAVE_BYTES, KEY("rstwatch.bytes_sent"), f->bytes_sent},
		{RST_HAVE_BYTES, KEY("rstwatch.bytes_received"),
		 f->bytes_received},
		{RST_HAVE_COOKIE, KEY("rstwatch.socket_cookie"), f->cookie},
	};

	if (f->have & RST_HAVE_STATE)
		put_name(t, KEY("rstwatch.state"), rst_state_name(f->state));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (f->have & numbers[i].bit)
			put_u64(t, numbers[i].key, numbers[i].n);
	if (f->have & RST_HAVE_LINGER && f->linger >= 0)
		put_i64(t, KEY("rstwatch.linger"), f->linger);
}

static const char *holder_name(enum rst_holder holder)
{
	switch (holder) {
	case RST_HOLDER_NONE: break;
	case RST_HOLDER_FEARED: return "unknown";
	case RST_HOLDER_FD: return "descriptor";
	case RST_HOLDER_PROCESS: return "process";
	case RST_HOLDER_THREAD: return "thread";
	}
	return "";
}

static void put_peek(struct rst_text *t, const struct rst_event *e)
{
	char buf[4 * RST_PEEK_MAX]; /* \xHH each */
	struct rst_text peek = rst_text_on(buf, sizeof(buf));

	if (!e->peek || !e->peek_len)
		return;
	rst_text_plain(&peek, (const char *)e->peek, e->peek_len, RST_PEEK_MAX);
	put_bytes(t, KEY("rstwatch.peek"), buf, peek.len, PEEK_ROOM);
}

/* What the preload remembers of the connection: how it came to this. */
static void put_history(struct rst_text *t, const struct rst_event *e,
			struct written *before)
{
	put_str(t, KEY("rstwatch.unread_kind"), e->unread_kind);
	put_peek(t, e);
	if (is_text(e->last.call)) {
		put_str(t, KEY("rstwatch.last.call"), e->last.call);
		put_i64(t, KEY("rstwatch.last.result"), e->last.result);
		put_u64(t, KEY("rstwatch.last.ago_ns"), e->last.ago_ns);
		put_key(t, KEY("rstwatch.last.after_fin"));
		rst_text_str(t, e->last.was_after_fin ? "true" : "false");
	}
	put_str(t, KEY("rstwatch.opened_by"), e->opened_by);
	put_frame(t, KEY("rstwatch.opened_at"), e->opened_at, before);
	put_str(t, KEY("rstwatch.linger_set_by"), e->linger_set_by);
	put_frame(t, KEY("rstwatch.linger_set_at"), e->linger_set_at, before);
	put_name(t, KEY("rstwatch.holder"), holder_name(e->facts.holder));
	if (e->facts.holder == RST_HOLDER_PROCESS)
		put_i64(t, KEY("rstwatch.holder_pid"), e->facts.holder_pid);
	else if (e->facts.holder == RST_HOLDER_THREAD)
		put_i64(t, KEY("rstwatch.holder_tid"), e->facts.holder_pid);
	else if (e->facts.holder == RST_HOLDER_FD && e->facts.holder_pid > 0)
		put_i64(t, KEY("rstwatch.holder_fd"), e->facts.holder_pid);
}

static void put_all(struct rst_text *t, const struct rst_event *e,
		    struct written *before)
{
	rst_text_str(t, "{\"@timestamp\":\"");
	rst_text_time(t, e->realtime_ns);
	rst_text_char(t, '"');
	put_name(t, KEY("log.level"), rst_level_name(e->level));
	put_name(t, KEY("event.action"), rst_action_name(e->action));
	put_message(t, e);
	put_process(t, e);
	put_network(t, &e->facts);
	put_u64(t, KEY("rstwatch.schema"), RST_SCHEMA);
	put_u64(t, KEY("rstwatch.seq"), e->seq);
	put_u64(t, KEY("rstwatch.mono_ns"), e->mono_ns);
	put_verdict(t, e);
	put_facts(t, &e->facts);
	put_history(t, e, before);
	if (e->action == RST_PROCESS_ENDED)
		put_u64(t, KEY("rstwatch.lost"), e->lost);
	if (e->suppressed)
		put_u64(t, KEY("rstwatch.suppressed"), e->suppressed);
	put_name(t, KEY("rstwatch.advice"), rst_cause_advice(e->cause));
}

void rst_record_json(struct rst_text *t, const struct rst_event *e)
{
	static const char tail[] = "}\n";
	size_t left = t->cap - t->len, room = sizeof(tail) - 1;
	struct rst_text part =
		rst_text_on(t->buf + t->len, left > room ? left - room : 0);
	struct written before = {0};

	put_all(&part, e, &before);
	if (part.cut) {
		t->cut = true;
		return;
	}
	if (e->stack)
		put_stack(&part, e, &before);
	t->len += part.len;
	rst_text_str(t, tail);
}
