/* SPDX-License-Identifier: MIT */
/* community_id.c - the flow's name that Zeek, Suricata and Wireshark share. */
#include <string.h>

#include "community_id.h"
#include "sha1.h"

enum { SEED_LEN = 2, PROTO_TCP = 6 };

/* The lower address, then the lower port, comes first. */
static bool is_ordered(const struct rst_addr *a, const struct rst_addr *b)
{
	int order = memcmp(a->ip, b->ip, sizeof(a->ip));

	return order < 0 || (!order && a->port < b->port);
}

static void write_base64(struct rst_text *t, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				     "mnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = (uint32_t)p[i] << 16;

		bits |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
		bits |= i + 2 < n ? p[i + 2] : 0;
		rst_text_char(t, digits[bits >> 18]);
		rst_text_char(t, digits[bits >> 12 & 63]);
		rst_text_char(t, i + 1 < n ? digits[bits >> 6 & 63] : '=');
		rst_text_char(t, i + 2 < n ? digits[bits & 63] : '=');
	}
}

static size_t put_port(uint8_t *p, uint16_t port)
{
	p[0] = (uint8_t)(port >> 8);
	p[1] = (uint8_t)port;
	return 2;
}

void community_id_write(struct rst_text *t, const struct rst_addr *a,
			const struct rst_addr *b)
{
	const struct rst_addr *low = is_ordered(a, b) ? a : b;
	const struct rst_addr *high = low == a ? b : a;
	size_t ip_len = a->family == 4 ? 4 : 16, n = SEED_LEN;
	uint8_t input[SEED_LEN + 2 * 16 + 2 + 4] = {0};
	uint8_t digest[SHA1_LEN];

	memcpy(input + n, low->ip, ip_len);
	n += ip_len;
	memcpy(input + n, high->ip, ip_len);
	n += ip_len;
	input[n] = PROTO_TCP;
	n += 2; /* a byte of padding */
	n += put_port(input + n, low->port);
	n += put_port(input + n, high->port);
	sha1_block(input, n, digest);
	rst_text_str(t, "1:");
	write_base64(t, digest, sizeof(digest));
}
