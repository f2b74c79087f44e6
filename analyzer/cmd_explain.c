/* SPDX-License-Identifier: MIT */
/* cmd_explain.c - prints a cause, or the list of them. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cause_text.h"
#include "command.h"
#include "report_page.h"
#include "suggest.h"

enum { WIDTH = 78, SLUG_COLUMN = 2, WHAT_COLUMN = 26 };

/* A sentence between column indent and the page's width. */
static void print_sentence(unsigned indent, const char *label, const char *s)
{
	const struct report_options options = {.width = WIDTH};
	const struct page page = {.out = stdout, .options = &options};
	/* It is only read from here on. */
	const struct rst_text t = {.buf = (char *)(uintptr_t)s,
				   .len = strlen(s)};

	page_paragraph(&page, indent, label, &t);
}

static void print_block(const char *title, const char *lines)
{
	printf("\n%s\n", title);
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		printf("    %.*s\n", (int)n, lines);
		lines += n + (lines[n] == '\n');
	}
}

static const char *sender_phrase(enum rst_sender sender)
{
	switch (sender) {
	case RST_SENDER_SELF: return "this host sends the reset";
	case RST_SENDER_PEER: return "our call makes the peer send it";
	case RST_SENDER_EITHER: return "either side sends it";
	case RST_SENDER_NEITHER: return "neither side sends it";
	case RST_SENDER_UNKNOWN: break;
	}
	return "sender unknown";
}

static int list(void)
{
	puts("The causes of a reset; rstwatch explain CAUSE tells more.\n");
	for (int i = RST_CAUSE_NONE + 1; i < RST_CAUSE_COUNT; i++) {
		const struct cause_text *text = cause_text((enum rst_cause)i);

		printf("%*s%-*s", SLUG_COLUMN, "", WHAT_COLUMN - SLUG_COLUMN,
		       text->slug);
		puts(sender_phrase(text->sender));
		print_sentence(WHAT_COLUMN, "", text->what);
	}
	return EXIT_CLEAN;
}

static int unknown(const char *word)
{
	const char *slugs[RST_CAUSE_COUNT - 1];
	const char *meant;

	for (int i = RST_CAUSE_NONE + 1; i < RST_CAUSE_COUNT; i++)
		slugs[i - 1] = rst_cause_slug((enum rst_cause)i);
	meant = suggest(word, slugs, RST_CAUSE_COUNT - 1, sizeof(slugs[0]));
	fprintf(stderr, "rstwatch explain: no cause '%s'", word);
	if (meant)
		fprintf(stderr, ", did you mean '%s'?\n", meant);
	else
		fputs("; rstwatch explain lists them\n", stderr);
	return EXIT_TROUBLE;
}

int cmd_explain(int argc, char **argv)
{
	const struct cause_text *text;
	enum rst_cause cause;

	if (argc < 2)
		return list();
	if (argc > 2 || argv[1][0] == '-') {
		int asked = !strcmp(argv[1], "--help");

		fputs("usage: rstwatch explain [CAUSE]\n",
		      asked ? stdout : stderr);
		return asked ? EXIT_CLEAN : EXIT_TROUBLE;
	}
	cause = rst_cause_find(argv[1], strlen(argv[1]));
	if (cause == RST_CAUSE_NONE)
		return unknown(argv[1]);
	text = cause_text(cause);
	printf("%s (%s)\n", text->slug, sender_phrase(text->sender));
	print_sentence(4, "", text->what);
	print_block("On the wire", text->packets);
	puts("\nIn the kernel");
	print_sentence(4, "", text->kernel);
	print_block("What to do", text->fix);
	return EXIT_CLEAN;
}
