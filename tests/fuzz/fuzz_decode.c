/* SPDX-License-Identifier: MIT */
/* fuzz_decode.c - any bytes as a packet of any link type. */
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "fuzz.h"

/*
 * The input: the link type, how many bytes more there were on the wire than
 * were captured, and the packet.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p = {.frame = 1, .ts_ns = 1};
	enum decode_result result;
	struct segment s;
	uint8_t *copy;

	if (size < 2)
		return 0;
	p.linktype = data[0] == 20 ? 276 : data[0]; /* LINKTYPE_LINUX_SLL2 */
	p.caplen = (uint32_t)size - 2;
	p.len = p.caplen + data[1];
	/* As large as the packet, so that a byte beyond it is noticed. */
	copy = malloc(p.caplen ? p.caplen : 1);
	fuzz_must(copy, "there is memory");
	memcpy(copy, data + 2, p.caplen);
	p.data = copy;
	result = decode_packet(&p, &s);
	fuzz_must(decode_result_name(result)[0], "each result has a name");
	if (result == DECODE_SEGMENT) {
		fuzz_must(s.len <= p.len, "a payload is within its packet");
		fuzz_must(s.payload_len <= SEG_PAYLOAD_MAX &&
				  s.payload_len <= p.caplen,
			  "what is kept of a payload was captured");
		fuzz_must((s.src.family == 4 || s.src.family == 6) &&
				  s.src.family == s.dst.family,
			  "a segment has two addresses of one family");
	}
	free(copy);
	return 0;
}
