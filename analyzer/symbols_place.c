/* SPDX-License-Identifier: MIT */
/* symbols_place.c - the functions and lines at one address of a module. */
#include "symbols_place.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demangle.h"

/* Where in the source: what the frame that is being added shows. */
struct position {
	const char *directory; /* that file is relative to; NULL: unknown */
	const char *file;
	int line;
};

/* The file's name from the root on, where that can be told. */
static char *full_name(const struct position *at)
{
	char *name;

	if (!at->file || at->file[0] == '/' || !at->directory)
		return at->file ? strdup(at->file) : NULL;
	if (asprintf(&name, "%s/%s", at->directory, at->file) < 0)
		return NULL;
	return name;
}

/*
 * Adds a frame. The last slot is for the outermost: with more inlined levels
 * than slots, it is the function that the linker knows that must not be lost.
 */
static void add(struct symbols_place *p, const char *function,
		const struct position *at)
{
	struct symbol *s;

	if (p->count == SYMBOL_INLINE_MAX) {
		p->count--;
		s = &p->symbols[p->count];
		free((char *)s->function);
		free((char *)s->file);
	}
	s = &p->symbols[p->count++];
	s->function = function ? demangle(function) : NULL;
	s->file = full_name(at);
	s->line = s->file ? at->line : 0;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attr;

	if (!dwarf_attr_integrate(die, DW_AT_linkage_name, &attr) &&
	    !dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr))
		return NULL;
	return dwarf_formstring(&attr);
}

/* The mangled name says class and arguments; the plain one is the function's
 * own, and all that C has. */
static const char *function_name(Dwarf_Die *die)
{
	const char *name = linkage_name(die);

	return name && demangle_is_mangled(name) ? name : dwarf_diename(die);
}

static const char *directory_of(Dwarf_Die *cu)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr));
}

static int number_of(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute attr;
	Dwarf_Word word;

	if (!dwarf_attr(die, attribute, &attr) ||
	    dwarf_formudata(&attr, &word) || word > INT32_MAX)
		return 0;
	return (int)word;
}

/* Where an inlined function was called. */
static struct position call_position(Dwarf_Die *cu, Dwarf_Die *inlined)
{
	struct position at = {
		.directory = directory_of(cu),
		.line = number_of(inlined, DW_AT_call_line),
	};
	int number = number_of(inlined, DW_AT_call_file);
	Dwarf_Files *files;
	size_t count;

	if (!dwarf_getsrcfiles(cu, &files, &count) && (size_t)number < count)
		at.file = dwarf_filesrc(files, (size_t)number, NULL, NULL);
	return at;
}

static struct position line_position(Dwarf_Die *cu, Dwarf_Addr address)
{
	Dwarf_Line *line = dwarf_getsrc_die(cu, address);
	struct position at = {.directory = directory_of(cu)};

	if (line) {
		at.file = dwarf_linesrc(line, NULL, NULL);
		dwarf_lineno(line, &at.line);
	}
	return at;
}

enum { CHAIN_MAX = 64, DEPTH_MAX = 256 };

/* The scopes that hold an address, outermost first. */
struct chain {
	Dwarf_Addr address;
	Dwarf_Die scopes[CHAIN_MAX];
	int count;
	int depth;
};

/* What never has code of its own, but functions inside. */
static _Bool is_container(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_module ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
	       tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type;
}

static _Bool is_scope(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine ||
	       tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
	       tag == DW_TAG_catch_block;
}

/*
 * Descends to the innermost scope that holds the address. dwarf_getscopes()
 * isn't used: it looks for the source's scopes too, in the same unit, and
 * fails where link-time optimization put them into another one.
 */
static void find_scopes(Dwarf_Die *parent, struct chain *c)
{
	Dwarf_Die die;
	int rc;

	/* The tree of a damaged file may be deep without end. */
	if (c->depth == DEPTH_MAX)
		return;
	c->depth++;
	for (rc = dwarf_child(parent, &die); rc == 0;
	     rc = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);
		int before = c->count;

		if (is_scope(tag) && dwarf_haspc(&die, c->address) > 0) {
			if (c->count < CHAIN_MAX)
				c->scopes[c->count++] = die;
			find_scopes(&die, c);
			break;
		}
		if (is_container(tag))
			find_scopes(&die, c);
		if (c->count > before)
			break;
	}
	c->depth--;
}

/* From the innermost scope outwards to the function that has code of its own:
 * 1 where there is one. */
static int add_scopes(Dwarf_Die *cu, struct chain *c, struct symbols_place *p)
{
	struct position at = line_position(cu, c->address);

	while (c->count--) {
		Dwarf_Die *scope = &c->scopes[c->count];
		int tag = dwarf_tag(scope);

		if (tag == DW_TAG_subprogram ||
		    tag == DW_TAG_inlined_subroutine)
			add(p, function_name(scope), &at);
		if (tag == DW_TAG_subprogram)
			return 1;
		if (tag == DW_TAG_inlined_subroutine)
			at = call_position(cu, scope);
	}
	return 0;
}

/* Debug information may lie beside, in a .dwo file; then cu is a stand-in. */
static Dwarf_Die content_of(Dwarf_Die *cu)
{
	Dwarf_Die split;
	uint8_t type;

	if (!dwarf_cu_info(cu->cu, NULL, &type, NULL, &split, NULL, NULL,
			   NULL) &&
	    type == DW_UT_skeleton && split.addr)
		return split;
	return *cu;
}

static int add_functions(Dwarf_Die *cu, Dwarf_Addr address,
			 struct symbols_place *p)
{
	Dwarf_Die content = content_of(cu);
	struct chain c = {.address = address};

	find_scopes(&content, &c);
	return add_scopes(cu, &c, p);
}

/* The unit that holds an address. Not every compiler writes the table of
 * address ranges that libdwfl looks in, so all units may have to be asked. */
static Dwarf_Die *find_unit(Dwfl_Module *module, uint64_t address,
			    Dwarf_Addr *bias)
{
	Dwarf_Die *cu = dwfl_module_addrdie(module, address, bias);

	/* The nearest range isn't always one that holds it. */
	if (cu && dwarf_haspc(cu, address - *bias) > 0)
		return cu;
	cu = NULL;
	while ((cu = dwfl_module_nextcu(module, cu, bias)))
		if (dwarf_haspc(cu, address - *bias) > 0)
			return cu;
	return NULL;
}

/* The symbol that covers an address, with the line if at has one. */
static void add_symbol(Dwfl_Module *module, uint64_t address,
		       const struct position *at, struct symbols_place *p)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name = dwfl_module_addrinfo(module, address, &offset,
						&symbol, NULL, NULL, NULL);

	/* The nearest symbol before it is a guess that misleads; but some
	 * functions in assembler have no size. */
	if (name && offset >= symbol.st_size &&
	    (symbol.st_size || GELF_ST_TYPE(symbol.st_info) != STT_FUNC))
		name = NULL;
	if (name || at->file)
		add(p, name, at);
}

void symbols_place_find(Dwfl_Module *module, uint64_t address,
			struct symbols_place *p)
{
	struct position at = {0};
	Dwarf_Addr bias;
	Dwarf_Die *cu;

	/* The file's own addresses become libdwfl's. */
	if (!dwfl_module_getelf(module, &bias))
		return;
	address += bias;
	cu = find_unit(module, address, &bias);
	if (cu) {
		if (add_functions(cu, address - bias, p))
			return;
		symbols_place_clear(p);
		at = line_position(cu, address - bias);
	}
	add_symbol(module, address, &at, p);
}

void symbols_place_clear(struct symbols_place *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free((char *)p->symbols[i].function);
		free((char *)p->symbols[i].file);
	}
	p->count = 0;
}
