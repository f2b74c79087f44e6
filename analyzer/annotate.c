/* SPDX-License-Identifier: MIT */
/* annotate.c - copies a capture and adds comments that Wireshark shows. */
#include "annotate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "stream.h"

_Static_assert((int)ANNOTATE_ERROR_MAX == (int)CAPTURE_ERROR_MAX &&
		       (int)ANNOTATE_ERROR_MAX == (int)STREAM_ERROR_MAX &&
		       (int)ANNOTATE_ERROR_MAX == (int)OUTFILE_ERROR_MAX,
	       "one reason fits the other");

enum { SECTION_LEN_AT = 16 };

/* One run of annotate(). */
struct copy {
	struct stream *in;
	struct pcapng_writer to;
	const struct annotation *next;
	const struct annotation *end;
	uint64_t section_len; /* as the input says it; UINT64_MAX: not said */
	uint64_t section_len_at; /* where the output has it */
	uint64_t grown;		 /* bytes that comments added to the section */
	char *why;
};

/* The comments of a frame, NULL where it has none. */
static const struct pcapng_comments *take(struct copy *c, uint64_t frame)
{
	while (c->next < c->end && c->next->frame < frame)
		c->next++;
	if (c->next < c->end && c->next->frame == frame)
		return &c->next->comments;
	return NULL;
}

/* A section that said how long it is has to say so anew. */
static void end_section(struct copy *c)
{
	uint64_t len = c->section_len + c->grown;

	if (c->section_len == UINT64_MAX || !c->grown)
		return;
	if (c->to.is_swapped)
		len = __builtin_bswap64(len);
	outfile_patch(c->to.out, c->section_len_at, &len, sizeof(len));
}

static void begin_section(struct copy *c, const struct pcapng_block *b)
{
	end_section(c);
	c->to.is_swapped = b->is_swapped;
	c->section_len = pcapng_u64(b, SECTION_LEN_AT);
	c->section_len_at = outfile_len(c->to.out) + SECTION_LEN_AT;
	c->grown = 0;
}

/* A packet block that is to have comments: 0, -1 where it is damaged. */
static int copy_commented(struct copy *c, struct pcapng *n,
			  const struct pcapng_block *b,
			  const struct pcapng_comments *comments)
{
	uint64_t before = outfile_len(c->to.out);
	struct packet p;
	int rc = pcapng_packet(n, b, &p);

	if (rc < 0)
		return -1;
	if (rc == 0)
		outfile_write(c->to.out, b->bytes, b->len);
	else if (b->type == PCAPNG_SIMPLE)
		pcapng_write_packet(&c->to, 0, 0, &p, comments);
	else
		pcapng_write_commented(&c->to, b, p.caplen, comments);
	c->grown += outfile_len(c->to.out) - before - b->len;
	return 0;
}

static enum annotate_result copy_blocks(struct copy *c, struct pcapng *n)
{
	struct pcapng_block b;
	int rc;

	c->section_len = UINT64_MAX;
	while ((rc = pcapng_next(n, &b)) == 1) {
		const struct pcapng_comments *comments =
			b.frame ? take(c, b.frame) : NULL;

		if (b.type == PCAPNG_SECTION)
			begin_section(c, &b);
		if (!comments)
			outfile_write(c->to.out, b.bytes, b.len);
		else if (copy_commented(c, n, &b, comments))
			break;
	}
	end_section(c);
	if (rc == 0)
		return ANNOTATE_DONE;
	snprintf(c->why, ANNOTATE_ERROR_MAX, "%s", pcapng_error(n));
	return outfile_len(c->to.out) ? ANNOTATE_CUT : ANNOTATE_FAILED;
}

static enum annotate_result copy_pcapng(struct copy *c)
{
	struct pcapng *n = pcapng_open(c->in);
	enum annotate_result result;

	if (!n) {
		snprintf(c->why, ANNOTATE_ERROR_MAX, "%s: %s",
			 stream_name(c->in), strerror(ENOMEM));
		return ANNOTATE_FAILED;
	}
	result = copy_blocks(c, n);
	pcapng_close(n);
	return result;
}

static enum annotate_result copy_packets(struct copy *c, struct savefile *f)
{
	const struct savefile_header *h = savefile_header(f);
	struct packet p;
	int rc;

	if (h->linktype > UINT16_MAX) {
		snprintf(c->why, ANNOTATE_ERROR_MAX,
			 "%s: pcapng has no room for link type %u",
			 stream_name(c->in), h->linktype);
		return ANNOTATE_FAILED;
	}
	pcapng_write_section(&c->to);
	pcapng_write_interface(&c->to, h);
	while ((rc = savefile_next(f, &p)) == 1)
		pcapng_write_packet(&c->to, 0,
				    p.ts_ns / (h->is_nanosecond ? 1 : 1000), &p,
				    take(c, p.frame));
	if (rc == 0)
		return ANNOTATE_DONE;
	snprintf(c->why, ANNOTATE_ERROR_MAX, "%s", savefile_error(f));
	return ANNOTATE_CUT;
}

static enum annotate_result copy_savefile(struct copy *c)
{
	struct savefile *f = savefile_open(c->in, c->why);
	enum annotate_result result;

	if (!f)
		return ANNOTATE_FAILED;
	result = copy_packets(c, f);
	savefile_close(f);
	return result;
}

static enum annotate_result copy_capture(struct copy *c)
{
	uint8_t head[STREAM_PEEK_MAX];
	size_t len = stream_peek(c->in, head, sizeof(head));

	if (savefile_is_savefile(head, len))
		return copy_savefile(c);
	if (pcapng_is_pcapng(head, len))
		return copy_pcapng(c);
	snprintf(c->why, ANNOTATE_ERROR_MAX, "%s: neither pcap nor pcapng",
		 stream_name(c->in));
	return ANNOTATE_FAILED;
}

/* Writes the copy of an input that is open. */
static enum annotate_result copy_to(struct copy *c, const char *output)
{
	enum annotate_result result;

	c->to.out = outfile_open(output, c->why);
	if (!c->to.out)
		return ANNOTATE_FAILED;
	result = copy_capture(c);
	if (result == ANNOTATE_FAILED)
		outfile_abandon(c->to.out);
	else if (outfile_commit(c->to.out, c->why))
		result = ANNOTATE_FAILED;
	return result;
}

/* What can't be done is found out before anything is written. */
static int check(const char *input, const struct annotation *annotations,
		 size_t count, char *why)
{
	struct stat st;

	if (!strcmp(input, "-") ||
	    (stat(input, &st) == 0 && !S_ISREG(st.st_mode))) {
		snprintf(why, ANNOTATE_ERROR_MAX,
			 "%s: only a regular file can be read a second time "
			 "to annotate it",
			 input);
		return -1;
	}
	for (size_t i = 0; i < count * PCAPNG_COMMENTS; i++) {
		const struct annotation *a = &annotations[i / PCAPNG_COMMENTS];
		const char *text = a->comments.text[i % PCAPNG_COMMENTS];

		if (!text || strlen(text) <= PCAPNG_COMMENT_MAX)
			continue;
		snprintf(why, ANNOTATE_ERROR_MAX,
			 "%s: a comment of %zu bytes on frame %llu, pcapng "
			 "has room for %d",
			 input, strlen(text), (unsigned long long)a->frame,
			 PCAPNG_COMMENT_MAX);
		return -1;
	}
	return 0;
}

enum annotate_result annotate(const char *input, const char *output,
			      const struct annotation *annotations,
			      size_t count, char why[ANNOTATE_ERROR_MAX])
{
	struct copy c = {
		.next = annotations,
		.end = annotations + count,
		.why = why,
	};
	enum annotate_result result;

	if (check(input, annotations, count, why))
		return ANNOTATE_FAILED;
	c.in = stream_open(input, why);
	if (!c.in)
		return ANNOTATE_FAILED;
	result = copy_to(&c, output);
	stream_close(c.in);
	return result;
}
