/* SPDX-License-Identifier: MIT */
/* input_name.h - what a report for people calls one of its inputs. */
#ifndef ANALYZER_INPUT_NAME_H
#define ANALYZER_INPUT_NAME_H

#include "model.h"

/* An input without its directory, unless another has the same name; untrusted
 * bytes are escaped for a terminal, what is longer than 200 is cut. */
void input_name_write(struct rst_text *t, const struct report *r,
		      uint16_t input);

#endif
