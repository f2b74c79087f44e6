/* SPDX-License-Identifier: MIT */
/* near.c - asks whose an address is, and whether it means what it says. */
#include "near.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "rstwatch/address.h"

#include "procfs.h"
#include "raw.h"
#include "sockopt.h"
#include "temporary.h"

bool near_pair(const struct rst_addr *local, const struct rst_addr *peer)
{
	if (addr_is_link_local(local) || addr_is_link_local(peer))
		return false;
	return peer->family &&
	       (addr_is_loopback(peer) || addr_is_same_ip(local, peer));
}

static socklen_t to_sockaddr(const struct rst_addr *a,
			     struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (void *)to;
	struct sockaddr_in6 *in6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (a->family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(a->port);
		memcpy(&in->sin_addr, a->ip, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(a->port);
	memcpy(&in6->sin6_addr, a->ip, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

/* The source address that the kernel would give a datagram to a. */
static bool source_towards(const struct rst_addr *a, struct rst_addr *source)
{
	struct sockaddr_storage name;
	socklen_t len = to_sockaddr(a, &name);
	int fd = temporary_socket(name.ss_family, SOCK_DGRAM, 0);
	bool is_known;

	if (fd < 0)
		return false;
	is_known = raw_connect(fd, (const void *)&name, len) == 0;
	len = sizeof(name);
	is_known = is_known && raw_getsockname(fd, (void *)&name, &len) == 0 &&
		   addr_from_sockaddr(source, &name);
	raw_close(fd);
	return is_known;
}

bool near_is_own(const struct rst_addr *a)
{
	struct rst_addr source;
	uint64_t blocked;
	bool is_own;

	if (a->family == 0 || addr_is_any(a) || addr_is_link_local(a))
		return false;
	if (addr_is_loopback(a))
		return true;
	/* A handler that jumps away would leave the descriptor open. */
	raw_block_signals(&blocked);
	is_own = source_towards(a, &source) && addr_is_same_ip(a, &source);
	raw_restore_signals(&blocked);
	return is_own;
}

/* What is sent to this host's own addresses all goes out by lo. */
static bool is_lo_down(int fd)
{
	struct ifreq lo = {.ifr_name = "lo"};

	return raw_ioctl(fd, SIOCGIFFLAGS, &lo) == 0 &&
	       !(lo.ifr_flags & IFF_UP);
}

/*
 * A datagram socket is refused as a TCP socket is: for the address's length
 * (EINVAL), for want of a route or of a source (ENETUNREACH, EADDRNOTAVAIL:
 * IPv6 switched off). Where none can be had, nothing is known.
 */
static bool datagrams_leave(int family, const struct sockaddr_storage *to,
			    socklen_t len)
{
	int fd = temporary_socket(family, SOCK_DGRAM, 0);
	bool leave;

	if (fd < 0)
		return true;
	leave = raw_connect(fd, (const void *)to, len) == 0 && !is_lo_down(fd);
	raw_close(fd);
	return leave;
}

/* tcp_v6_connect(): IPv4 from a socket that can't or doesn't speak it. */
static bool is_only_ipv6(int fd)
{
	struct rst_addr local;

	return sockopt_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) > 0 ||
	       (sockopt_name(fd, raw_getsockname, &local) &&
		local.family == 6 && !addr_is_any(&local));
}

bool near_takes(int fd, const struct sockaddr_storage *to, socklen_t len)
{
	struct rst_addr addr;
	uint64_t blocked;
	bool leave;

	if (sockopt_int(fd, SOL_SOCKET, SO_DOMAIN, to->ss_family) !=
	    to->ss_family)
		return false;
	addr_from_sockaddr(&addr, to);
	if (to->ss_family == AF_INET6 && addr.family == 4 && is_only_ipv6(fd))
		return false;
	/* A handler that jumps away would leave the descriptor open. */
	raw_block_signals(&blocked);
	leave = datagrams_leave(to->ss_family, to, len);
	raw_restore_signals(&blocked);
	return leave;
}

/* Of lo, whose 65,536 are cut to what an IPv4 packet can have; of few others.
 */
enum { LO_MTU_LEAST = 65535 };

bool near_is_here(int fd, const struct rst_addr *local,
		  const struct rst_addr *peer)
{
	return near_pair(local, peer) ||
	       (sockopt_int(fd, IPPROTO_IP, IP_MTU, 0) >= LO_MTU_LEAST &&
		near_is_own(peer));
}

/*
 * The first column of each line below the heading, in hex, is the number of
 * connections that are followed in this namespace; 0 on a line says it all.
 * What isn't as expected counts as "may be".
 */
static bool is_any_followed(const char *text, size_t len)
{
	const char *line = memchr(text, '\n', len);
	size_t left = line ? len - (size_t)(line - text) : 0;

	if (left < sizeof("\n00000000"))
		return true;
	return memcmp(line, "\n00000000 ", sizeof("\n00000000 ") - 1) != 0;
}

#define STAT "/proc/thread-self/net/stat"

/* Where /proc is there and has no such file, the kernel has no such part. */
static bool is_missing(int error)
{
	int dir;

	if (error != -ENOENT)
		return false;
	dir = temporary_open(AT_FDCWD, STAT, O_DIRECTORY);
	if (dir < 0)
		return false;
	raw_close(dir);
	return true;
}

static bool conntrack_follows(void)
{
	char text[512];
	ssize_t len;
	int fd = temporary_open(AT_FDCWD, STAT "/nf_conntrack", 0);

	if (fd < 0)
		return !is_missing(fd);
	len = raw_read(fd, text, sizeof(text));
	raw_close(fd);
	return len <= 0 || is_any_followed(text, (size_t)len);
}

/* A handler that jumps away would leave a descriptor open. */
static bool undisturbed(bool ask(void))
{
	uint64_t blocked;
	bool is_so;

	raw_block_signals(&blocked);
	is_so = ask();
	raw_restore_signals(&blocked);
	return is_so;
}

bool near_may_be_nat(void)
{
	return undisturbed(conntrack_follows);
}

static bool has_fast_open(void)
{
	enum { TFO_CLIENT_ENABLE = 1 };
	char text[16];
	long len = procfs_read(AT_FDCWD, "/proc/sys/net/ipv4/tcp_fastopen",
			       text, sizeof(text));

	/* The number ends in a line feed; odd is what its last digit is. */
	return len < 2 || text[len - 2] & TFO_CLIENT_ENABLE;
}

bool near_has_fast_open(void)
{
	return undisturbed(has_fast_open);
}

/* A line of names, the first of them this, and a line of their values. */
#define COOKIES_NAME  "TcpExt: SyncookiesSent "
#define COOKIES_VALUE "\nTcpExt: 0 "

static bool cookies_were_sent(void)
{
	char text[4096];
	int fd = temporary_open(AT_FDCWD, "/proc/thread-self/net/netstat", 0);
	const char *value;
	ssize_t len;

	if (fd < 0)
		return true;
	len = raw_read(fd, text, sizeof(text) - 1);
	raw_close(fd);
	text[len > 0 ? len : 0] = '\0';
	value = strchr(text, '\n');
	return !value ||
	       strncmp(text, COOKIES_NAME, sizeof(COOKIES_NAME) - 1) != 0 ||
	       strncmp(value, COOKIES_VALUE, sizeof(COOKIES_VALUE) - 1) != 0;
}

bool near_may_be_cookie(void)
{
	return undisturbed(cookies_were_sent);
}
