/* SPDX-License-Identifier: MIT */
/* embed.c - takes the page's style and script in as they are. */
#include "embed.h"

/* The assembler reads the file, so an editor and a linter can read it too. */
#define EMBED(name, file) \
	__asm__(".section .rodata\n" \
		".global " #name "\n" #name ":\n" \
		".incbin \"" file "\"\n" \
		".global " #name "_end\n" #name "_end:\n" \
		".byte 0\n" \
		".previous\n")

EMBED(report_css, "analyzer/report.css");
EMBED(report_js, "analyzer/report.js");
