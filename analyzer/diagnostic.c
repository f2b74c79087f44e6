/* SPDX-License-Identifier: MIT */
/* diagnostic.c - what a reset's payload says of its reason. */
#include "diagnostic.h"

/*
 * Two forms are in use. The later is 8 bytes: 0x33aa, a code of 16 bits, a
 * vendor (private enterprise number) of 32. The earlier is CBOR (RFC 8949): a
 * map of code (key 1), vendor (2) and text (3), alone, behind a number that the
 * RFC was to have, or in an array with that. Nothing else is taken for one.
 */
enum { MAGIC_0 = 0x33, MAGIC_1 = 0xaa, COMPACT_LEN = 8 };

enum cbor_type {
	CBOR_UNSIGNED = 0,
	CBOR_TEXT = 3,
	CBOR_ARRAY = 4,
	CBOR_MAP = 5
};

struct cbor {
	const uint8_t *at;
	size_t left;	/* of what was kept */
	size_t missing; /* what came behind that */
};

/* The head of the next item: its type, and *value. -1 at the end. */
static int cbor_head(struct cbor *c, uint64_t *value)
{
	static const uint8_t sizes[] = {1, 2, 4, 8};
	unsigned first, size;

	if (!c->left)
		return -1;
	first = *c->at++;
	c->left--;
	*value = first & 31;
	if (*value < 24)
		return (int)(first >> 5);
	if (*value > 27)
		return -1;
	size = sizes[*value - 24];
	if (c->left < size)
		return -1;
	*value = 0;
	for (unsigned i = 0; i < size; i++)
		*value = *value << 8 | *c->at++;
	c->left -= size;
	return (int)(first >> 5);
}

/* A text may go on behind what was kept, but not behind the payload. */
static bool read_text(struct cbor *c, uint64_t len, struct diagnostic *d)
{
	if (len > c->left + c->missing)
		return false;
	d->text = c->at;
	d->text_len = len < c->left ? (size_t)len : c->left;
	c->missing -= (size_t)len - d->text_len;
	c->at += d->text_len;
	c->left -= d->text_len;
	return true;
}

static bool read_pair(struct cbor *c, struct diagnostic *d)
{
	uint64_t key, value;
	int type;

	if (cbor_head(c, &key) != CBOR_UNSIGNED)
		return false;
	type = cbor_head(c, &value);
	if (key == 3)
		return type == CBOR_TEXT && !d->text && read_text(c, value, d);
	if (type != CBOR_UNSIGNED)
		return false;
	if (key == 1) {
		d->has_code = true;
		d->code = value;
	} else if (key == 2) {
		d->vendor = value;
	}
	return key == 1 || key == 2;
}

static bool read_cbor(struct cbor *c, struct diagnostic *d)
{
	uint64_t value;
	int type = cbor_head(c, &value);

	if (type == CBOR_ARRAY && value == 2)
		type = cbor_head(c, &value);
	if (type == CBOR_UNSIGNED)
		type = cbor_head(c, &value);
	if (type != CBOR_MAP || !value || value > 3)
		return false;
	for (; value; value--)
		if (!read_pair(c, d))
			return false;
	return !c->left && !c->missing && (d->has_code || d->text);
}

static bool read_compact(const uint8_t *p, size_t len, struct diagnostic *d)
{
	if (len != COMPACT_LEN || p[0] != MAGIC_0 || p[1] != MAGIC_1)
		return false;
	d->has_code = true;
	d->code = (uint64_t)p[2] << 8 | p[3];
	d->vendor = (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
		    (uint64_t)p[6] << 8 | p[7];
	return d->code != 0;
}

bool diagnostic_read(const uint8_t *payload, size_t kept, size_t len,
		     struct diagnostic *d)
{
	struct cbor c = {.at = payload, .left = kept};

	*d = (struct diagnostic){0};
	if (len < kept)
		return false;
	if (kept == len && read_compact(payload, len, d))
		return true;
	*d = (struct diagnostic){0};
	c.missing = len - kept;
	return read_cbor(&c, d);
}

/* The draft's first list of "TCP Failure Causes". */
static const char *const reasons[] = {
	[1] = "illegal option length",
	[2] = "desynchronized state",
	[3] = "new data received after the close",
	[4] = "abort",
	[5] = "unexpected ACK for a connection that is not synchronized",
	[6] = "unexpected SYN in the window",
	[7] = "unexpected security compartment",
	[8] = "malformed message",
	[9] = "not authorized",
	[10] = "resource exceeded",
	[11] = "network failure",
	[12] = "reset received from the peer",
	[13] = "destination unreachable",
	[14] = "connection timeout",
	[15] = "too much outstanding data",
	[16] = "unacceptable performance",
	[17] = "middlebox interference",
};

void diagnostic_write(struct rst_text *t, const struct diagnostic *d)
{
	if (!d->has_code) {
		rst_text_char(t, '"');
		rst_text_plain(t, (const char *)d->text, d->text_len,
			       d->text_len);
		rst_text_char(t, '"');
		return;
	}
	if (!d->vendor && d->code &&
	    d->code < sizeof(reasons) / sizeof(*reasons)) {
		rst_text_str(t, reasons[d->code]);
		rst_text_char(t, ' ');
	}
	rst_text_str(t, "(code ");
	rst_text_u64(t, d->code);
	if (d->vendor) {
		rst_text_str(t, " of vendor ");
		rst_text_u64(t, d->vendor);
	}
	rst_text_char(t, ')');
}
