/* SPDX-License-Identifier: MIT */
/* pcapng_writer.c - writes blocks of pcapng and the options inside them. */
#include "pcapng_writer.h"

#include <string.h>

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_TSRESOL = 9,
	OPTION_FCSLEN = 13,
	OPTION_HEAD = 4,
	NANOSECONDS = 9, /* 10^-9 s */
	SECTION_LEN = 28,
	INTERFACE_LEN = 20,
};

static void put16(struct pcapng_writer *w, uint16_t v)
{
	if (w->is_swapped)
		v = __builtin_bswap16(v);
	outfile_write(w->out, &v, sizeof(v));
}

static void put32(struct pcapng_writer *w, uint32_t v)
{
	if (w->is_swapped)
		v = __builtin_bswap32(v);
	outfile_write(w->out, &v, sizeof(v));
}

static uint32_t padded(size_t len)
{
	return (uint32_t)((len + 3) & ~(size_t)3);
}

/* Bytes, and what brings them to a multiple of 4. */
static void put_padded(struct pcapng_writer *w, const void *bytes, size_t len)
{
	static const uint8_t zeros[3];

	outfile_write(w->out, bytes, len);
	outfile_write(w->out, zeros, padded(len) - len);
}

static void put_option(struct pcapng_writer *w, uint16_t code,
		       const void *value, size_t len)
{
	put16(w, code);
	put16(w, (uint16_t)len);
	put_padded(w, value, len);
}

static uint32_t comments_len(const struct pcapng_comments *c)
{
	uint32_t len = 0;

	for (size_t i = 0; i < PCAPNG_COMMENTS; i++)
		if (c->text[i])
			len += OPTION_HEAD + padded(strlen(c->text[i]));
	return len;
}

static void put_comments(struct pcapng_writer *w,
			 const struct pcapng_comments *c)
{
	for (size_t i = 0; i < PCAPNG_COMMENTS; i++)
		if (c->text[i])
			put_option(w, OPTION_COMMENT, c->text[i],
				   strlen(c->text[i]));
}

void pcapng_write_section(struct pcapng_writer *w)
{
	w->is_swapped = 0;
	put32(w, PCAPNG_SECTION);
	put32(w, SECTION_LEN);
	put32(w, PCAPNG_ORDER_MAGIC);
	put16(w, 1); /* version 1.0 */
	put16(w, 0);
	put32(w, UINT32_MAX);
	put32(w, UINT32_MAX);
	put32(w, SECTION_LEN);
}

void pcapng_write_interface(struct pcapng_writer *w,
			    const struct savefile_header *h)
{
	uint8_t resolution = NANOSECONDS;
	uint8_t fcs_bytes = (uint8_t)h->fcs_bytes;
	uint32_t options = (h->is_nanosecond ? 8 : 0) + (fcs_bytes ? 8 : 0);
	uint32_t len = INTERFACE_LEN + options + (options ? OPTION_HEAD : 0);

	put32(w, PCAPNG_INTERFACE);
	put32(w, len);
	put16(w, (uint16_t)h->linktype);
	put16(w, 0);
	put32(w, h->snaplen);
	if (h->is_nanosecond)
		put_option(w, OPTION_TSRESOL, &resolution, 1);
	if (fcs_bytes)
		put_option(w, OPTION_FCSLEN, &fcs_bytes, 1);
	if (options)
		put_option(w, OPTION_END, "", 0);
	put32(w, len);
}

void pcapng_write_packet(struct pcapng_writer *w, uint32_t interface,
			 uint64_t ticks, const struct packet *p,
			 const struct pcapng_comments *comments)
{
	uint32_t options = comments ? comments_len(comments) + OPTION_HEAD : 0;
	uint32_t len = PCAPNG_PACKET_DATA + padded(p->caplen) + options + 4;

	put32(w, PCAPNG_ENHANCED);
	put32(w, len);
	put32(w, interface);
	put32(w, (uint32_t)(ticks >> 32));
	put32(w, (uint32_t)ticks);
	put32(w, p->caplen);
	put32(w, p->len);
	put_padded(w, p->data, p->caplen);
	if (comments) {
		put_comments(w, comments);
		put_option(w, OPTION_END, "", 0);
	}
	put32(w, len);
}

void pcapng_write_commented(struct pcapng_writer *w,
			    const struct pcapng_block *b, uint32_t caplen,
			    const struct pcapng_comments *comments)
{
	uint32_t options_at = PCAPNG_PACKET_DATA + padded(caplen);
	uint32_t options_len = b->len - 4 - options_at;
	uint32_t len = b->len + comments_len(comments);

	if (!options_len)
		len += OPTION_HEAD;
	outfile_write(w->out, b->bytes, 4);
	put32(w, len);
	outfile_write(w->out, b->bytes + 8, options_at - 8);
	put_comments(w, comments);
	if (options_len)
		outfile_write(w->out, b->bytes + options_at, options_len);
	else
		put_option(w, OPTION_END, "", 0);
	put32(w, len);
}
