/* SPDX-License-Identifier: MIT */
/* pcapng.c - walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng). */
#include "pcapng.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "pcapng_interface.h"

/*
 * No length of the file is believed: a block is taken only once all its bytes
 * are here, the buffer grows with the bytes that came and not with what a
 * length promises, and what a block says of its inside is held against its
 * size. libpcap isn't used because it refuses a file whose interfaces differ
 * in link type or snap length, as `dumpcap -i any -i lo` writes it.
 */
enum {
	INTERFACES_MAX = 65536, /* of one section; each costs 48 bytes */
	BLOCK_MIN = 12,
	VERSION = 1,
};

struct pcapng {
	struct intake in; /* at the next block */
	uint64_t frames;
	_Bool is_swapped;
	_Bool has_section;
	struct pcapng_interface *interfaces; /* of this section */
	size_t interface_count;
	size_t interface_cap;
	size_t interface_base; /* how many the sections before had */
	char why[CAPTURE_ERROR_MAX];
};

__attribute__((format(printf, 3, 4))) static int
fail(struct pcapng *n, uint64_t offset, const char *format, ...)
{
	va_list args;
	int len;

	len = snprintf(n->why, sizeof(n->why),
		       "%s: byte %llu%s: ", stream_name(n->in.stream),
		       (unsigned long long)offset, stream_unit(n->in.stream));
	if (len < 0 || (size_t)len >= sizeof(n->why))
		return -1;
	va_start(args, format);
	vsnprintf(n->why + len, sizeof(n->why) - (size_t)len, format, args);
	va_end(args);
	return -1;
}

static uint32_t get32(const uint8_t *at, _Bool is_swapped)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return is_swapped ? __builtin_bswap32(v) : v;
}

uint32_t pcapng_u32(const struct pcapng_block *b, size_t at)
{
	return get32(b->bytes + at, b->is_swapped);
}

uint64_t pcapng_u64(const struct pcapng_block *b, size_t at)
{
	uint64_t v;

	memcpy(&v, b->bytes + at, sizeof(v));
	return b->is_swapped ? __builtin_bswap64(v) : v;
}

uint16_t pcapng_u16(const struct pcapng_block *b, size_t at)
{
	uint16_t v;

	memcpy(&v, b->bytes + at, sizeof(v));
	return b->is_swapped ? __builtin_bswap16(v) : v;
}

_Bool pcapng_is_pcapng(const uint8_t *head, size_t len)
{
	if (len < BLOCK_MIN || get32(head, 0) != PCAPNG_SECTION)
		return 0;
	return get32(head + 8, 0) == PCAPNG_ORDER_MAGIC ||
	       get32(head + 8, 1) == PCAPNG_ORDER_MAGIC;
}

/* Waits for len bytes: 1, 0 where the stream ends before, -1. */
static int want(struct pcapng *n, size_t len)
{
	int rc = intake_want(&n->in, len);

	if (rc >= 0)
		return rc;
	if (!stream_error(n->in.stream)[0])
		return fail(n, n->in.offset, "%s", strerror(ENOMEM));
	snprintf(n->why, sizeof(n->why), "%s", stream_error(n->in.stream));
	return -1;
}

struct pcapng *pcapng_open(struct stream *s)
{
	struct pcapng *n = calloc(1, sizeof(*n));

	if (n)
		n->in.stream = s;
	return n;
}

const char *pcapng_error(const struct pcapng *n)
{
	return n->why;
}

void pcapng_close(struct pcapng *n)
{
	if (!n)
		return;
	free(n->interfaces);
	free(n->in.buf);
	free(n);
}

/* The smallest block of each type that is looked into. */
static uint32_t least_len(uint32_t type)
{
	switch (type) {
	case PCAPNG_SECTION: return 28;
	case PCAPNG_INTERFACE: return 20;
	case PCAPNG_SIMPLE: return 16;
	case PCAPNG_ENHANCED:
	case PCAPNG_PACKET: return 32;
	default: return BLOCK_MIN;
	}
}

/* A section begins: its byte order, and no interfaces as yet. */
static int begin_section(struct pcapng *n, const uint8_t *bytes)
{
	if (get32(bytes + 8, 0) == PCAPNG_ORDER_MAGIC)
		n->is_swapped = 0;
	else if (get32(bytes + 8, 1) == PCAPNG_ORDER_MAGIC)
		n->is_swapped = 1;
	else
		return fail(n, n->in.offset + 8,
			    "no byte-order magic in a section header block");
	n->has_section = 1;
	n->interface_base += n->interface_count;
	n->interface_count = 0;
	return 0;
}

/* The head of the block at pos, of which BLOCK_MIN bytes are here. */
static int read_head(struct pcapng *n, struct pcapng_block *b)
{
	const uint8_t *bytes = intake_bytes(&n->in);

	b->type = get32(bytes, n->is_swapped);
	/* The type of a section header reads the same in both orders. */
	if (b->type == PCAPNG_SECTION && begin_section(n, bytes))
		return -1;
	if (!n->has_section)
		return fail(n, n->in.offset,
			    "no section header block, not a pcapng file");
	b->len = get32(bytes + 4, n->is_swapped);
	if (b->len % 4 || b->len < least_len(b->type) ||
	    b->len > PCAPNG_BLOCK_MAX)
		return fail(n, n->in.offset,
			    "length %u of a block of type 0x%x, expected a "
			    "multiple of 4 from %u to %u",
			    b->len, b->type, least_len(b->type),
			    PCAPNG_BLOCK_MAX);
	return 0;
}

static int add_interface(struct pcapng *n, const struct pcapng_block *b)
{
	struct pcapng_interface *i;

	if (n->interface_count == INTERFACES_MAX)
		return fail(n, b->offset,
			    "more than %d interfaces in one section",
			    INTERFACES_MAX);
	if (n->interface_count == n->interface_cap) {
		size_t cap = n->interface_cap ? n->interface_cap * 2 : 8;

		i = realloc(n->interfaces, cap * sizeof(*i));
		if (!i)
			return fail(n, b->offset, "%s", strerror(ENOMEM));
		n->interfaces = i;
		n->interface_cap = cap;
	}
	i = &n->interfaces[n->interface_count++];
	if (pcapng_interface(b, i))
		return fail(n, b->offset,
			    "an interface description block "
			    "that an option doesn't fit in");
	return 0;
}

/*
 * Whether Wireshark shows a block of this type as a frame: packets, and those
 * of other programs that it has a dissector for (wiretap/pcapng.c).
 */
static _Bool is_frame(uint32_t type)
{
	switch (type) {
	case PCAPNG_PACKET:
	case PCAPNG_SIMPLE:
	case PCAPNG_ENHANCED:
	case 9:	    /* systemd journal export */
	case 0x204: /* sysdig event, version 1 */
	case 0x216: /* version 2 */
	case 0x221: /* version 2, large */
	case 0xbad: /* custom, to be copied */
	case 0x40000bad: /* custom, not to be copied */ return 1;
	default: return 0;
	}
}

/* All of the block at pos: 1, or -1. */
static int read_block(struct pcapng *n, struct pcapng_block *b)
{
	int rc;

	if (read_head(n, b))
		return -1;
	rc = want(n, b->len);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return fail(n, n->in.offset,
			    "the file is cut: %zu of a block's %u bytes",
			    intake_len(&n->in), b->len);
	b->bytes = intake_bytes(&n->in);
	b->is_swapped = n->is_swapped;
	b->offset = n->in.offset;
	if (pcapng_u32(b, b->len - 4) != b->len)
		return fail(n, n->in.offset + b->len - 4,
			    "a block of %u bytes ends with the length %u",
			    b->len, pcapng_u32(b, b->len - 4));
	if (b->type == PCAPNG_SECTION && pcapng_u16(b, 12) != VERSION)
		return fail(n, n->in.offset + 12,
			    "version %u.%u of pcapng, expected %d.x",
			    pcapng_u16(b, 12), pcapng_u16(b, 14), VERSION);
	return 1;
}

int pcapng_next(struct pcapng *n, struct pcapng_block *b)
{
	int rc;

	if (n->why[0])
		return -1;
	rc = want(n, BLOCK_MIN);
	if (rc < 0 || (rc == 0 && !intake_len(&n->in)))
		return rc;
	if (rc == 0)
		return fail(n, n->in.offset,
			    "the file is cut: %zu bytes of a block, at least "
			    "%d expected",
			    intake_len(&n->in), BLOCK_MIN);
	if (read_block(n, b) < 0)
		return -1;
	if (b->type == PCAPNG_INTERFACE && add_interface(n, b))
		return -1;
	b->frame = is_frame(b->type) ? ++n->frames : 0;
	intake_take(&n->in, b->len);
	return 1;
}

/* The interface of a packet, NULL where the section has none of that number. */
static const struct pcapng_interface *
find_interface(struct pcapng *n, const struct pcapng_block *b, uint32_t number)
{
	if (number < n->interface_count)
		return &n->interfaces[number];
	fail(n, b->offset, "a packet of interface %u, the section has %zu",
	     number, n->interface_count);
	return NULL;
}

/* Enhanced and obsolete packet blocks differ in the first two words alone. */
static int read_packet(struct pcapng *n, const struct pcapng_block *b,
		       uint32_t number, struct packet *p)
{
	const struct pcapng_interface *i = find_interface(n, b, number);
	uint32_t room = b->len - PCAPNG_PACKET_DATA - 4;

	if (!i)
		return -1;
	p->caplen = pcapng_u32(b, 20);
	p->len = pcapng_u32(b, 24);
	if (p->caplen > room)
		return fail(n, b->offset + 20,
			    "a packet of %u bytes in a block that has room "
			    "for %u",
			    p->caplen, room);
	p->ts_ns = pcapng_time(&i->clock, (uint64_t)pcapng_u32(b, 12) << 32 |
						  pcapng_u32(b, 16));
	p->data = b->bytes + PCAPNG_PACKET_DATA;
	p->linktype = i->linktype;
	p->interface = (uint32_t)(n->interface_base + number);
	return 1;
}

/*
 * A simple packet block has no captured length: it is the shortest of the
 * wire length, the snap length and what the block holds.
 */
static int read_simple(struct pcapng *n, const struct pcapng_block *b,
		       struct packet *p)
{
	const struct pcapng_interface *i = find_interface(n, b, 0);

	if (!i)
		return -1;
	p->len = pcapng_u32(b, 8);
	p->caplen = b->len - PCAPNG_SIMPLE_DATA - 4;
	if (p->caplen > p->len)
		p->caplen = p->len;
	if (i->snaplen && p->caplen > i->snaplen)
		p->caplen = i->snaplen;
	p->ts_ns = 0;
	p->data = b->bytes + PCAPNG_SIMPLE_DATA;
	p->linktype = i->linktype;
	p->interface = (uint32_t)n->interface_base;
	return 1;
}

int pcapng_packet(struct pcapng *n, const struct pcapng_block *b,
		  struct packet *p)
{
	p->frame = b->frame;
	switch (b->type) {
	case PCAPNG_ENHANCED: return read_packet(n, b, pcapng_u32(b, 8), p);
	case PCAPNG_PACKET: return read_packet(n, b, pcapng_u16(b, 8), p);
	case PCAPNG_SIMPLE: return read_simple(n, b, p);
	default: return 0;
	}
}
