/* SPDX-License-Identifier: MIT */
/* symbols.c - turns module, build-id and offset into function, file, line. */
#include "symbols.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "symbols_module.h"
#include "symbols_place.h"

/*
 * Logs name few modules and few places many times, so both are kept: a tree
 * of modules by path and build-id, and in each a tree of places by address.
 */
struct module {
	char *path;
	char *build_id; /* "" where it had none, NULL where unknown */
	struct symbols_module file;
	void *places;
};

struct place {
	uint64_t address;
	struct symbols_place found;
};

struct symbols {
	Dwfl_Callbacks callbacks;
	char *debug_path;
	void *modules;
};

static const char DEBUG_PATH[] = ":.debug:/usr/lib/debug"; /* libdwfl's own */

struct symbols *symbols_new(void)
{
	struct symbols *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	/* The second asks the network, but only whom DEBUGINFOD_URLS names. */
	s->callbacks.find_elf = dwfl_build_id_find_elf;
	s->callbacks.find_debuginfo = dwfl_standard_find_debuginfo;
	s->callbacks.section_address = dwfl_offline_section_address;
	s->callbacks.debuginfo_path = &s->debug_path;
	if (!symbols_debug_path(s, DEBUG_PATH))
		return s;
	free(s);
	return NULL;
}

int symbols_debug_path(struct symbols *s, const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		return -1;
	free(s->debug_path);
	s->debug_path = copy;
	return 0;
}

static void free_place(void *node)
{
	struct place *place = node;

	symbols_place_clear(&place->found);
	free(place);
}

static void free_module(void *node)
{
	struct module *m = node;

	tdestroy(m->places, free_place);
	symbols_module_close(&m->file);
	free(m->path);
	free(m->build_id);
	free(m);
}

void symbols_free(struct symbols *s)
{
	if (!s)
		return;
	tdestroy(s->modules, free_module);
	free(s->debug_path);
	free(s);
}

static int compare_ids(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_modules(const void *a, const void *b)
{
	const struct module *m = a;
	const struct module *n = b;
	int order = strcmp(m->path, n->path);

	return order ? order : compare_ids(m->build_id, n->build_id);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *p = a;
	const struct place *q = b;

	return (p->address > q->address) - (p->address < q->address);
}

static struct module *add_module(struct symbols *s, const struct module *key)
{
	struct module *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->path = strdup(key->path);
	m->build_id = key->build_id ? strdup(key->build_id) : NULL;
	if (!m->path || !m->build_id != !key->build_id ||
	    !tsearch(m, &s->modules, compare_modules)) {
		free_module(m);
		return NULL;
	}
	m->file = symbols_module_open(m->path, m->build_id, &s->callbacks);
	return m;
}

static struct module *find_module(struct symbols *s, const char *path,
				  const char *build_id)
{
	struct module key = {
		.path = (char *)path,
		.build_id = (char *)build_id,
	};
	struct module **found = tfind(&key, &s->modules, compare_modules);

	return found ? *found : add_module(s, &key);
}

static struct place *add_place(struct module *m, uint64_t address)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return NULL;
	place->address = address;
	if (!tsearch(place, &m->places, compare_places)) {
		free(place);
		return NULL;
	}
	symbols_place_find(m->file.module, address, &place->found);
	return place;
}

static struct place *find_place(struct module *m, uint64_t address)
{
	struct place key = {.address = address};
	struct place **found = tfind(&key, &m->places, compare_places);

	return found ? *found : add_place(m, address);
}

size_t symbols_resolve(struct symbols *s, const char *module,
		       const char *build_id, uint64_t offset,
		       _Bool is_return_address,
		       struct symbol out[SYMBOL_INLINE_MAX], _Bool *stale)
{
	struct module *m = find_module(s, module, build_id);
	struct place *place;

	*stale = m && m->file.is_stale;
	if (!m || !m->file.module)
		return 0;
	/* A call may be the last thing a function does: what is behind it is
	 * then another's. */
	place = find_place(m, offset - is_return_address);
	if (!place)
		return 0;
	memcpy(out, place->found.symbols, place->found.count * sizeof(out[0]));
	return place->found.count;
}
