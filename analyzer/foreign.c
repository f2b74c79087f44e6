/* SPDX-License-Identifier: MIT */
/* foreign.c - files that other programs read, and how to make them readable. */
#include "foreign.h"

#include <string.h>

#define UNPACK(what, with) \
	what "; unpack it first: " with " FILE | rstwatch analyze -"
#define CONVERT(what) \
	what "; convert it first: editcap -F pcapng FILE OUT.pcapng"

static const struct {
	const char *magic;
	size_t len;
	const char *advice;
} kinds[] = {
#define KIND(magic, advice) \
	{ \
		magic, sizeof(magic) - 1, advice \
	}
	KIND("\xfd"
	     "7zXZ",
	     UNPACK("an xz file", "xz -dc")),
	KIND("BZh", UNPACK("a bzip2 file", "bzip2 -dc")),
	KIND("\x04\x22\x4d\x18", UNPACK("an lz4 file", "lz4 -dc")),
	KIND("PK\x03\x04", UNPACK("a zip archive", "unzip -p")),
	KIND("\x1f\x8b", UNPACK("gzip within gzip", "gzip -dc")),
	KIND("snoop\0\0\0", CONVERT("a capture of snoop")),
	KIND("GMBU", CONVERT("a capture of Microsoft Network Monitor")),
	KIND("RTSS", CONVERT("a capture of Microsoft Network Monitor")),
	KIND("TRSNIFF data", CONVERT("a capture of NetXray or Sniffer")),
	KIND("XCP\0", CONVERT("a capture of NetXray or Sniffer")),
	KIND("\xaa\xaa\xaa\xaa", CONVERT("a capture of 5View")),
};

const char *foreign_advice(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (len >= kinds[i].len &&
		    !memcmp(head, kinds[i].magic, kinds[i].len))
			return kinds[i].advice;
	return NULL;
}
