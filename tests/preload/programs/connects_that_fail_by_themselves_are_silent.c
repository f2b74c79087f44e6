/* SPDX-License-Identifier: MIT */
/* connects_that_fail_by_themselves_are_silent.c - wrong kinds of address */
#include "tcp.h"

/* From a socket of that family, bound to that address if there is one. */
static void fails(int family, const char *from, struct address to)
{
	struct address own = address_of(from ? from : "::");
	int fd = socket(family, SOCK_STREAM, 0);

	MUST(fd >= 0);
	if (from)
		MUST(bind(fd, &own.any, own.len) == 0);
	SAY(connect(fd, &to.any, to.len));
	SAY(sendto(fd, "early", 5, MSG_FASTOPEN, &to.any, to.len));
	close(fd);
}

static void fails_as_ipv6_only(struct address to)
{
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	tcp_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	SAY(connect(fd, &to.any, to.len));
	close(fd);
}

static void fails_for_its_length(struct address to)
{
	struct sockaddr_storage room[2] = {0};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memcpy(room, &to.any, to.len);
	SAY(connect(fd, (struct sockaddr *)room, sizeof(room)));
	close(fd);
}

static struct address with_length(struct address a, size_t len)
{
	a.len = (socklen_t)len;
	return a;
}

int main(void)
{
	struct address v4 = address_of("127.0.0.1");
	struct address v6 = address_of("::1");
	struct address mapped = address_of("::ffff:127.0.0.1");

	v4.v4.sin_port = v6.v6.sin6_port = mapped.v6.sin6_port = htons(9);
	fails(AF_INET6, NULL, v4);
	fails(AF_INET, NULL, v6);
	fails(AF_INET6, "::1", mapped);
	fails_as_ipv6_only(mapped);
	fails(AF_INET, NULL, with_length(v4, 8));
	fails(AF_INET6, NULL, with_length(v6, 20));
	fails_for_its_length(v4);
	return 0;
}
