/* SPDX-License-Identifier: MIT */
/* comments.c - tells findings in the words that Wireshark will show. */
#include "comments.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

static void plain(struct rst_text *t, const char *s)
{
	rst_text_plain(t, s, strlen(s), 80);
}

static void count_write(struct rst_text *t, uint32_t n, const char *what)
{
	rst_text_u64(t, n);
	rst_text_char(t, ' ');
	rst_text_str(t, what);
	rst_text_str(t, n == 1 ? " byte" : " bytes");
}

static void facts_write(struct rst_text *t, const struct log_event *e)
{
	if (e->have & RST_HAVE_UNREAD && e->unread > 0) {
		rst_text_str(t, " with ");
		count_write(t, e->unread, "unread");
	}
	if (e->have & RST_HAVE_UNACCEPTED && e->unaccepted > 0) {
		rst_text_str(t, " with ");
		rst_text_u64(t, e->unaccepted);
		rst_text_str(t, " unaccepted");
	}
	if (e->cause == RST_CAUSE_LINGER_ZERO)
		rst_text_str(t, " with linger 0");
	if (e->have & RST_HAVE_UNACKED && e->unacked > 0) {
		rst_text_str(t, ", ");
		count_write(t, e->unacked, "unacknowledged");
	}
}

static void call_write(struct rst_text *t, const struct log_event *e)
{
	plain(t, e->process ? e->process : "a process");
	rst_text_char(t, '[');
	rst_text_i64(t, e->pid);
	rst_text_str(t, "] ");
	plain(t, e->call);
	if (e->fd >= 0) {
		rst_text_char(t, '(');
		rst_text_i64(t, e->fd);
		rst_text_char(t, ')');
	}
}

void comment_write(struct rst_text *t, const struct finding *f,
		   struct places *places)
{
	const struct log_event *e = f->event;
	struct place site;

	if (f->verdict == VERDICT_PREDICTED && e && e->call) {
		rst_text_str(t, "reset because ");
		call_write(t, e);
		facts_write(t, e);
		if (places_site(places, e, &site)) {
			rst_text_str(t, ", ");
			place_write(t, &site);
		}
	} else {
		rst_text_str(t, "reset");
		if (f->trigger != TRIGGER_NONE) {
			rst_text_str(t, " in answer to ");
			rst_text_str(t, trigger_phrase(f->trigger));
		}
	}
	rst_text_str(t, " (");
	rst_text_str(t, rst_cause_slug(f->cause));
	rst_text_str(t, ", ");
	rst_text_str(t, verdict_name(f->verdict));
	rst_text_char(t, ')');
}

/* A copy of what t holds, as a string; NULL where memory is short. */
static char *text_copy(const struct rst_text *t)
{
	char *s = malloc(t->len + 1);

	if (s) {
		memcpy(s, t->buf, t->len);
		s[t->len] = '\0';
	}
	return s;
}

static int texts_make(struct pcapng_comments *texts, const struct report *r,
		      const struct finding *f, struct places *places)
{
	/* One byte less than the format allows: a comment has no NUL. */
	static char buf[PCAPNG_COMMENT_MAX - 1];
	struct rst_text t = rst_text_on(buf, sizeof(buf));

	comment_write(&t, f, places);
	texts->text[0] = text_copy(&t);
	t = rst_text_on(buf, sizeof(buf));
	report_json_finding(&t, r, f, places);
	/* Cut in the middle it would be no JSON any more. */
	texts->text[1] = t.cut ? NULL : text_copy(&t);
	return texts->text[0] && (t.cut || texts->text[1]) ? 0 : -1;
}

static bool is_in(const struct finding *f, size_t capture)
{
	return f->frame.number && f->frame.capture == capture;
}

/* Room for all of them: 0, or -1 where memory is short. */
static int room_make(struct comments *c, const struct report *r, size_t capture)
{
	size_t texts = 0, frames = 0;

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (!is_in(f, capture))
			continue;
		texts++;
		frames++;
		for (const struct frame_copy *k = f->copies; k; k = k->next)
			frames++;
	}
	c->texts = calloc(texts + 1, sizeof(*c->texts));
	c->annotation = calloc(frames + 1, sizeof(*c->annotation));
	return c->texts && c->annotation ? 0 : -1;
}

static void annotate_frame(struct comments *c, uint64_t frame)
{
	c->annotation[c->count++] = (struct annotation){
		.frame = frame,
		.comments = c->texts[c->text_count - 1],
	};
}

static int by_frame(const void *x, const void *y)
{
	const struct annotation *a = x, *b = y;

	return a->frame < b->frame ? -1 : a->frame > b->frame;
}

int comments_make(struct comments *c, const struct report *r, size_t capture,
		  struct places *places)
{
	int result;

	*c = (struct comments){0};
	result = room_make(c, r, capture);
	for (size_t i = 0; i < r->finding_count && !result; i++) {
		const struct finding *f = &r->findings[i];

		if (!is_in(f, capture))
			continue;
		result = texts_make(&c->texts[c->text_count++], r, f, places);
		annotate_frame(c, f->frame.number);
		for (const struct frame_copy *k = f->copies; k; k = k->next)
			annotate_frame(c, k->number);
	}
	if (result)
		comments_free(c);
	else
		qsort(c->annotation, c->count, sizeof(*c->annotation),
		      by_frame);
	return result;
}

void comments_free(struct comments *c)
{
	for (size_t i = 0; i < c->text_count; i++)
		for (int k = 0; k < PCAPNG_COMMENTS; k++)
			free((char *)(uintptr_t)c->texts[i].text[k]);
	free(c->texts);
	free(c->annotation);
	*c = (struct comments){0};
}
