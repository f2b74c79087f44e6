/* SPDX-License-Identifier: MIT */
/* diagnostic.h - what a reset's payload says of its reason. */
#ifndef ANALYZER_DIAGNOSTIC_H
#define ANALYZER_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/text.h"

/*
 * The "TCP RST diagnostic payload" (draft-ietf-tcpm-rst-diagnostic-payload, and
 * draft-boucadair-tcpm-... before it). Either has_code, with the number of the
 * vendor whose code it is (0: IANA's), or a text in the payload.
 */
struct diagnostic {
	bool has_code;
	uint64_t code;
	uint64_t vendor;
	const uint8_t *text;
	size_t text_len; /* as far as the payload was kept */
};

/*
 * Reads the kept bytes of a payload of len bytes: true if it is one. Pure.
 */
bool diagnostic_read(const uint8_t *payload, size_t kept, size_t len,
		     struct diagnostic *d);

/* "Connection timeout", "1234 of vendor 32473", the text, escaped. */
void diagnostic_write(struct rst_text *t, const struct diagnostic *d);

#endif
