/* SPDX-License-Identifier: MIT */
/* siblings.c - listeners of one SO_REUSEPORT group that one call closes. */
#include "siblings.h"

#include "rstwatch/address.h"

#include "holder.h"
#include "raw.h"
#include "sockopt.h"

/* The cookie of a listener on the same address that s's call closes, or 0. */
static uint64_t leaving(const struct subject *s, const struct rst_facts *f,
			int fd)
{
	struct rst_addr local;
	uint64_t cookie;

	if (!desc_has(desc_peek(fd), DESC_LISTENER) ||
	    (holder_is_exec(s->call) &&
	     raw_fcntl(fd, F_GETFD, 0) != FD_CLOEXEC) ||
	    !sockopt_name(fd, raw_getsockname, &local) ||
	    local.port != f->local.port || !addr_is_same_ip(&local, &f->local))
		return 0;
	cookie = rst_probe_cookie(fd);
	return cookie == f->cookie ? 0 : cookie;
}

/* True if a lower descriptor is a duplicate of it. */
static bool is_counted(const struct subject *s, const struct rst_facts *f,
		       int fd, uint64_t cookie)
{
	for (int i = desc_next(s->first); i >= 0 && i < fd;
	     i = desc_next(i + 1))
		if (leaving(s, f, i) == cookie)
			return true;
	return false;
}

int32_t siblings_leaving(const struct subject *s, const struct rst_facts *f)
{
	int32_t count = 0;

	for (int fd = desc_next(s->first); fd >= 0 && fd <= s->last;
	     fd = desc_next(fd + 1)) {
		uint64_t cookie = leaving(s, f, fd);

		count += cookie && !is_counted(s, f, fd, cookie);
	}
	return count < f->siblings ? count : f->siblings;
}
