/* SPDX-License-Identifier: MIT */
/* witness_place.c - where in its program the kernel saw a call. */
#include "witness_place.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "elf_kind.h"
#include "executable.h"
#include "go_names.h"

bool witness_place_can(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool is = fd >= 0 && kind_of_elf(fd) == EXECUTABLE_GO;

	if (fd >= 0)
		close(fd);
	return is;
}

/* The kernel cuts it: its comm has 15 bytes. */
static bool is_named(const struct witness_reset *w, const char *path)
{
	return !strncmp(w->comm, executable_basename(path),
			sizeof(w->comm) - 1);
}

/*
 * The addresses are the file's own where it is loaded as it was linked, as Go
 * links. One that was moved gives addresses that are no function's; and what
 * does not begin in Go's system calls is another program's stack.
 */
static size_t places_find(const struct witness_reset *w, const char *path,
			  struct places *p, struct place out[PLACES_MAX])
{
	struct log_frame frames[WITNESS_STACK_MAX];
	struct log_event e = {.stack = frames, .stack_len = w->stack_len};
	size_t n;

	for (uint32_t i = 0; i < w->stack_len; i++)
		frames[i] = (struct log_frame){.module = path,
					       .offset = w->stack[i]};
	n = places_of_stack(p, &e, out);
	return n && out[0].function && go_is_syscall(out[0].function) ? n : 0;
}

void witness_place(struct witness_reset *w, const char *path, struct places *p)
{
	struct place places[PLACES_MAX];
	struct rst_text t = rst_text_on(w->called_at, sizeof(w->called_at) - 1);
	size_t n = 0;

	if (w->stack_len && is_named(w, path))
		n = places_find(w, path, p, places);
	for (size_t i = 0; i < n && !t.len; i++)
		if (places[i].function && !go_is_library(places[i].function))
			place_write(&t, &places[i]);
	w->called_at[t.len] = '\0';
}
