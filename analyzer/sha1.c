/* SPDX-License-Identifier: MIT */
/* sha1.c - SHA-1 of a few bytes; RFC 3174 section 6.1. */
#include <string.h>

#include "sha1.h"

static uint32_t rotate(uint32_t n, int bits)
{
	return n << bits | n >> (32 - bits);
}

static uint32_t mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

/* The block of 64 bytes as 16 words: the input, a bit, zeros, its length. */
static void schedule(const uint8_t *p, size_t n, uint32_t words[80])
{
	uint8_t block[64] = {0};

	memcpy(block, p, n);
	block[n] = 0x80;
	block[62] = (uint8_t)(n * 8 >> 8);
	block[63] = (uint8_t)(n * 8);
	for (int i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] << 24 |
			   (uint32_t)block[4 * i + 1] << 16 |
			   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 80; i++)
		words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^
					  words[i - 16],
				  1);
}

void sha1_block(const uint8_t *p, size_t n, uint8_t digest[SHA1_LEN])
{
	static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe,
					    0x10325476, 0xc3d2e1f0};
	uint32_t h[5], words[80];

	memcpy(h, initial, sizeof(h));
	schedule(p, n, words);
	for (int t = 0; t < 80; t++) {
		uint32_t next = rotate(h[0], 5) + mix(t, h[1], h[2], h[3]) +
				h[4] + words[t];

		h[4] = h[3];
		h[3] = h[2];
		h[2] = rotate(h[1], 30);
		h[1] = h[0];
		h[0] = next;
	}
	for (int i = 0; i < SHA1_LEN; i++) {
		uint32_t word = h[i / 4] + initial[i / 4];

		digest[i] = (uint8_t)(word >> (24 - i % 4 * 8));
	}
}
