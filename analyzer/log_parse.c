/* SPDX-License-Identifier: MIT */
/* log_parse.c - one line of JSON becomes an event; contract.md section 3. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log_store.h"

/*
 * The keys, by the type of what they fill. A key that is absent, or of another
 * type than the contract's, leaves its field unknown. Unknown keys are passed
 * over: a later version may write more.
 */
static const struct {
	const char *key;
	size_t at; /* of a const char * in struct log_event */
} texts[] = {
#define TEXT(key, field) \
	{ \
		key, offsetof(struct log_event, field) \
	}
	TEXT("host.name", host),
	TEXT("process.name", process),
	TEXT("process.executable", executable),
	TEXT("message", message),
	TEXT("rstwatch.call", call),
	TEXT("rstwatch.errno", error),
	TEXT("rstwatch.state", state),
	TEXT("rstwatch.advice", advice),
	TEXT("rstwatch.unread_kind", unread_kind),
	TEXT("rstwatch.peek", peek),
	TEXT("rstwatch.last.call", last_call),
	TEXT("rstwatch.opened_by", opened_by),
	TEXT("rstwatch.linger_set_by", linger_set_by),
#undef TEXT
};

static const struct {
	const char *key;
	size_t at;
	size_t size;
	uint32_t have; /* the bit that says it is known, or 0 */
} numbers[] = {
#define NUMBER(key, field, have) \
	{ \
		key, offsetof(struct log_event, field), \
			sizeof(((struct log_event *)0)->field), have \
	}
	NUMBER("process.pid", pid, 0),
	NUMBER("rstwatch.seq", seq, 0),
	NUMBER("rstwatch.fd", fd, 0),
	NUMBER("rstwatch.unread_bytes", unread, RST_HAVE_UNREAD),
	NUMBER("rstwatch.unacked_bytes", unacked, RST_HAVE_UNACKED),
	NUMBER("rstwatch.unsent_bytes", unsent, RST_HAVE_UNSENT),
	NUMBER("rstwatch.unaccepted", unaccepted, RST_HAVE_UNACCEPTED),
	NUMBER("rstwatch.linger", linger, RST_HAVE_LINGER),
	NUMBER("rstwatch.bytes_sent", bytes_sent, RST_HAVE_BYTES),
	NUMBER("rstwatch.bytes_received", bytes_received, RST_HAVE_BYTES),
	NUMBER("rstwatch.socket_cookie", cookie, RST_HAVE_COOKIE),
	NUMBER("rstwatch.last.result", last_result, 0),
	NUMBER("rstwatch.last.ago_ns", last_ago_ns, 0),
#undef NUMBER
};

static json_object *get(json_object *record, const char *key,
			enum json_type type)
{
	json_object *value;

	if (!json_object_object_get_ex(record, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

static const char *get_text(json_object *record, const char *key)
{
	json_object *value = get(record, key, json_type_string);

	return value ? json_object_get_string(value) : NULL;
}

static const char *keep_text(struct log_store *l, json_object *record,
			     const char *key)
{
	json_object *value = get(record, key, json_type_string);

	if (!value || !json_object_get_string_len(value))
		return NULL;
	return strings_keep(l->strings, json_object_get_string(value),
			    (size_t)json_object_get_string_len(value));
}

static void set_number(void *field, size_t size, json_object *value)
{
	/* get_uint64 turns negative numbers into 0, get_int64 caps large. */
	int64_t n = json_object_get_int64(value);
	uint64_t u = n < 0 ? (uint64_t)n : json_object_get_uint64(value);
	uint32_t low = (uint32_t)u;

	if (size == sizeof(u))
		memcpy(field, &u, sizeof(u));
	else
		memcpy(field, &low, sizeof(low));
}

static void take_values(struct log_store *l, json_object *record,
			struct log_event *e)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = keep_text(l, record, texts[i].key);

		memcpy((char *)e + texts[i].at, &text, sizeof(text));
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_object *n = get(record, numbers[i].key, json_type_int);

		if (!n)
			continue;
		set_number((char *)e + numbers[i].at, numbers[i].size, n);
		e->have |= numbers[i].have;
	}
	e->last_was_after_fin = json_object_get_boolean(
		get(record, "rstwatch.last.after_fin", json_type_boolean));
}

static const char *digits(const char *s, int count, int *n)
{
	*n = 0;
	for (; count; count--, s++) {
		if (*s < '0' || *s > '9')
			return NULL;
		*n = *n * 10 + (*s - '0');
	}
	return s;
}

/* The fraction of a second in ns, as many digits as there are. */
static const char *fraction(const char *s, uint64_t *ns)
{
	uint64_t unit = 100000000;

	*ns = 0;
	for (; *s >= '0' && *s <= '9'; s++, unit /= 10)
		*ns += (uint64_t)(*s - '0') * unit;
	return s;
}

/* RFC 3339, "Z" or an offset; 0 for anything else. */
static uint64_t parse_time(const char *s)
{
	struct tm tm = {0};
	uint64_t ns = 0;
	int hours, minutes;
	time_t seconds;

	if (!s || !(s = digits(s, 4, &tm.tm_year)) || *s++ != '-' ||
	    !(s = digits(s, 2, &tm.tm_mon)) || *s++ != '-' ||
	    !(s = digits(s, 2, &tm.tm_mday)) || (*s != 'T' && *s != ' ') ||
	    !(s = digits(s + 1, 2, &tm.tm_hour)) || *s++ != ':' ||
	    !(s = digits(s, 2, &tm.tm_min)) || *s++ != ':' ||
	    !(s = digits(s, 2, &tm.tm_sec)))
		return 0;
	if (*s == '.')
		s = fraction(s + 1, &ns);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	seconds = timegm(&tm);
	if (*s == '+' || *s == '-') {
		int sign = *s == '+' ? -60 : 60;

		if (!(s = digits(s + 1, 2, &hours)) || *s++ != ':' ||
		    !digits(s, 2, &minutes))
			return 0;
		seconds += sign * (hours * 60 + minutes);
	} else if (*s != 'Z') {
		return 0;
	}
	return seconds > 0 ? (uint64_t)seconds * 1000000000 + ns : 0;
}

static struct rst_addr parse_address(json_object *record, const char *address,
				     const char *port)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
	const char *text = get_text(record, address);
	json_object *number = get(record, port, json_type_int);
	struct rst_addr a = {0};
	uint8_t ip[16] = {0};

	if (!text)
		return a;
	if (inet_pton(AF_INET, text, ip) == 1) {
		a.family = 4;
	} else if (inet_pton(AF_INET6, text, ip) != 1) {
		return a;
	} else if (!memcmp(ip, mapped, sizeof(mapped))) {
		memmove(ip, ip + 12, 4);
		memset(ip + 4, 0, 12);
		a.family = 4;
	} else {
		a.family = 6;
	}
	memcpy(a.ip, ip, sizeof(ip));
	a.port = (uint16_t)json_object_get_int(number);
	return a;
}

static void take_frame(struct log_store *l, json_object *value,
		       struct log_frame *f)
{
	json_object *offset = get(value, "offset", json_type_int);

	f->module = keep_text(l, value, "module");
	f->build_id = keep_text(l, value, "build_id");
	if (f->module && !f->build_id)
		f->build_id = "";
	f->offset = offset ? json_object_get_uint64(offset) : 0;
}

static const struct log_frame *keep_frame(struct log_store *l,
					  json_object *record, const char *key)
{
	json_object *value = get(record, key, json_type_object);
	struct log_frame *f;

	if (!value || !(f = strings_room(l->strings, sizeof(*f))))
		return NULL;
	take_frame(l, value, f);
	return f;
}

static void take_stack(struct log_store *l, json_object *record,
		       struct log_event *e)
{
	json_object *stack = get(record, "rstwatch.stack", json_type_array);
	size_t n = stack ? json_object_array_length(stack) : 0;
	struct log_frame *frames;

	if (n > RST_STACK_MAX)
		n = RST_STACK_MAX;
	if (!n || !(frames = strings_room(l->strings, n * sizeof(*frames))))
		return;
	for (size_t i = 0; i < n; i++)
		take_frame(l, json_object_array_get_idx(stack, i), &frames[i]);
	e->stack = frames;
	e->stack_len = (unsigned)n;
}

static size_t text_len(const char *s)
{
	return s ? strlen(s) : 0;
}

static void take_verdict(json_object *record, struct log_event *e)
{
	const char *cause = get_text(record, "rstwatch.cause");
	const char *certainty = get_text(record, "rstwatch.certainty");
	const char *sender = get_text(record, "rstwatch.sender");

	e->cause = rst_cause_find(cause ? cause : "", text_len(cause));
	e->certainty = rst_certainty_find(certainty ? certainty : "",
					  text_len(certainty));
	for (int i = RST_SENDER_SELF; sender && i <= RST_SENDER_NEITHER; i++)
		if (!strcmp(sender, rst_sender_name((enum rst_sender)i)))
			e->sender = (enum rst_sender)i;
}

/* True if the record tells of a reset. */
static bool take_action(json_object *record, struct log_event *e)
{
	const char *action = get_text(record, "event.action");

	if (!action || !get(record, "rstwatch.schema", json_type_int))
		return false;
	if (!strcmp(action, rst_action_name(RST_RESET_PREDICTED)))
		e->action = RST_RESET_PREDICTED;
	else if (!strcmp(action, rst_action_name(RST_RESET_RECEIVED)))
		e->action = RST_RESET_RECEIVED;
	else
		return false;
	return true;
}

static void take_record(struct log_store *l, json_object *record,
			struct log_event *e)
{
	e->ts_ns = parse_time(get_text(record, "@timestamp"));
	e->local = parse_address(record, "network.local.address",
				 "network.local.port");
	e->peer = parse_address(record, "network.peer.address",
				"network.peer.port");
	take_verdict(record, e);
	take_values(l, record, e);
	take_stack(l, record, e);
	e->opened_at = keep_frame(l, record, "rstwatch.opened_at");
	e->linger_set_at = keep_frame(l, record, "rstwatch.linger_set_at");
}

int log_parse(struct log_store *l, const char *line, size_t len,
	      struct log_event *e)
{
	json_object *record;
	int result = -1;

	*e = (struct log_event){.fd = -1};
	json_tokener_reset(l->tokener);
	record = json_tokener_parse_ex(l->tokener, line, (int)len);
	if (json_tokener_get_parse_end(l->tokener) == len &&
	    json_object_is_type(record, json_type_object))
		result = take_action(record, e);
	if (result > 0)
		take_record(l, record, e);
	json_object_put(record);
	return result;
}
