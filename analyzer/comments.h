/* SPDX-License-Identifier: MIT */
/* comments.h - what a capture's frames are annotated with. */
#ifndef ANALYZER_COMMENTS_H
#define ANALYZER_COMMENTS_H

#include "annotate.h"
#include "model.h"
#include "places.h"

struct comments {
	struct annotation *annotation; /* in the order of their frames */
	size_t count;
	struct pcapng_comments *texts; /* its copies share those of a reset */
	size_t text_count;
};

/*
 * Two comments for each reset of capture number capture: a sentence for
 * people, and the finding as JSON; the same for each frame that shows it. 0, or
 * -1 where memory is short. Freed by comments_free().
 */
int comments_make(struct comments *c, const struct report *r, size_t capture,
		  struct places *places);
void comments_free(struct comments *c);

/* The sentence alone: "reset because server[4242] close(5) with 11 unread
 * bytes, handle_conn server.c:88 (unread-data, predicted)". */
void comment_write(struct rst_text *t, const struct finding *f,
		   struct places *places);

#endif
