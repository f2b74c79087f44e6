/* SPDX-License-Identifier: MIT */
/* ends.c - connections of which one call closes both ends. */
#include "ends.h"

#include "rstwatch/address.h"

#include "raw.h"
#include "sockopt.h"

/* A full socket without inode waits on a listener (kernel.md 3.8). */
static bool is_unaccepted(int client)
{
	const struct rst_peer_socket *child;
	struct rst_facts f;

	if (rst_probe(client, RST_WANT_NAMES | RST_WANT_PEER, &predict_diag,
		      NULL, &f) != 0)
		return false;
	child = &f.peer_socket;
	return child->where == RST_PEER_FOUND && child->is_orphan &&
	       (child->state == RST_ESTABLISHED ||
		child->state == RST_CLOSE_WAIT);
}

/* True if fd is the other end of f's connection, or of one that waits on f. */
static bool is_other_end(int fd, const struct rst_facts *f)
{
	bool is_listener = f->state == RST_LISTEN;
	struct rst_addr local, peer;

	desc_get_addr(desc_peek(fd), 1, &peer);
	if (peer.port != f->local.port ||
	    (!addr_is_same_ip(&peer, &f->local) &&
	     !(is_listener && addr_is_any(&f->local))))
		return false;
	if (is_listener)
		return is_unaccepted(fd);
	return sockopt_name(fd, raw_getsockname, &local) &&
	       local.port == f->peer.port && addr_is_same_ip(&local, &f->peer);
}

void ends_settle(const struct subject *s, struct rst_facts *f)
{
	desc_mark(s->d, DESC_ABORTS);
	for (int fd = desc_next(s->first); fd >= 0 && fd <= s->last;
	     fd = desc_next(fd + 1)) {
		struct desc *d = desc_peek(fd);

		if (fd == s->fd || !is_other_end(fd, f))
			continue;
		if (fd < s->fd)
			desc_mark(d, DESC_CLOSE_TOLD);
		else if (desc_has(d, DESC_ABORTS) && f->unaccepted > 0)
			f->unaccepted--;
	}
}
