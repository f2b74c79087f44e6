/* SPDX-License-Identifier: MIT */
/* text.c - builds text in a caller's buffer, without malloc or stdio. */
#include <string.h>

#include "rstwatch/text.h"

struct rst_text rst_text_on(char *buf, size_t cap)
{
	return (struct rst_text){.buf = buf, .cap = cap};
}

void rst_text_bytes(struct rst_text *t, const char *s, size_t len)
{
	if (len > t->cap - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->buf + t->len, s, len);
	t->len += len;
}

void rst_text_char(struct rst_text *t, char c)
{
	if (t->len < t->cap)
		t->buf[t->len++] = c;
	else
		t->cut = true;
}

enum { U64_DIGITS = 20 };

void rst_text_padded(struct rst_text *t, uint64_t n, unsigned width)
{
	static const char pairs[] = "0001020304050607080910111213141516171819"
				    "2021222324252627282930313233343536373839"
				    "4041424344454647484950515253545556575859"
				    "6061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	char digits[2 * U64_DIGITS] = {0};
	unsigned at = U64_DIGITS;

	for (; n >= 10; n /= 100) {
		digits[--at] = pairs[n % 100 * 2 + 1];
		digits[--at] = pairs[n % 100 * 2];
	}
	if (n || at == U64_DIGITS)
		digits[--at] = (char)('0' + n);
	while (at && U64_DIGITS - at < width)
		digits[--at] = '0';
	if (t->cap - t->len < U64_DIGITS) {
		rst_text_bytes(t, digits + at, U64_DIGITS - at);
		return;
	}
	/* So many in any case: no call is needed for that. */
	__builtin_memcpy(t->buf + t->len, digits + at, U64_DIGITS);
	t->len += U64_DIGITS - at;
}

/* A byte of an address, a length of nothing: most numbers have one digit. */
void rst_text_u64(struct rst_text *t, uint64_t n)
{
	if (n < 10)
		rst_text_char(t, (char)('0' + n));
	else
		rst_text_padded(t, n, 1);
}

/*
 * An append of several parts: part_begin() remembers where it starts,
 * part_end() takes all of it back if any part did not fit.
 */
struct part {
	size_t start;
	bool was_cut;
};

static struct part part_begin(struct rst_text *t)
{
	struct part p = {t->len, t->cut};

	t->cut = false;
	return p;
}

static void part_end(struct rst_text *t, struct part p)
{
	if (t->cut)
		t->len = p.start;
	t->cut |= p.was_cut;
}

void rst_text_i64(struct rst_text *t, int64_t n)
{
	struct part p = part_begin(t);

	if (n < 0)
		rst_text_char(t, '-');
	rst_text_u64(t, n < 0 ? -(uint64_t)n : (uint64_t)n);
	part_end(t, p);
}

void rst_text_hex(struct rst_text *t, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *at = t->buf + t->len;

	if (n > (t->cap - t->len) / 2) {
		t->cut = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	t->len += 2 * n;
}

static void append_ipv4(struct rst_text *t, const uint8_t ip[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			rst_text_char(t, '.');
		rst_text_u64(t, ip[i]);
	}
}

static void append_hex_word(struct rst_text *t, unsigned word)
{
	int shift = 12;

	while (shift && !(word >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		rst_text_char(t, "0123456789abcdef"[word >> shift & 15]);
}

/* The first of the longest runs of zero words; *len 0 where none has two. */
static int longest_zero_run(const unsigned words[8], int *len)
{
	int best = 0;

	*len = 0;
	for (int i = 0; i < 8; i++) {
		int end = i;

		while (end < 8 && !words[end])
			end++;
		if (end - i > 1 && end - i > *len) {
			best = i;
			*len = end - i;
		}
	}
	return best;
}

/* RFC 5952; the deprecated ::a.b.c.d is dotted, as inet_ntop() has it. */
static void append_ipv6(struct rst_text *t, const uint8_t ip[16])
{
	unsigned words[8];
	int len, run;

	for (int i = 0; i < 8; i++)
		words[i] = (unsigned)ip[2 * i] << 8 | ip[2 * i + 1];
	run = longest_zero_run(words, &len);
	if (run == 0 && len == 6) {
		rst_text_str(t, "::");
		append_ipv4(t, ip + 12);
		return;
	}
	for (int i = 0; i < 8; i++) {
		if (len && i == run) {
			rst_text_str(t, "::");
			i += len - 1;
			continue;
		}
		if (i && !(len && i == run + len))
			rst_text_char(t, ':');
		append_hex_word(t, words[i]);
	}
}

void rst_text_ip(struct rst_text *t, const struct rst_addr *a)
{
	struct part p = part_begin(t);

	if (a->family == 4)
		append_ipv4(t, a->ip);
	else if (a->family == 6)
		append_ipv6(t, a->ip);
	else
		rst_text_char(t, '?');
	part_end(t, p);
}

void rst_text_endpoint(struct rst_text *t, const struct rst_addr *a)
{
	struct part p = part_begin(t);

	if (a->family == 6)
		rst_text_char(t, '[');
	rst_text_ip(t, a);
	if (a->family == 6)
		rst_text_char(t, ']');
	if (a->family) {
		rst_text_char(t, ':');
		rst_text_u64(t, a->port);
	}
	part_end(t, p);
}

/*
 * Reads one character of s: its length in bytes, and its code point in *c, or
 * -1 there (and length 1) where s is not valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF).
 */
static size_t utf8_next(const uint8_t *s, size_t len, int32_t *c)
{
	static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80	       ? 1
		   : s[0] >> 5 == 0x06 ? 2
		   : s[0] >> 4 == 0x0e ? 3
		   : s[0] >> 3 == 0x1e ? 4
				       : 0;

	*c = -1;
	if (!n || n > len)
		return 1;
	int32_t point = n == 1 ? s[0] : s[0] & (0x7f >> n);

	for (size_t i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return 1;
		point = point << 6 | (s[i] & 0x3f);
	}
	if (point < least[n] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 1;
	*c = point;
	return n;
}

/*
 * Characters that act on a terminal or change the order of what is read, and
 * the -1 of invalid UTF-8.
 */
static bool is_acting(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* A byte of each: no control character, quote, backslash, DEL or above. */
static bool are_ordinary(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101, high = ones << 7;
	uint64_t quotes = x ^ ones * '"', backslashes = x ^ ones * '\\';

	return !((x | (x + ones) | (x - ones * ' ') | (quotes - ones) |
		  (backslashes - ones)) &
		 high);
}

/* How many bytes s begins with that mean themselves everywhere: most do. */
static size_t ordinary(const char *s, size_t len)
{
	size_t n = 0;
	uint64_t eight;

	for (; len - n >= sizeof(eight); n += sizeof(eight)) {
		__builtin_memcpy(&eight, s + n, sizeof(eight));
		if (!are_ordinary(eight))
			break;
	}
	/* The rest once more with what is before it, if there is as much. */
	if (n && len - n < sizeof(eight)) {
		__builtin_memcpy(&eight, s + len - sizeof(eight),
				 sizeof(eight));
		if (are_ordinary(eight))
			return len;
	}
	while (n < len && s[n] >= ' ' && s[n] < 0x7f && s[n] != '"' &&
	       s[n] != '\\')
		n++;
	return n;
}

static void append_json_escape(struct rst_text *t, int32_t c)
{
	rst_text_str(t, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		rst_text_char(t, "0123456789abcdef"[c >> shift & 15]);
}

void rst_text_json(struct rst_text *t, const char *s, size_t len, size_t max)
{
	struct part p = part_begin(t);
	size_t end = len < max ? len : max, n;
	int32_t c;

	for (size_t i = 0; i < end; i += n) {
		n = ordinary(s + i, end - i);
		if (n) {
			rst_text_bytes(t, s + i, n);
			continue;
		}
		n = utf8_next((const uint8_t *)s + i, len - i, &c);
		if (i + n > end)
			break;
		if (c < 0)
			rst_text_str(t, "\xef\xbf\xbd");
		else if (is_acting(c))
			append_json_escape(t, c);
		else if (c == '"' || c == '\\')
			rst_text_bytes(t, c == '"' ? "\\\"" : "\\\\", 2);
		else
			rst_text_bytes(t, s + i, n);
	}
	part_end(t, p);
}

void rst_text_plain(struct rst_text *t, const char *s, size_t len, size_t max)
{
	struct part p = part_begin(t);
	size_t end = len < max ? len : max, n;
	int32_t c;

	for (size_t i = 0; i < end; i += n) {
		n = ordinary(s + i, end - i);
		if (n) {
			rst_text_bytes(t, s + i, n);
			continue;
		}
		n = utf8_next((const uint8_t *)s + i, len - i, &c);
		if (i + n > end)
			break;
		if (!is_acting(c)) {
			rst_text_bytes(t, s + i, n);
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			rst_text_str(t, "\\x");
			rst_text_hex(t, (const uint8_t *)s + i + k, 1);
		}
	}
	part_end(t, p);
}

/* Days since 1970-01-01 to a date; the era is 400 years from 0000-03-01. */
static void date_of(uint64_t days, uint64_t *year, unsigned *month,
		    unsigned *day)
{
	uint64_t z = days + 719468;
	unsigned doe = (unsigned)(z % 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + z / 146097 * 400 + (*month <= 2);
}

__attribute__((cold)) void rst_text_time(struct rst_text *t,
					 uint64_t realtime_ns)
{
	struct part p = part_begin(t);
	uint64_t s = realtime_ns / 1000000000;
	uint64_t year;
	unsigned month, day;

	date_of(s / 86400, &year, &month, &day);
	rst_text_padded(t, year, 4);
	rst_text_char(t, '-');
	rst_text_padded(t, month, 2);
	rst_text_char(t, '-');
	rst_text_padded(t, day, 2);
	rst_text_char(t, 'T');
	rst_text_padded(t, s / 3600 % 24, 2);
	rst_text_char(t, ':');
	rst_text_padded(t, s / 60 % 60, 2);
	rst_text_char(t, ':');
	rst_text_padded(t, s % 60, 2);
	rst_text_char(t, '.');
	rst_text_padded(t, realtime_ns % 1000000000, 9);
	rst_text_char(t, 'Z');
	part_end(t, p);
}

__attribute__((cold)) void rst_text_duration(struct rst_text *t, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {{1000000000, " s"}, {1000000, " ms"}, {1000, " us"}};
	struct part p = part_begin(t);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ns < units[i].ns)
			continue;
		rst_text_u64(t, ns / units[i].ns);
		if (ns < 10 * units[i].ns) {
			rst_text_char(t, '.');
			rst_text_u64(t, ns * 10 / units[i].ns % 10);
		}
		rst_text_str(t, units[i].name);
		part_end(t, p);
		return;
	}
	rst_text_u64(t, ns);
	rst_text_str(t, " ns");
	part_end(t, p);
}
