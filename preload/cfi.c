/* SPDX-License-Identifier: MIT */
/* cfi.c - reads the tables of .eh_frame, as far as compilers use them. */
#include "cfi.h"

#if defined(__x86_64__) && defined(__LP64__)

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "readable.h"

/*
 * Theory of operation. Where a compiled function's frame begins (its CFA) is
 * rsp or rbp and a constant, by instruction; its return address stands below,
 * and the caller's rbp stands in it or was left alone. libgcc's unwinder works
 * that out anew for each frame of each stack, with all registers: some 1,700
 * instructions. Here it is worked out once an address. What else there is
 * (expressions, signal frames) is left to libgcc, whole.
 *
 * References: System V ABI for x86-64, 3.7; DWARF 5, 6.4; LSB 5, 10.6.
 */
enum { RBP = 6, RSP = 7, RETURN = 16 };

struct dwarf_eh_bases {
	void *text, *data, *function;
};

/* libgcc's: the FDE of the function that pc is in, or NULL. */
extern const uint8_t *_Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

/* Of one instruction of a function. */
struct rule {
	uint64_t cfa_reg, cfa_offset;
	int64_t bp_offset; /* from the CFA; 0 where rbp was left alone */
	bool is_outermost;
	bool is_odd; /* the return address is elsewhere */
};

struct reader {
	const uint8_t *at, *end;
};

static uint64_t read_number(struct reader *r, size_t size)
{
	uint64_t n = 0;

	if ((size_t)(r->end - r->at) < size)
		size = (size_t)(r->end - r->at);
	memcpy(&n, r->at, size);
	r->at += size;
	return n;
}

static uint64_t read_uleb(struct reader *r)
{
	uint64_t n = 0;

	for (unsigned shift = 0; r->at < r->end; shift += 7) {
		uint8_t byte = *r->at++;

		if (shift < 64)
			n |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	return n;
}

static int64_t read_sleb(struct reader *r)
{
	const uint8_t *start = r->at;
	uint64_t n = read_uleb(r);
	unsigned bits = 7 * (unsigned)(r->at - start);

	if (bits && bits < 64 && r->at[-1] & 0x40)
		n |= ~(uint64_t)0 << bits;
	return (int64_t)n;
}

/* Bytes of a pointer in that encoding (DW_EH_PE_*); 0 for an unusual one. */
static size_t size_of(uint64_t encoding)
{
	switch (encoding & 0x0f) {
	case 0x00:
	case 0x04:
	case 0x0c: return 8;
	case 0x03:
	case 0x0b: return 4;
	default: return 0;
	}
}

/* A CIE: what all its functions begin with. */
struct common {
	uint64_t code_align;
	int64_t data_align;
	uint64_t encoding; /* of the addresses in an FDE */
	struct reader program;
};

/* What follows length and CIE pointer of an entry, to its end. */
static struct reader entry_of(const uint8_t *entry)
{
	uint32_t len;

	memcpy(&len, entry, sizeof(len));
	return (struct reader){entry + 8, entry + 4 + len};
}

/* "zR", "zPLR": others are none of a plain function. */
static bool augmentation_read(const char *letters, struct reader *r,
			      struct common *c)
{
	const uint8_t *end;
	uint64_t len;

	if (*letters++ != 'z')
		return false;
	len = read_uleb(r);
	if (len > (size_t)(r->end - r->at))
		return false;
	end = r->at + len;
	for (; *letters; letters++) {
		if (*letters == 'R')
			c->encoding = read_number(r, 1);
		else if (*letters == 'L')
			r->at++;
		else if (*letters == 'P')
			r->at += size_of(read_number(r, 1));
		else
			return false;
	}
	r->at = end;
	return size_of(c->encoding) > 0;
}

static bool common_read(const uint8_t *cie, struct common *c)
{
	struct reader r = entry_of(cie);
	uint64_t version = read_number(&r, 1);
	const char *letters = (const char *)r.at;

	r.at += strlen(letters) + 1;
	c->code_align = read_uleb(&r);
	c->data_align = read_sleb(&r);
	if ((version == 1 ? read_number(&r, 1) : read_uleb(&r)) != RETURN ||
	    !augmentation_read(letters, &r, c))
		return false;
	c->program = r;
	return true;
}

/* The rule for a register: its offset from the CFA, or 0 if it was kept. */
static void rule_offset(struct rule *rule, uint64_t reg, int64_t offset)
{
	if (reg == RBP)
		rule->bp_offset = offset;
	else if (reg == RETURN && offset != -8)
		rule->is_odd = true;
}

static void rule_cfa(struct rule *rule, uint64_t reg, uint64_t offset)
{
	rule->cfa_reg = reg;
	rule->cfa_offset = offset;
}

enum { REMEMBERED = 4 };

struct machine {
	const struct common *common;
	struct rule rule;
	struct rule first; /* as the CIE has it */
	struct rule remembered[REMEMBERED];
	unsigned depth;
	uintptr_t at; /* the rule holds from here on */
};

static bool rule_push(struct machine *m)
{
	if (m->depth == REMEMBERED)
		return false;
	m->remembered[m->depth++] = m->rule;
	return true;
}

static bool rule_pop(struct machine *m)
{
	if (m->depth == 0)
		return false;
	m->rule = m->remembered[--m->depth];
	return true;
}

/* An operation with operands of its own; false for one of another world. */
static bool extended_run(struct machine *m, uint64_t op, struct reader *r)
{
	struct rule *rule = &m->rule;
	uint64_t reg;

	switch (op) {
	case 0x00: return true; /* DW_CFA_nop */
	case 0x05:		/* DW_CFA_offset_extended */
		reg = read_uleb(r);
		rule_offset(rule, reg,
			    (int64_t)read_uleb(r) * m->common->data_align);
		return true;
	case 0x07: /* DW_CFA_undefined */
		rule->is_outermost |= read_uleb(r) == RETURN;
		return true;
	case 0x08: /* DW_CFA_same_value */
		rule_offset(rule, read_uleb(r), 0);
		return true;
	case 0x0a: return rule_push(m); /* DW_CFA_remember_state */
	case 0x0b: return rule_pop(m);	/* DW_CFA_restore_state */
	case 0x0c:			/* DW_CFA_def_cfa */
		reg = read_uleb(r);
		rule_cfa(rule, reg, read_uleb(r));
		return true;
	case 0x0d: /* DW_CFA_def_cfa_register */
		rule->cfa_reg = read_uleb(r);
		return true;
	case 0x0e: /* DW_CFA_def_cfa_offset */
		rule->cfa_offset = read_uleb(r);
		return true;
	case 0x2e: /* DW_CFA_GNU_args_size */ read_uleb(r); return true;
	default: return false;
	}
}

/* The bytes that DW_CFA_advance_loc1, 2 and 4 have for their distance. */
static size_t advance_size(uint64_t op)
{
	return op == 0x02 ? 1 : op == 0x03 ? 2 : op == 0x04 ? 4 : 0;
}

/* Up to the instruction before pc: false where it doesn't understand. */
static bool program_run(struct machine *m, struct reader r, uintptr_t pc)
{
	while (r.at < r.end) {
		uint64_t op = read_number(&r, 1);
		uint64_t low = op & 0x3f;
		bool is_understood = true;

		if (op >> 6 == 1 || advance_size(op)) {
			if (op >> 6 != 1)
				low = read_number(&r, advance_size(op));
			m->at += low * m->common->code_align;
			if (m->at >= pc)
				return true;
		} else if (op >> 6 == 2) { /* DW_CFA_offset */
			rule_offset(&m->rule, low,
				    (int64_t)read_uleb(&r) *
					    m->common->data_align);
		} else if (op >> 6 == 3) { /* DW_CFA_restore */
			if (low == RBP)
				m->rule.bp_offset = m->first.bp_offset;
		} else {
			is_understood = extended_run(m, op, &r);
		}
		if (!is_understood)
			return false;
	}
	return true;
}

static bool is_usable(const struct rule *rule)
{
	return rule->is_outermost ||
	       (!rule->is_odd &&
		(rule->cfa_reg == RSP || rule->cfa_reg == RBP) &&
		rule->cfa_offset % 8 == 0 && rule->cfa_offset < 1u << 30 &&
		rule->bp_offset % 8 == 0 && rule->bp_offset <= 0 &&
		rule->bp_offset > -(1 << 30));
}

/* The rule at the call that returns to pc. */
static bool rule_read(uintptr_t pc, struct rule *rule)
{
	struct dwarf_eh_bases bases = {0};
	const uint8_t *fde = _Unwind_Find_FDE((void *)(pc - 1), &bases);
	struct machine m = {0};
	struct common common = {0};
	struct reader r;
	int32_t back;
	uint64_t len;

	if (!fde)
		return false;
	memcpy(&back, fde + 4, sizeof(back));
	if (!common_read(fde + 4 - back, &common))
		return false;
	m.common = &common;
	if (!program_run(&m, common.program, UINTPTR_MAX))
		return false;
	m.first = m.rule;
	m.at = (uintptr_t)bases.function;
	r = entry_of(fde);
	r.at += 2 * size_of(common.encoding);
	len = read_uleb(&r);
	r.at += len;
	if (!program_run(&m, r, pc))
		return false;
	*rule = m.rule;
	return is_usable(rule);
}

/*
 * A rule in one word: whether it is known, the end of the stack, the register,
 * and both offsets in words of 8 bytes. A word of 0 says that libgcc is needed.
 */
enum { KNOWN = 1, OUTERMOST = 2, BY_RBP = 4, CFA_SHIFT = 4, BP_SHIFT = 34 };

static uint64_t rule_pack(const struct rule *rule)
{
	if (rule->is_outermost)
		return KNOWN | OUTERMOST;
	return KNOWN | (rule->cfa_reg == RBP ? BY_RBP : 0) |
	       rule->cfa_offset / 8 << CFA_SHIFT |
	       (uint64_t)(-rule->bp_offset / 8) << BP_SHIFT;
}

/*
 * What was learned, without a lock: the key is stored mixed with the rule, so
 * that halves of two writers don't fit together. Addresses and rules differ in
 * few bits, in the same ones: hence a key in which all bits differ.
 */
enum { SLOTS = 256 };

static struct {
	uint64_t mixed, rule;
} learned[SLOTS];

static uint64_t rule_find(uintptr_t pc, uint64_t salt)
{
	uint64_t key = (pc ^ salt) * UINT64_C(0x9e3779b97f4a7c15);
	unsigned i = (unsigned)(key >> 56);
	uint64_t word = __atomic_load_n(&learned[i].rule, __ATOMIC_RELAXED);
	struct rule rule;

	if (salt && word & KNOWN &&
	    (__atomic_load_n(&learned[i].mixed, __ATOMIC_RELAXED) ^ word) ==
		    key)
		return word;
	if (!rule_read(pc, &rule))
		return 0;
	word = rule_pack(&rule);
	if (!salt)
		return word;
	__atomic_store_n(&learned[i].mixed, key ^ word, __ATOMIC_RELAXED);
	__atomic_store_n(&learned[i].rule, word, __ATOMIC_RELAXED);
	return word;
}

static uintptr_t word_at(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

/* Further on rbp may have been overwritten: a stack can be read up to there. */
static bool is_near(uintptr_t cfa, uintptr_t sp)
{
	enum { PAGE = 4096 };

	return cfa - sp <= PAGE;
}

enum unwound cfi_unwind(struct registers *r, uint64_t salt)
{
	const uint64_t mask = (UINT64_C(1) << 30) - 1;
	uint64_t word = rule_find(r->pc, salt);
	uintptr_t cfa, saved; /* the lower of what the frame keeps at its top */

	if (!(word & KNOWN))
		return UNWOUND_UNKNOWN;
	if (word & OUTERMOST)
		return UNWOUND_ALL;
	cfa = (word & BY_RBP ? r->bp : r->sp) + 8 * (word >> CFA_SHIFT & mask);
	saved = cfa - 8 * (word >> BP_SHIFT ? word >> BP_SHIFT : 1);
	/* A stack only grows downwards; libgcc would read what rbp tells. */
	if (cfa <= r->sp || cfa % 8 ||
	    (!is_near(cfa, r->sp) && !is_readable((void *)saved, cfa - saved)))
		return UNWOUND_ALL;
	if (word >> BP_SHIFT)
		r->bp = word_at(saved);
	r->pc = word_at(cfa - 8);
	r->sp = cfa;
	return r->pc ? UNWOUND : UNWOUND_ALL;
}

#endif
