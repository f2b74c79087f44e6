/* SPDX-License-Identifier: MIT */
/* input_name.c - what a report for people calls one of its inputs. */
#include "input_name.h"

#include <string.h>

enum { NAME_MAX_SHOWN = 200 };

void input_name_write(struct rst_text *t, const struct report *r,
		      uint16_t input)
{
	const char *path = r->inputs[input].path, *name = basename(path);

	for (size_t i = 0; i < r->input_count; i++)
		if (i != input && !strcmp(basename(r->inputs[i].path), name))
			name = path;
	rst_text_plain(t, name, strlen(name), NAME_MAX_SHOWN);
}
