/* SPDX-License-Identifier: MIT */
/* logpath.c - the path of a log, from what RSTWATCH_LOG says. */
#include "rstwatch/logpath.h"

void rst_log_path(struct rst_text *t, const char *pattern,
		  const struct rst_log_names *names)
{
	for (; *pattern; pattern++) {
		if (*pattern != '%' || pattern[1] == '\0') {
			rst_text_char(t, *pattern);
			continue;
		}
		switch (*++pattern) {
		case 'p': rst_text_i64(t, names->pid); break;
		case 'e': rst_text_str(t, names->program); break;
		case 'h': rst_text_str(t, names->host); break;
		case 't': rst_text_u64(t, names->started_s); break;
		case '%': rst_text_char(t, '%'); break;
		default: rst_text_char(t, '%'); rst_text_char(t, *pattern);
		}
	}
}
