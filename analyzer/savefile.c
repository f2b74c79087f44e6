/* SPDX-License-Identifier: MIT */
/* savefile.c - reads classic pcap files through libpcap. */
#include "savefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

enum {
	MAGIC_MICRO = 0xa1b2c3d4,
	MAGIC_NANO = 0xa1b23c4d,
	MAGIC_KUZNETZOV = 0xa1b2cd34, /* longer packet headers, 1990s Linux */
};

/* The header's last word, besides the link type (tcpdump.org, pcap(5)). */
enum {
	LINKTYPE_BITS = 0x03ffffff,
	HAS_FCS = 0x04000000,
	FCS_SHIFT = 28, /* its length in 16-bit words */
	LINKTYPE_RAW = 101,
	DLT_RAW_BSDOS = 12,
	DLT_RAW_OPENBSD = 14,
};

struct savefile {
	struct stream *stream;
	FILE *file; /* belongs to pcap once that is open */
	pcap_t *pcap;
	struct savefile_header header;
	uint64_t frame;
	char why[CAPTURE_ERROR_MAX];
};

static _Bool is_magic(uint32_t word)
{
	return word == MAGIC_MICRO || word == MAGIC_NANO ||
	       word == MAGIC_KUZNETZOV;
}

static uint32_t word_at(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

_Bool savefile_is_savefile(const uint8_t *head, size_t len)
{
	return len >= 4 && (is_magic(word_at(head)) ||
			    is_magic(__builtin_bswap32(word_at(head))));
}

uint32_t linktype_of(uint32_t stored)
{
	if (stored == DLT_RAW_BSDOS || stored == DLT_RAW_OPENBSD)
		return LINKTYPE_RAW;
	return stored;
}

static void read_header(struct savefile_header *h,
			const uint8_t bytes[SAVEFILE_HEADER_LEN])
{
	uint32_t magic = word_at(bytes);
	uint32_t snaplen = word_at(bytes + 16);
	uint32_t network = word_at(bytes + 20);

	if (!is_magic(magic)) {
		magic = __builtin_bswap32(magic);
		snaplen = __builtin_bswap32(snaplen);
		network = __builtin_bswap32(network);
	}
	h->is_nanosecond = magic == MAGIC_NANO;
	h->snaplen = snaplen;
	h->linktype = linktype_of(network & LINKTYPE_BITS);
	if (network & HAS_FCS)
		h->fcs_bytes = (network >> FCS_SHIFT) * 2;
}

/* The sentence for what libpcap, or the stream below it, complains of. */
static int fail(struct savefile *f, const char *what)
{
	if (stream_error(f->stream)[0])
		snprintf(f->why, sizeof(f->why), "%s", stream_error(f->stream));
	else
		snprintf(f->why, sizeof(f->why),
			 "%s: byte %lld%s, frame %llu: %s",
			 stream_name(f->stream), (long long)ftello(f->file),
			 stream_unit(f->stream),
			 (unsigned long long)f->frame + 1, what);
	return -1;
}

static int open_pcap(struct savefile *f)
{
	uint8_t head[SAVEFILE_HEADER_LEN];
	char what[PCAP_ERRBUF_SIZE] = "";

	if (stream_peek(f->stream, head, sizeof(head)) == sizeof(head))
		read_header(&f->header, head);
	f->file = stream_file(f->stream);
	if (!f->file)
		return fail(f, strerror(errno));
	/* One thread reads it: stdio's lock would be a third of the time. */
	__fsetlocking(f->file, FSETLOCKING_BYCALLER);
	f->pcap = pcap_fopen_offline_with_tstamp_precision(
		f->file, PCAP_TSTAMP_PRECISION_NANO, what);
	return f->pcap ? 0 : fail(f, what);
}

struct savefile *savefile_open(struct stream *s, char why[CAPTURE_ERROR_MAX])
{
	struct savefile *f = calloc(1, sizeof(*f));

	if (!f) {
		snprintf(why, CAPTURE_ERROR_MAX, "%s: %s", stream_name(s),
			 strerror(ENOMEM));
		return NULL;
	}
	f->stream = s;
	if (open_pcap(f)) {
		memcpy(why, f->why, sizeof(f->why));
		savefile_close(f);
		return NULL;
	}
	return f;
}

const struct savefile_header *savefile_header(const struct savefile *f)
{
	return &f->header;
}

int savefile_next(struct savefile *f, struct packet *p)
{
	struct pcap_pkthdr *header;
	int rc;

	if (f->why[0])
		return -1;
	rc = pcap_next_ex(f->pcap, &header, &p->data);
	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1)
		return fail(f, pcap_geterr(f->pcap));
	p->caplen = header->caplen;
	p->len = header->len;
	p->linktype = f->header.linktype;
	p->interface = 0;
	/* The file's seconds are unsigned; libpcap takes them for signed. */
	p->ts_ns = (uint32_t)header->ts.tv_sec * 1000000000ULL +
		   (uint64_t)header->ts.tv_usec;
	p->frame = ++f->frame;
	return 1;
}

const char *savefile_error(const struct savefile *f)
{
	return f->why;
}

void savefile_close(struct savefile *f)
{
	if (!f)
		return;
	if (f->pcap)
		pcap_close(f->pcap);
	else if (f->file)
		fclose(f->file);
	free(f);
}
