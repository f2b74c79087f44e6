/* SPDX-License-Identifier: MIT */
/* capture.c - reads packets from capture files of every kind, one by one. */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcapng.h"
#include "savefile.h"
#include "unpack.h"

_Static_assert((int)CAPTURE_ERROR_MAX == (int)STREAM_ERROR_MAX,
	       "one reason fits the other");

/* One of savefile and pcapng is open. */
struct capture {
	struct stream *stream;
	struct savefile *savefile;
	struct pcapng *pcapng;
};

_Bool capture_is_capture(const uint8_t *head, size_t len)
{
	return savefile_is_savefile(head, len) || pcapng_is_pcapng(head, len) ||
	       (len >= UNPACK_MAGIC_LEN && unpack_is_packed(head));
}

/* Opens the reader that the first bytes ask for. */
static int open_reader(struct capture *c, char why[CAPTURE_ERROR_MAX])
{
	uint8_t head[STREAM_PEEK_MAX];
	size_t len = stream_peek(c->stream, head, sizeof(head));

	why[0] = 0;
	if (savefile_is_savefile(head, len)) {
		c->savefile = savefile_open(c->stream, why);
		return c->savefile ? 0 : -1;
	}
	if (pcapng_is_pcapng(head, len)) {
		c->pcapng = pcapng_open(c->stream);
		if (c->pcapng)
			return 0;
		snprintf(why, CAPTURE_ERROR_MAX, "%s: %s",
			 stream_name(c->stream), strerror(ENOMEM));
		return -1;
	}
	if (stream_error(c->stream)[0])
		snprintf(why, CAPTURE_ERROR_MAX, "%s", stream_error(c->stream));
	else
		snprintf(why, CAPTURE_ERROR_MAX,
			 "%s: byte 0%s: neither pcap nor pcapng",
			 stream_name(c->stream), stream_unit(c->stream));
	return -1;
}

struct capture *capture_open_stream(struct stream *s,
				    char why[CAPTURE_ERROR_MAX])
{
	struct capture *c = calloc(1, sizeof(*c));

	if (!c) {
		snprintf(why, CAPTURE_ERROR_MAX, "%s: %s", stream_name(s),
			 strerror(ENOMEM));
		stream_close(s);
		return NULL;
	}
	c->stream = s;
	if (open_reader(c, why)) {
		capture_close(c);
		return NULL;
	}
	return c;
}

struct capture *capture_open(const char *path, char why[CAPTURE_ERROR_MAX])
{
	struct stream *s = stream_open(path, why);

	return s ? capture_open_stream(s, why) : NULL;
}

static int next_of_pcapng(struct pcapng *n, struct packet *p)
{
	struct pcapng_block b;
	int rc;

	do {
		rc = pcapng_next(n, &b);
		if (rc != 1)
			return rc;
		rc = pcapng_packet(n, &b, p);
	} while (rc == 0);
	return rc;
}

int capture_next(struct capture *c, struct packet *p)
{
	return c->savefile ? savefile_next(c->savefile, p)
			   : next_of_pcapng(c->pcapng, p);
}

const char *capture_error(const struct capture *c)
{
	return c->savefile ? savefile_error(c->savefile)
			   : pcapng_error(c->pcapng);
}

void capture_progress(const struct capture *c, uint64_t *done, uint64_t *total)
{
	stream_progress(c->stream, done, total);
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	savefile_close(c->savefile);
	pcapng_close(c->pcapng);
	stream_close(c->stream);
	free(c);
}
