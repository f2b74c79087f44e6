/* SPDX-License-Identifier: MIT */
/* own.c - which connections are the command's, as the kernel saw them made. */
#include "own.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rstwatch/address.h"

bool own_can_follow(void)
{
	static const char first[] = "pid:[4026531836]"; /* PROC_PID_INIT_INO */
	char link[64] = "";

	return readlink("/proc/self/ns/pid", link, sizeof(link) - 1) > 0 &&
	       strcmp(link, first) == 0;
}

static void mark(struct own *o, pid_t pid, bool is_own)
{
	uint8_t bit = (uint8_t)(1u << (pid % 8));

	if (pid <= 0 || pid >= OWN_PIDS)
		return;
	if (is_own)
		o->pids[pid / 8] |= bit;
	else
		o->pids[pid / 8] &= (uint8_t)~bit;
}

static bool is_marked(const struct own *o, pid_t pid)
{
	return pid > 0 && pid < OWN_PIDS && o->pids[pid / 8] & 1u << (pid % 8);
}

void own_begin(struct own *o, pid_t pid)
{
	mark(o, pid, true);
}

/* A number may have been one of ours before. */
void own_forked(struct own *o, pid_t parent, pid_t child)
{
	mark(o, child, is_marked(o, parent));
}

static bool is_there(const struct own *o, const struct rst_addr *end)
{
	for (uint32_t i = 0; i < o->end_count; i++)
		if (memcmp(&o->ends[i], end, sizeof(*end)) == 0)
			return true;
	return false;
}

void own_add(struct own *o, const struct rst_addr *end)
{
	if (end->port == 0 || is_there(o, end))
		return;
	if (o->end_count == OWN_ENDS)
		o->is_full = true;
	else
		o->ends[o->end_count++] = *end;
}

void own_used(struct own *o, pid_t pid, const struct rst_addr *end)
{
	if (is_marked(o, pid))
		own_add(o, end);
}

static void add_name(struct own *o, int fd,
		     int name(int fd, struct sockaddr *a, socklen_t *len))
{
	struct sockaddr_storage a = {0};
	socklen_t len = sizeof(a);
	struct rst_addr end = {0};

	if (name(fd, (struct sockaddr *)&a, &len) != 0)
		return;
	addr_from_sockaddr(&end, &a);
	own_add(o, &end);
}

static int own_name(int fd, struct sockaddr *a, socklen_t *len)
{
	return getsockname(fd, a, len);
}

static int peer_name(int fd, struct sockaddr *a, socklen_t *len)
{
	return getpeername(fd, a, len);
}

void own_add_inherited(struct own *o)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		add_name(o, atoi(entry->d_name), own_name);
		add_name(o, atoi(entry->d_name), peer_name);
	}
	if (d)
		closedir(d);
}

/* Listening on 0.0.0.0 or :: is listening on every address of the port. */
bool own_has(const struct own *o, const struct rst_addr *end)
{
	for (uint32_t i = 0; i < o->end_count; i++)
		if (o->ends[i].port == end->port &&
		    (addr_is_any(&o->ends[i]) ||
		     memcmp(&o->ends[i], end, sizeof(*end)) == 0))
			return true;
	return false;
}
