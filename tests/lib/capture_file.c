/* SPDX-License-Identifier: MIT */
/* capture_file.c - builds pcap and pcapng files in memory, good and bad. */
#include "capture_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

static void must(_Bool is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "capture_file: %s failed\n", what);
	abort();
}

void file_bytes(struct capture_file *f, const void *bytes, size_t len)
{
	must(len <= sizeof(f->bytes) - f->len, "room");
	if (len)
		memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
}

void file_u16(struct capture_file *f, uint16_t v)
{
	v = f->is_swapped ? __builtin_bswap16(v) : v;
	file_bytes(f, &v, sizeof(v));
}

void file_u32(struct capture_file *f, uint32_t v)
{
	v = f->is_swapped ? __builtin_bswap32(v) : v;
	file_bytes(f, &v, sizeof(v));
}

void file_u64(struct capture_file *f, uint64_t v)
{
	v = f->is_swapped ? __builtin_bswap64(v) : v;
	file_bytes(f, &v, sizeof(v));
}

void file_pcap_header(struct capture_file *f, uint32_t magic, uint32_t snaplen,
		      uint32_t network)
{
	file_u32(f, magic);
	file_u16(f, 2);
	file_u16(f, 4);
	file_u64(f, 0);
	file_u32(f, snaplen);
	file_u32(f, network);
}

void file_pcap_packet(struct capture_file *f, uint32_t s, uint32_t fraction,
		      const void *data, uint32_t caplen, uint32_t len)
{
	file_u32(f, s);
	file_u32(f, fraction);
	file_u32(f, caplen);
	file_u32(f, len);
	file_bytes(f, data, caplen);
}

/* Blocks and options end at a multiple of 4, as they begin at one. */
static void pad(struct capture_file *f)
{
	while ((f->len - f->block) % 4)
		file_bytes(f, "", 1);
}

void file_block_begin(struct capture_file *f, uint32_t type)
{
	f->block = f->len;
	file_u32(f, type);
	file_u32(f, 0);
}

void file_block_end(struct capture_file *f)
{
	size_t end;

	pad(f);
	end = f->len + 4;
	file_u32(f, (uint32_t)(end - f->block));
	f->len = f->block + 4;
	file_u32(f, (uint32_t)(end - f->block));
	f->len = end;
}

void file_option(struct capture_file *f, uint16_t code, const void *value,
		 uint16_t len)
{
	pad(f);
	file_u16(f, code);
	file_u16(f, len);
	file_bytes(f, value, len);
}

void file_section(struct capture_file *f)
{
	file_block_begin(f, 0x0a0d0d0a);
	file_u32(f, 0x1a2b3c4d);
	file_u16(f, 1);
	file_u16(f, 0);
	file_u64(f, UINT64_MAX);
	file_block_end(f);
}

void file_interface(struct capture_file *f, uint16_t linktype, uint32_t snaplen)
{
	file_block_begin(f, 1);
	file_u16(f, linktype);
	file_u16(f, 0);
	file_u32(f, snaplen);
	file_block_end(f);
}

void file_enhanced(struct capture_file *f, uint32_t interface, uint64_t ticks,
		   const void *data, uint32_t caplen, uint32_t len)
{
	file_block_begin(f, 6);
	file_u32(f, interface);
	file_u32(f, (uint32_t)(ticks >> 32));
	file_u32(f, (uint32_t)ticks);
	file_u32(f, caplen);
	file_u32(f, len);
	file_bytes(f, data, caplen);
	file_block_end(f);
}

void file_savefile(struct capture_file *f)
{
	file_pcap_header(f, MICRO, SNAPLEN, ETHERNET);
	file_pcap_packet(f, NOON, 1, "one", 3, 3);
	file_pcap_packet(f, NOON, 2, "three", 5, 5);
	file_pcap_packet(f, NOON, 3, "", 0, 9);
}

void file_mixed_section(struct capture_file *f)
{
	file_section(f);
	file_interface(f, ETHERNET, 0);
	file_interface(f, SLL, 96);
	file_enhanced(f, 0, NOON * 1000000ULL, "ether", 5, 60);
	file_block_begin(f, 0x77777777);
	file_bytes(f, "a block that nobody knows", 25);
	file_block_end(f);
	file_enhanced(f, 1, NOON * 1000000ULL + 1, "cooked", 6, 6);
	file_block_begin(f, 2); /* the obsolete packet block */
	file_u16(f, 1);
	file_u16(f, 3); /* drops */
	file_u32(f, (uint32_t)(NOON * 1000000ULL >> 32));
	file_u32(f, (uint32_t)(NOON * 1000000ULL));
	file_u32(f, 3);
	file_u32(f, 4);
	file_bytes(f, "old", 3);
	file_block_end(f);
}

void file_gzip(struct capture_file *out, const struct capture_file *in)
{
	z_stream z = {
		.next_in = (uint8_t *)in->bytes,
		.avail_in = (uInt)in->len,
		.next_out = out->bytes + out->len,
		.avail_out = (uInt)(sizeof(out->bytes) - out->len),
	};

	must(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8,
			  Z_DEFAULT_STRATEGY) == Z_OK,
	     "deflateInit2");
	must(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate");
	out->len += z.total_out;
	deflateEnd(&z);
}

void file_zstd(struct capture_file *out, const struct capture_file *in)
{
	size_t len = ZSTD_compress(out->bytes + out->len,
				   sizeof(out->bytes) - out->len, in->bytes,
				   in->len, 3);

	must(!ZSTD_isError(len), "ZSTD_compress");
	out->len += len;
}

int file_open(const struct capture_file *f, size_t len,
	      char path[CAPTURE_FILE_PATH_MAX])
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	must(fd >= 0, "memfd_create");
	must(write(fd, f->bytes, len) == (ssize_t)len, "write");
	snprintf(path, CAPTURE_FILE_PATH_MAX, "/proc/self/fd/%d", fd);
	return fd;
}
