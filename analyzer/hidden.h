/* SPDX-License-Identifier: MIT */
/* hidden.h - watched processes that could not be looked at. */
#ifndef ANALYZER_HIDDEN_H
#define ANALYZER_HIDDEN_H

/* What the supervisor told of one: its name and why. */
void hidden_note(const char *whom);

/* A line for each, on standard error; when the command has ended. */
void hidden_say(void);

#endif
