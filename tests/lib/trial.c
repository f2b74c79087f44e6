/* SPDX-License-Identifier: MIT */
/* trial.c - runs programs in networks of their own, before two witnesses. */
#include "trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { AT_A_TIME = 3, TIMEOUT_MS = 10000, QUIET_MS = 200, FREEING = 32 };

static int apply_sysctls(struct trial *t)
{
	char name[128];

	for (const char *const *s = t->sysctls; s && *s; s++) {
		const char *value = strchr(*s, '=') + 1;

		snprintf(name, sizeof(name), "%.*s", (int)(value - *s - 1), *s);
		if (netns_sysctl(name, value) == 0)
			continue;
		snprintf(t->why, sizeof(t->why), "sysctl %s: %s", *s,
			 strerror(errno));
		return -1;
	}
	return 0;
}

/* 0, or -1 and t->why. The test itself is left in the trial's network. */
static int start(struct trial *t)
{
	static char unshare[] = "/usr/bin/unshare", pid[] = "--pid",
		    proc[] = "--mount-proc", fork[] = "--fork";
	char *argv[] = {unshare, pid, proc, fork, (char *)t->program,
			NULL,	 NULL};

	t->address = netns_new_address();
	argv[5] = t->is_ipv6 ? t->address.v6 : t->address.v4;
	if (netns_enter(&t->address, t->why) < 0 || apply_sysctls(t) < 0)
		return -1;
	t->sniffer = sniffer_open(t->dump, t->why);
	if (!t->sniffer)
		return -1;
	if (program_start(&t->run, t->is_alone ? argv : argv + 4, t->env,
			  TIMEOUT_MS) == 0)
		return 0;
	snprintf(t->why, sizeof(t->why), "%s: %s", t->program, strerror(errno));
	return -1;
}

struct trials {
	struct trial *trials;
	size_t count;
	struct witness *witness;
};

static bool is_at(const struct rst_addr *a, const struct trial *t)
{
	uint8_t ip[16] = {0};

	if (a->family == 4)
		inet_pton(AF_INET, t->address.v4, ip);
	else if (a->family == 6)
		inet_pton(AF_INET6, t->address.v6, ip);
	else
		return false;
	return memcmp(a->ip, ip, sizeof(ip)) == 0;
}

static void take_reset(const struct witness_reset *r, void *arg)
{
	const struct trials *all = arg;

	for (size_t i = 0; i < all->count; i++) {
		struct trial *t = &all->trials[i];

		if (!is_at(&r->local, t) && !is_at(&r->peer, t))
			continue;
		if (t->seen_count < TRIAL_SEEN_MAX)
			t->seen[t->seen_count] = *r;
		t->seen_count++;
	}
}

static void run_all(struct trials *all)
{
	struct program *running[AT_A_TIME] = {NULL};
	size_t next = 0;

	for (;;) {
		struct program *ended;

		for (size_t i = 0; i < AT_A_TIME; i++) {
			while (!running[i] && next < all->count) {
				struct trial *t = &all->trials[next++];

				if (start(t) == 0)
					running[i] = &t->run;
			}
		}
		ended = program_wait(running, AT_A_TIME);
		if (!ended)
			return;
		/* Their rings would not hold all that the machine does. */
		if (all->witness)
			witness_drain(all->witness, take_reset, all);
		for (size_t i = 0; i < AT_A_TIME; i++)
			if (running[i] == ended)
				running[i] = NULL;
	}
}

void trial_run_all(struct trial *trials, size_t count, struct witness *w)
{
	struct trials all = {trials, count, w};

	run_all(&all);
	/* That something does not come is no event: it takes a time. */
	poll(NULL, 0, QUIET_MS);
	if (w)
		witness_drain(w, take_reset, &all);
}

struct share {
	struct trial *trials;
	size_t count;
	size_t first;
};

static void *free_share(void *arg)
{
	const struct share *s = arg;

	for (size_t i = s->first; i < s->count; i += FREEING) {
		sniffer_close(s->trials[i].sniffer);
		s->trials[i].sniffer = NULL;
	}
	return NULL;
}

/* To close a packet socket is to wait 20 ms for the kernel's readers. */
void trial_free_all(struct trial *trials, size_t count)
{
	struct share shares[FREEING];
	pthread_t threads[FREEING];
	size_t started = 0;

	for (; started < FREEING; started++) {
		shares[started] = (struct share){trials, count, started};
		if (pthread_create(&threads[started], NULL, free_share,
				   &shares[started]) != 0)
			break;
	}
	for (size_t i = started; i < FREEING; i++)
		free_share(&(struct share){trials, count, i});
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
