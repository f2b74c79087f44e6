/* SPDX-License-Identifier: MIT */
/* unpack.c - gzip and zstd behind one face; no I/O of its own. */
#include "unpack.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

enum {
	GZIP_MAGIC = 0x1f8b,	      /* RFC 1952 2.3.1, big endian */
	ZSTD_SKIPPABLE = 0x184d2a50,  /* RFC 8878 3.1.2, low nibble free */
	GZIP_WINDOW = 16 + MAX_WBITS, /* zlib: a gzip header is expected */
};

struct unpacker {
	_Bool is_gzip;
	_Bool is_inside;  /* a member has begun and not ended */
	_Bool is_trailer; /* behind the last gzip member */
	_Bool has_member;
	z_stream z;
	ZSTD_DStream *zstd;
	const char *why;
};

static _Bool is_gzip(const uint8_t magic[UNPACK_MAGIC_LEN])
{
	return (magic[0] << 8 | magic[1]) == GZIP_MAGIC &&
	       magic[2] == Z_DEFLATED;
}

static _Bool is_zstd(const uint8_t magic[UNPACK_MAGIC_LEN])
{
	uint32_t word = magic[0] | magic[1] << 8 | magic[2] << 16 |
			(uint32_t)magic[3] << 24;

	return word == ZSTD_MAGICNUMBER || (word & ~0xfU) == ZSTD_SKIPPABLE;
}

_Bool unpack_is_packed(const uint8_t magic[UNPACK_MAGIC_LEN])
{
	return is_gzip(magic) || is_zstd(magic);
}

struct unpacker *unpacker_new(const uint8_t magic[UNPACK_MAGIC_LEN])
{
	struct unpacker *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->is_gzip = is_gzip(magic);
	if (u->is_gzip ? inflateInit2(&u->z, GZIP_WINDOW) == Z_OK
		       : (u->zstd = ZSTD_createDStream()) != NULL)
		return u;
	free(u);
	return NULL;
}

void unpacker_free(struct unpacker *u)
{
	if (!u)
		return;
	if (u->is_gzip)
		inflateEnd(&u->z);
	ZSTD_freeDStream(u->zstd);
	free(u);
}

const char *unpacker_error(const struct unpacker *u)
{
	return u->why ? u->why : "";
}

/*
 * Whether another gzip member begins at io->in. What follows the last one and
 * is none (padding of tapes and block devices) is dropped, as gzip(1) does.
 */
static _Bool begin_member(struct unpacker *u, struct unpack_io *io)
{
	if (u->has_member && io->in[0] != GZIP_MAGIC >> 8)
		u->is_trailer = 1;
	if (u->is_trailer) {
		io->taken = io->in_len;
		return 0;
	}
	inflateReset(&u->z);
	u->is_inside = 1;
	u->has_member = 1;
	return 1;
}

static enum unpack_result unpack_gzip(struct unpacker *u, struct unpack_io *io)
{
	int rc;

	if (!u->is_inside && !begin_member(u, io))
		return UNPACK_BETWEEN;
	u->z.next_in = (uint8_t *)io->in;
	u->z.avail_in = (uInt)io->in_len;
	u->z.next_out = io->out;
	u->z.avail_out = (uInt)io->out_len;
	rc = inflate(&u->z, Z_NO_FLUSH);
	io->taken = io->in_len - u->z.avail_in;
	io->made = io->out_len - u->z.avail_out;
	if (rc == Z_STREAM_END)
		u->is_inside = 0;
	else if (rc != Z_OK && rc != Z_BUF_ERROR) {
		u->why = u->z.msg ? u->z.msg : zError(rc);
		return UNPACK_DAMAGED;
	}
	return u->is_inside ? UNPACK_INSIDE : UNPACK_BETWEEN;
}

static enum unpack_result unpack_zstd(struct unpacker *u, struct unpack_io *io)
{
	ZSTD_inBuffer in = {io->in, io->in_len, 0};
	ZSTD_outBuffer out = {io->out, io->out_len, 0};
	size_t rc = ZSTD_decompressStream(u->zstd, &out, &in);

	io->taken = in.pos;
	io->made = out.pos;
	if (ZSTD_isError(rc)) {
		u->why = ZSTD_getErrorName(rc);
		return UNPACK_DAMAGED;
	}
	return rc ? UNPACK_INSIDE : UNPACK_BETWEEN;
}

enum unpack_result unpack(struct unpacker *u, struct unpack_io *io)
{
	io->taken = 0;
	io->made = 0;
	return u->is_gzip ? unpack_gzip(u, io) : unpack_zstd(u, io);
}
