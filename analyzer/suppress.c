/* SPDX-License-Identifier: MIT */
/* suppress.c - resets that are known and meant, named in a file. */
#include "suppress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* What an entry can say: a pattern each, NULL where it doesn't. */
#define KEYS(X) \
	X(CAUSE, "cause") \
	X(PROGRAM, "program") \
	X(CALL, "call") \
	X(FUNCTION, "function") \
	X(ADDRESS, "address") \
	X(PORT, "port")

enum key {
#define X(e, name) KEY_##e,
	KEYS(X)
#undef X
		KEY_COUNT
};

struct entry {
	char *name;
	char *value[KEY_COUNT];
	unsigned line; /* where it begins */
	uint64_t taken;
};

struct suppressions {
	char *path;
	struct entry *entries;
	size_t count;
};

/* Where the reading is, and what to say if it fails. */
struct reading {
	struct suppressions *s;
	unsigned line;
	bool is_inside;
	char *why;
};

static int refuse(const struct reading *r, const char *expected)
{
	snprintf(r->why, SUPPRESS_ERROR_MAX, "%s:%u: expected %s", r->s->path,
		 r->line, expected);
	return -1;
}

static int entry_begin(struct reading *r)
{
	struct suppressions *s = r->s;
	struct entry *more =
		realloc(s->entries, (s->count + 1) * sizeof(*s->entries));

	if (!more)
		return refuse(r, "more memory");
	s->entries = more;
	s->entries[s->count++] = (struct entry){.line = r->line};
	r->is_inside = true;
	return 0;
}

static bool is_address(const char *text)
{
	char ip[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "/");
	uint8_t bytes[16];
	int bits;

	if (len >= sizeof(ip))
		return false;
	memcpy(ip, text, len);
	ip[len] = '\0';
	bits = inet_pton(AF_INET, ip, bytes) == 1    ? 32
	       : inet_pton(AF_INET6, ip, bytes) == 1 ? 128
						     : -1;
	if (bits < 0 || !text[len])
		return bits > 0;
	return text[len + 1] &&
	       strspn(text + len + 1, "0123456789") == strlen(text + len + 1) &&
	       atoi(text + len + 1) <= bits;
}

static bool is_port(const char *text)
{
	return *text && strlen(text) <= 5 &&
	       strspn(text, "0123456789") == strlen(text) &&
	       atoi(text) <= 65535;
}

static int value_take(struct reading *r, enum key key, const char *value)
{
	struct entry *e = &r->s->entries[r->s->count - 1];

	if (key == KEY_CAUSE && !rst_cause_find(value, strlen(value)))
		return refuse(r, "a cause; rstwatch explain lists them");
	if (key == KEY_ADDRESS && !is_address(value))
		return refuse(r, "an address, or address/prefix length");
	if (key == KEY_PORT && !is_port(value))
		return refuse(r, "a port");
	free(e->value[key]);
	e->value[key] = strdup(value);
	return e->value[key] ? 0 : refuse(r, "more memory");
}

/* A line within braces: the name first, then "key: value". */
static int inside(struct reading *r, char *line)
{
	static const char *const names[] = {
#define X(e, name) [KEY_##e] = name,
		KEYS(X)
#undef X
	};
	struct entry *e = &r->s->entries[r->s->count - 1];
	size_t len = strcspn(line, ":");

	if (strcmp(line, "}") == 0) {
		r->is_inside = false;
		return e->name ? 0 : refuse(r, "a name in the entry");
	}
	if (!e->name) {
		e->name = strdup(line);
		return e->name ? 0 : refuse(r, "more memory");
	}
	for (int k = 0; k < KEY_COUNT; k++)
		if (line[len] && strlen(names[k]) == len &&
		    memcmp(line, names[k], len) == 0) {
			line += len + 1;
			return value_take(r, (enum key)k,
					  line + strspn(line, " \t"));
		}
	return refuse(r, "cause:, program:, call:, function:, address:, "
			 "port: or }");
}

/* One line without the blanks around it; empty ones and # lines are nothing. */
static int line_take(struct reading *r, char *line)
{
	size_t len;

	line += strspn(line, " \t");
	len = strlen(line);
	while (len && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	if (!len || *line == '#')
		return 0;
	if (r->is_inside)
		return inside(r, line);
	return strcmp(line, "{") == 0 ? entry_begin(r) : refuse(r, "{");
}

static int read_all(struct reading *r, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	while (!result && getline(&line, &size, f) > 0) {
		r->line++;
		result = line_take(r, line);
	}
	free(line);
	if (!result && r->is_inside)
		result = refuse(r, "} before the end of the file");
	return result;
}

struct suppressions *suppressions_read(const char *path,
				       char why[SUPPRESS_ERROR_MAX])
{
	struct reading r = {.s = calloc(1, sizeof(*r.s)), .why = why};
	FILE *f = fopen(path, "re");
	int result = -1;

	if (!f)
		snprintf(why, SUPPRESS_ERROR_MAX, "%s: %s", path,
			 strerror(errno));
	if (r.s)
		r.s->path = strdup(path);
	if (f && r.s && r.s->path)
		result = read_all(&r, f);
	if (f)
		fclose(f);
	if (!result)
		return r.s;
	suppressions_free(r.s);
	return NULL;
}

void suppressions_free(struct suppressions *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->entries[i].name);
		for (int k = 0; k < KEY_COUNT; k++)
			free(s->entries[i].value[k]);
	}
	free(s->entries);
	free(s->path);
	free(s);
}

static bool is_like(const char *pattern, const char *text)
{
	return text && fnmatch(pattern, text, 0) == 0;
}

static bool is_within(const char *range, const struct rst_addr *a)
{
	uint8_t base[16] = {0};
	char ip[INET6_ADDRSTRLEN];
	size_t len = strcspn(range, "/");
	int family = memchr(range, ':', len) ? 6 : 4;
	int bits = range[len] ? atoi(range + len + 1)
			      : (family == 4 ? 32 : 128);

	memcpy(ip, range, len);
	ip[len] = '\0';
	inet_pton(family == 4 ? AF_INET : AF_INET6, ip, base);
	if (a->family != family || memcmp(a->ip, base, (size_t)bits / 8) != 0)
		return false;
	return bits % 8 == 0 ||
	       ((a->ip[bits / 8] ^ base[bits / 8]) >> (8 - bits % 8)) == 0;
}

static bool has_function(const char *pattern, const struct finding *f,
			 struct places *places)
{
	struct place stack[PLACES_MAX];
	size_t n = f->event ? places_of_stack(places, f->event, stack) : 0;

	for (size_t i = 0; i < n; i++)
		if (is_like(pattern, stack[i].function))
			return true;
	return false;
}

static bool holds(enum key key, const char *value, const struct finding *f,
		  struct places *places)
{
	const struct log_event *e = f->event ? f->event : f->received;

	switch (key) {
	case KEY_CAUSE: return strcmp(value, rst_cause_slug(f->cause)) == 0;
	case KEY_PROGRAM: return e && is_like(value, e->process);
	case KEY_CALL: return e && is_like(value, e->call);
	case KEY_FUNCTION: return has_function(value, f, places);
	case KEY_ADDRESS:
		return is_within(value, &f->source) ||
		       is_within(value, &f->destination);
	case KEY_PORT:
		return f->source.port == atoi(value) ||
		       f->destination.port == atoi(value);
	case KEY_COUNT: break;
	}
	return false;
}

static bool takes(const struct entry *e, const struct finding *f,
		  struct places *places)
{
	for (int k = 0; k < KEY_COUNT; k++)
		if (e->value[k] && !holds((enum key)k, e->value[k], f, places))
			return false;
	return true;
}

void suppressions_apply(struct suppressions *s, struct report *r,
			struct places *places)
{
	size_t n = 0;

	for (size_t i = 0; i < r->finding_count; i++) {
		struct entry *taker = NULL;

		for (size_t k = 0; k < s->count && !taker; k++)
			if (takes(&s->entries[k], &r->findings[i], places))
				taker = &s->entries[k];
		if (taker)
			taker->taken++;
		else
			r->findings[n++] = r->findings[i];
	}
	r->finding_count = n;
}

static void name_tell(const struct entry *e, FILE *out)
{
	char buf[256];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	rst_text_plain(&t, e->name, strlen(e->name), 80);
	fwrite(buf, 1, t.len, out);
}

void suppressions_tell(const struct suppressions *s, FILE *out)
{
	uint64_t taken = 0;

	for (size_t i = 0; i < s->count; i++)
		taken += s->entries[i].taken;
	if (taken)
		fprintf(out, "rstwatch: %llu %s left out, suppressed by %s\n",
			(unsigned long long)taken,
			taken == 1 ? "reset" : "resets", s->path);
	for (size_t i = 0; i < s->count; i++) {
		if (s->entries[i].taken)
			continue;
		fprintf(out, "rstwatch: %s:%u: unused suppression \"", s->path,
			s->entries[i].line);
		name_tell(&s->entries[i], out);
		fputs("\"\n", out);
	}
}

int suppress(struct suppressions *s, struct report *r)
{
	struct places *places = places_new();

	if (!places)
		return -1;
	suppressions_apply(s, r, places);
	suppressions_tell(s, stderr);
	places_free(places);
	return 0;
}

int suppress_by_file(const char *path, struct report *r, const char *command)
{
	char why[SUPPRESS_ERROR_MAX] = "out of memory";
	struct suppressions *s = suppressions_read(path, why);
	int result = s ? suppress(s, r) : -1;

	if (result)
		fprintf(stderr, "rstwatch %s: %s\n", command, why);
	suppressions_free(s);
	return result;
}
