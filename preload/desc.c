/* SPDX-License-Identifier: MIT */
/* desc.c - the table of descriptors. */
#include "desc.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "rstwatch/probe.h"

#include "rstwatch/address.h"
#include "clock.h"
#include "near.h"
#include "process.h"
#include "raw.h"
#include "sockopt.h"

unsigned desc_limit;
struct desc *desc_chunks[DESC_CHUNKS];

/* raw mmap returns an address or -errno, which is above this. */
static const uintptr_t MMAP_FAILED_FROM = (uintptr_t)-4095;

void desc_start(void)
{
	DESC_SET(desc_limit, (unsigned)(DESC_CHUNK * DESC_CHUNKS));
}

/* Two threads may map the same chunk; the one that comes second unmaps. */
static struct desc *chunk_map(struct desc **place)
{
	const size_t size = sizeof(struct desc) * DESC_CHUNK;
	uintptr_t p = (uintptr_t)raw_call(SYS_mmap, 0, size,
					  PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct desc *none = NULL;

	if (p >= MMAP_FAILED_FROM)
		return NULL;
	if (__atomic_compare_exchange_n(place, &none, (struct desc *)p, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return (struct desc *)p;
	raw_call(SYS_munmap, p, size);
	return none;
}

struct desc *desc_slot(int fd)
{
	struct desc *d = desc_peek(fd);
	struct desc *chunk;

	if (d || (unsigned)fd >= desc_limit)
		return d;
	chunk = chunk_map(&desc_chunks[(unsigned)fd / DESC_CHUNK]);
	return chunk ? &chunk[(unsigned)fd % DESC_CHUNK] : NULL;
}

static void slot_reset(struct desc *d, enum desc_kind kind, unsigned flags)
{
	/* Unknown while it is being filled: others then ask the kernel. */
	DESC_SET(d->kind, DESC_UNKNOWN);
	DESC_SET(d->opened_ticks, clock_ticks());
	DESC_SET(d->opened_by, CALL_NONE);
	DESC_SET(d->linger_by, CALL_NONE);
	DESC_SET(d->read_by, CALL_NONE);
	DESC_SET(d->write_by, CALL_NONE);
	DESC_SET(d->inside, 0);
	DESC_SET(d->flags, flags);
	DESC_SET(d->forks, process_forks());
	DESC_SET(d->cookie, 0);
	DESC_SET(d->opened_at, 0);
	DESC_SET(d->linger_at, 0);
	DESC_SET(d->linger_ticks, 0);
	DESC_SET(d->last_read.ticks, 0);
	DESC_SET(d->last_write.ticks, 0);
	desc_set_addr(d, 0, &(struct rst_addr){0});
	desc_set_addr(d, 1, &(struct rst_addr){0});
	DESC_SET(d->kind, (uint8_t)kind);
}

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/*
 * True if fd is still the socket that d tells of. Who was connected is known
 * by its peer, whoever was not by that it still isn't.
 */
static bool is_still(int fd, const struct desc *d)
{
	uint64_t cookie = DESC_GET(d->cookie);
	struct rst_addr remembered, peer = {0};
	bool is_listener;

	if (cookie)
		return cookie == rst_probe_cookie(fd);
	desc_get_addr(d, 1, &remembered);
	sockopt_name(fd, raw_getpeername, &peer);
	is_listener = sockopt_int(fd, SOL_SOCKET, SO_ACCEPTCONN, 0) != 0;
	return is_same(&peer, &remembered) &&
	       is_listener == desc_has(d, DESC_LISTENER);
}

/* What was set before we came; children of a listener have it, too. */
static unsigned flags_of(const struct rst_facts *f)
{
	unsigned flags = f->is_mptcp ? DESC_POLL_BLIND : DESC_NO_MPTCP;

	if (f->linger == 0)
		flags |= DESC_LINGER_ZERO;
	if (f->have & RST_HAVE_LINGER2 && f->linger2 < 0)
		flags |= DESC_LINGER2;
	if (f->linger == RST_LINGER_OFF && !f->is_repair)
		flags |= DESC_PLAIN;
	return flags;
}

struct desc *desc_learn(int fd)
{
	enum rst_probe_kind kind;
	struct rst_facts f;
	struct desc *d;

	/* What a vfork child has open is not to be noted in its parent. */
	if (!process_is_ours())
		return NULL;
	kind = rst_probe_kind(fd);
	d = desc_slot(fd);
	if (!d)
		return NULL;
	if (kind == RST_PROBE_NOT_TCP) {
		DESC_SET(d->kind, DESC_NOT_TCP);
		return NULL;
	}
	if (DESC_GET(d->kind) == DESC_CLOSED && is_still(fd, d)) {
		DESC_SET(d->kind, DESC_TCP);
		return d;
	}
	/* Nobody saw it open: it may have come from anywhere. */
	slot_reset(d, DESC_TCP, DESC_INHERITED | DESC_SHARED);
	if (rst_probe(fd, RST_WANT_NAMES, NULL, NULL, &f) != 0)
		return d;
	DESC_SET(d->cookie, f.cookie);
	desc_mark(d, flags_of(&f));
	if (f.state == RST_LISTEN)
		desc_mark(d, DESC_LISTENER);
	else if (f.have & RST_HAVE_PEER)
		desc_set_ends(d, &f.local, &f.peer);
	return d;
}

void desc_set_ends(struct desc *d, const struct rst_addr *local,
		   const struct rst_addr *peer)
{
	desc_set_addr(d, 1, peer);
	desc_unmark(d, DESC_ENDS | DESC_LOCAL_PEER);
	desc_mark(d, DESC_CONNECTED);
	if (!local)
		return;
	desc_set_addr(d, 0, local);
	/* Else the kernel is asked, when it counts. */
	if (near_pair(local, peer))
		desc_mark(d, DESC_ENDS | DESC_LOCAL_PEER);
}

bool desc_has_local_peer(int fd, struct desc *d)
{
	struct rst_addr local, peer;

	if (!desc_has(d, DESC_ENDS) && desc_has(d, DESC_CONNECTED)) {
		desc_get_addr(d, 0, &local);
		desc_get_addr(d, 1, &peer);
		if (!local.family && sockopt_name(fd, raw_getsockname, &local))
			desc_set_addr(d, 0, &local);
		desc_mark(d, near_is_here(fd, &local, &peer)
				     ? DESC_ENDS | DESC_LOCAL_PEER
				     : DESC_ENDS);
	}
	return desc_has(d, DESC_LOCAL_PEER);
}

struct desc *desc_born(int fd, enum rst_call by, const void *caller)
{
	struct desc *d = desc_slot(fd);

	if (!d)
		return NULL;
	slot_reset(d, DESC_TCP, DESC_BORN);
	DESC_SET(d->opened_by, (uint8_t)by);
	DESC_SET(d->opened_at, (uintptr_t)caller);
	return d;
}

void desc_not_tcp(int fd)
{
	struct desc *d = desc_slot(fd);

	if (d)
		DESC_SET(d->kind, DESC_NOT_TCP);
}

void desc_forget(int fd)
{
	struct desc *d = desc_peek(fd);

	if (d)
		DESC_SET(d->kind, DESC_UNKNOWN);
}

/* At most so many are asked about at once, if the process may have as many. */
enum { ASKED = 32 };

/* What is open is a slot's own again, or is learned anew. */
static void asked_learn(struct pollfd *asked, unsigned count)
{
	/* Above RLIMIT_NOFILE it is refused. */
	bool can_tell = raw_poll_now(asked, count) >= 0;

	for (unsigned i = 0; i < count; i++)
		if (!can_tell || !(asked[i].revents & POLLNVAL))
			desc_learn(asked[i].fd);
}

void desc_recall(unsigned first, unsigned last)
{
	struct pollfd asked[ASKED] = {0};
	unsigned count = 0;

	for (unsigned i = first; i <= last && i < desc_limit; i++) {
		const struct desc *d = desc_peek((int)i);

		if (!d)
			i |= DESC_CHUNK - 1;
		if (!d || DESC_GET(d->kind) != DESC_CLOSED)
			continue;
		asked[count++].fd = (int)i;
		if (count == ASKED)
			asked_learn(asked, count);
		count %= ASKED;
	}
	if (count > 0)
		asked_learn(asked, count);
}

void desc_forget_range(unsigned first, unsigned last)
{
	if (last >= desc_limit)
		last = desc_limit - 1;
	while (desc_limit > 0 && first <= last) {
		unsigned end = first | (DESC_CHUNK - 1);

		if (desc_peek((int)first))
			for (unsigned i = first; i <= end && i <= last; i++)
				desc_forget((int)i);
		first = end + 1;
	}
}

void desc_copy(int from, int to)
{
	struct desc *a = desc_peek(from);
	struct desc *b = desc_slot(to);
	struct rst_addr addr;

	if (!b)
		return;
	if (!a || DESC_GET(a->kind) != DESC_TCP) {
		DESC_SET(b->kind, a ? DESC_GET(a->kind) : DESC_UNKNOWN);
		return;
	}
	desc_mark(a, DESC_SHARED);
	slot_reset(b, DESC_UNKNOWN, DESC_GET(a->flags));
	DESC_SET(b->opened_by, DESC_GET(a->opened_by));
	DESC_SET(b->opened_at, DESC_GET(a->opened_at));
	DESC_SET(b->linger_by, DESC_GET(a->linger_by));
	DESC_SET(b->linger_at, DESC_GET(a->linger_at));
	DESC_SET(b->linger_ticks, DESC_GET(a->linger_ticks));
	DESC_SET(b->opened_ticks, DESC_GET(a->opened_ticks));
	DESC_SET(b->forks, DESC_GET(a->forks));
	DESC_SET(b->cookie, DESC_GET(a->cookie));
	for (int i = 0; i < 2; i++) {
		desc_get_addr(a, i, &addr);
		desc_set_addr(b, i, &addr);
	}
	DESC_SET(b->kind, DESC_TCP);
}

/* A copy has the moment of birth of what it was copied from (desc_copy()). */
static bool is_copy(const struct desc *a, const struct desc *b)
{
	uint64_t cookie = DESC_GET(a->cookie);

	return DESC_GET(a->opened_ticks) == DESC_GET(b->opened_ticks) ||
	       (cookie && cookie == DESC_GET(b->cookie));
}

void desc_mark_copies(const struct desc *d, unsigned flags)
{
	for (int fd = desc_next(0); fd >= 0; fd = desc_next(fd + 1))
		if (is_copy(d, desc_peek(fd)))
			desc_mark(desc_peek(fd), flags);
}

/* rst_addr is five words of 32 bits (addr.h asserts its 20 bytes). */
union addr_words {
	struct rst_addr addr;
	uint32_t word[5];
};

void desc_set_addr(struct desc *d, int i, const struct rst_addr *a)
{
	union addr_words from = {.addr = *a};
	uint32_t *to = d->addr[i];

	for (int k = 0; k < 5; k++)
		DESC_SET(to[k], from.word[k]);
}

void desc_get_addr(const struct desc *d, int i, struct rst_addr *a)
{
	const uint32_t *from = d->addr[i];
	union addr_words to;

	for (int k = 0; k < 5; k++)
		to.word[k] = DESC_GET(from[k]);
	*a = to.addr;
}

int desc_next(int fd)
{
	unsigned i = (unsigned)fd;

	while (i < desc_limit) {
		struct desc *d = desc_peek((int)i);

		if (d && DESC_GET(d->kind) == DESC_TCP)
			return (int)i;
		i = d ? i + 1 : (i | (DESC_CHUNK - 1)) + 1;
	}
	return -1;
}

int desc_before(int fd)
{
	int i = fd < (int)desc_limit ? fd : (int)desc_limit - 1;

	while (i >= 0) {
		struct desc *d = desc_peek(i);

		if (d && DESC_GET(d->kind) == DESC_TCP)
			return i;
		i = d ? i - 1 : (i & ~(DESC_CHUNK - 1)) - 1;
	}
	return -1;
}
