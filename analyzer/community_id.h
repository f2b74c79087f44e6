/* SPDX-License-Identifier: MIT */
/* community_id.h - the flow's name that Zeek, Suricata and Wireshark share. */
#ifndef ANALYZER_COMMUNITY_ID_H
#define ANALYZER_COMMUNITY_ID_H

#include "rstwatch/addr.h"
#include "rstwatch/text.h"

/*
 * Community ID version 1 with seed 0 of a TCP connection: the same for both
 * directions. https://github.com/corelight/community-id-spec
 */
void community_id_write(struct rst_text *t, const struct rst_addr *a,
			const struct rst_addr *b);

#endif
