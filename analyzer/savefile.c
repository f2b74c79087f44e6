/* SPDX-License-Identifier: MIT */
/* savefile.c - reads classic pcap files. */
#include "savefile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "intake.h"

/*
 * A file as libpcap writes it, version 2.4 in this machine's byte order, is
 * read here: out of one buffer, where the way through libpcap, stdio and two
 * copies was a quarter of all the time. What is older, of another machine or
 * strange goes that way still, and both tell the same.
 */
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

/* Older versions have the two lengths of a packet the other way round. */
enum {
	VERSION_MAJOR = 2,
	VERSION_MINOR = 4,
	CAPLEN_MAX = 262144, /* MAXIMUM_SNAPLEN of libpcap */
	RECORD_HEADER = 16,
};

struct savefile {
	struct stream *stream;
	struct intake in; /* at the next record, if read here */
	uint64_t unit_ns; /* of the times in it; 0 if libpcap reads it */
	FILE *file;	  /* belongs to pcap once that is open */
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

/* The sentence for what is wrong at a byte, or with the stream below. */
__attribute__((format(printf, 3, 4))) static int
fail(struct savefile *f, uint64_t at, const char *format, ...)
{
	char what[PCAP_ERRBUF_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (stream_error(f->stream)[0])
		snprintf(f->why, sizeof(f->why), "%s", stream_error(f->stream));
	else
		snprintf(f->why, sizeof(f->why),
			 "%s: byte %llu%s, frame %llu: %s",
			 stream_name(f->stream), (unsigned long long)at,
			 stream_unit(f->stream),
			 (unsigned long long)f->frame + 1, what);
	return -1;
}

static int fail_of_pcap(struct savefile *f, const char *what)
{
	return fail(f, f->file ? (uint64_t)ftello(f->file) : 0, "%s", what);
}

static int open_pcap(struct savefile *f)
{
	char what[PCAP_ERRBUF_SIZE] = "";

	f->file = stream_file(f->stream);
	if (!f->file)
		return fail_of_pcap(f, strerror(errno));
	/* One thread reads it: stdio's lock would be a third of the time. */
	__fsetlocking(f->file, FSETLOCKING_BYCALLER);
	f->pcap = pcap_fopen_offline_with_tstamp_precision(
		f->file, PCAP_TSTAMP_PRECISION_NANO, what);
	return f->pcap ? 0 : fail_of_pcap(f, what);
}

static _Bool is_plain(const uint8_t bytes[SAVEFILE_HEADER_LEN])
{
	uint32_t magic = word_at(bytes);
	uint32_t snaplen = word_at(bytes + 16);
	uint16_t version[2];

	memcpy(version, bytes + 4, sizeof(version));
	return (magic == MAGIC_MICRO || magic == MAGIC_NANO) &&
	       version[0] == VERSION_MAJOR && version[1] == VERSION_MINOR &&
	       snaplen && snaplen <= CAPLEN_MAX;
}

static int open_file(struct savefile *f)
{
	uint8_t head[SAVEFILE_HEADER_LEN];

	if (stream_peek(f->stream, head, sizeof(head)) < sizeof(head))
		return open_pcap(f);
	read_header(&f->header, head);
	if (!is_plain(head))
		return open_pcap(f);
	f->unit_ns = f->header.is_nanosecond ? 1 : 1000;
	f->in.stream = f->stream;
	if (intake_want(&f->in, sizeof(head)) < 0)
		return fail(f, 0, "%s", strerror(ENOMEM));
	intake_take(&f->in, sizeof(head));
	return 0;
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
	if (open_file(f)) {
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

/* Less than len bytes of a record are there: 0 at the end, or -1. */
static int cut(struct savefile *f, int rc, const char *what, size_t len)
{
	uint64_t end = f->in.offset + intake_len(&f->in);

	if (rc < 0)
		return fail(f, end, "%s", strerror(ENOMEM));
	return fail(f, end,
		    "truncated dump file; tried to read %zu %s bytes, only "
		    "got %zu",
		    len, what, intake_len(&f->in));
}

/*
 * The data of a packet, of which all that lies beyond the file's snap length
 * is left out, as libpcap does.
 */
static int take_data(struct savefile *f, uint32_t caplen, struct packet *p)
{
	uint32_t most = f->header.snaplen;
	int rc;

	if (caplen > CAPLEN_MAX)
		return fail(f, f->in.offset,
			    "invalid packet capture length %u, bigger than "
			    "snaplen of %u",
			    caplen, most);
	rc = intake_want(&f->in, caplen);
	if (rc != 1)
		return cut(f, rc, "captured",
			   intake_len(&f->in) < most && most < caplen ? most
								      : caplen);
	p->data = intake_bytes(&f->in);
	p->caplen = caplen < most ? caplen : most;
	intake_take(&f->in, caplen);
	return 1;
}

static int next_plain(struct savefile *f, struct packet *p)
{
	uint32_t header[RECORD_HEADER / 4];
	int rc = intake_want(&f->in, RECORD_HEADER);

	if (rc == 0 && !intake_len(&f->in))
		return 0;
	if (rc != 1)
		return cut(f, rc, "header", RECORD_HEADER);
	memcpy(header, intake_bytes(&f->in), sizeof(header));
	intake_take(&f->in, sizeof(header));
	p->ts_ns = header[0] * 1000000000ULL + header[1] * f->unit_ns;
	p->len = header[3];
	return take_data(f, header[2], p);
}

static int next_of_pcap(struct savefile *f, struct packet *p)
{
	struct pcap_pkthdr *header;
	int rc = pcap_next_ex(f->pcap, &header, &p->data);

	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1)
		return fail_of_pcap(f, pcap_geterr(f->pcap));
	p->caplen = header->caplen;
	p->len = header->len;
	/* The file's seconds are unsigned; libpcap takes them for signed. */
	p->ts_ns = (uint32_t)header->ts.tv_sec * 1000000000ULL +
		   (uint64_t)header->ts.tv_usec;
	return 1;
}

int savefile_next(struct savefile *f, struct packet *p)
{
	int rc;

	if (f->why[0])
		return -1;
	rc = f->unit_ns ? next_plain(f, p) : next_of_pcap(f, p);
	if (rc != 1)
		return rc;
	p->linktype = f->header.linktype;
	p->interface = 0;
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
	free(f->in.buf);
	free(f);
}
