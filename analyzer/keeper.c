/* SPDX-License-Identifier: MIT */
/* keeper.c - what goes on beside the command: capture, witness, cleaning up. */
#include "keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"
#include "live_capture.h"
#include "witness.h"

/*
 * How long resets may come after the command's end: an acknowledgment that was
 * delayed (40 ms), an answer from another processor; kernel.md section 5.
 */
enum { AFTERMATH_MS = 150, WITNESS_KEPT = 1 << 16 };

static struct {
	struct live_capture *capture;
	struct witness *witness;
	struct witness_reset *resets; /* a ring */
	uint64_t reset_count;
	struct own own;
} beside;

void keeper_path(const struct keeper *k, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", k->dir, name);
}

static void dir_remove(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

static void reset_keep(const struct witness_reset *r, void *arg)
{
	(void)arg;
	beside.resets[beside.reset_count++ % WITNESS_KEPT] = *r;
}

static void take(void)
{
	if (beside.capture)
		live_capture_take(beside.capture);
	if (beside.witness)
		witness_drain(beside.witness, reset_keep, NULL);
}

static void begin(struct keeper *k, bool wants_capture)
{
	struct keeper_state *s = &k->state;

	if (wants_capture)
		beside.capture = live_capture_open(k->dir, s->capture_why,
						   sizeof(s->capture_why));
	s->has_capture = beside.capture != NULL;
	beside.resets = calloc(WITNESS_KEPT, sizeof(*beside.resets));
	if (beside.resets)
		beside.witness = witness_open(s->witness_why);
	if (beside.witness)
		witness_follow(beside.witness, &beside.own);
	s->has_witness = beside.witness != NULL;
	s->has_own = s->has_witness && own_can_follow();
}

static int milliseconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)((now.tv_sec - begin->tv_sec) * 1000 +
		     (now.tv_nsec - begin->tv_nsec) / 1000000);
}

/* Until something comes from control (wait_ms -1), or for a time. */
static void watch(int control, int wait_ms)
{
	struct pollfd p[] = {
		{control, POLLIN, 0},
		{beside.capture ? live_capture_fd(beside.capture) : -1, POLLIN,
		 0},
		{beside.witness ? witness_fd(beside.witness) : -1, POLLIN, 0}};
	struct timespec start;
	int left = wait_ms;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		poll(p, 3, left);
		take();
		if (wait_ms >= 0)
			left = wait_ms - milliseconds_since(&start);
	} while (wait_ms < 0 ? !p[0].revents : left > 0);
}

static void witness_save(const struct keeper *k)
{
	char path[PATH_MAX];
	uint64_t first = beside.reset_count > WITNESS_KEPT
				 ? beside.reset_count - WITNESS_KEPT
				 : 0;
	FILE *f;

	keeper_path(k, KEEPER_WITNESS, path);
	f = fopen(path, "we");
	if (!f)
		return;
	for (uint64_t i = first; i < beside.reset_count; i++)
		fwrite(&beside.resets[i % WITNESS_KEPT], sizeof(*beside.resets),
		       1, f);
	fclose(f);
}

static void own_save(const struct keeper *k)
{
	char path[PATH_MAX];
	FILE *f;

	keeper_path(k, KEEPER_OWN, path);
	f = fopen(path, "we");
	if (!f)
		return;
	fwrite(&beside.own, sizeof(beside.own), 1, f);
	fclose(f);
}

static void finish(struct keeper *k)
{
	struct keeper_state *s = &k->state;

	if (beside.capture) {
		s->capture_error = -live_capture_finish(
			beside.capture, k->packets, &s->packets_dropped,
			&s->packets_forgotten);
		beside.capture = NULL;
	}
	if (beside.witness) {
		witness_save(k);
		own_save(k);
		s->resets_lost = witness_lost(beside.witness);
		s->has_own &= s->resets_lost == 0 && !beside.own.is_full;
	}
}

static void answer(int fd, const struct keeper_state *s)
{
	if (write(fd, s, sizeof(*s)) != sizeof(*s))
		return;
}

/*
 * A capture hands over its last packets after as long. The witness alone is
 * not waited for where no connection is the command's.
 */
static int aftermath_ms(const struct keeper_state *s)
{
	bool has_none;

	if (s->has_capture)
		return AFTERMATH_MS;
	take();
	has_none = s->has_own && witness_lost(beside.witness) == 0 &&
		   beside.own.end_count == 0;
	return s->has_witness && !has_none ? AFTERMATH_MS : 0;
}

static bool is_told_to_finish(int control)
{
	char byte;

	return read(control, &byte, 1) == 1;
}

static _Noreturn void keeper(struct keeper *k, int control, int answers,
			     bool wants_capture)
{
	const int keep[] = {control, answers};

	setsid();
	own_add_inherited(&beside.own);
	own_begin(&beside.own, getppid());
	launch_close_others(keep, 2);
	begin(k, wants_capture);
	answer(answers, &k->state);
	watch(control, -1);
	if (is_told_to_finish(control)) {
		/* Not poll(2) on control: its end means hurry. */
		watch(-1, aftermath_ms(&k->state));
		finish(k);
		answer(answers, &k->state);
		/* Takes 0.2 s, in which the report is made. */
		witness_close(beside.witness);
		while (is_told_to_finish(control))
			;
	}
	dir_remove(k->dir);
	_exit(0);
}

/*
 * The command may change its user before it opens the log again: what root
 * starts must find the way to it, and nobody else may list the directory.
 */
static int dir_make(struct keeper *k)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(k->dir, sizeof(k->dir), "%s/rstwatch-XXXXXX",
		 tmp && *tmp == '/' ? tmp : "/tmp");
	if (!mkdtemp(k->dir))
		return -errno;
	if (geteuid() == 0)
		chmod(k->dir, 0711);
	return 0;
}

/* 0 or -errno; k->pid is the process, if there is one. */
static int keeper_fork(struct keeper *k, bool wants_capture)
{
	int control[2], answers[2], error;

	if (pipe2(control, O_CLOEXEC) != 0)
		return -errno;
	if (pipe2(answers, O_CLOEXEC) != 0) {
		error = errno;
		close(control[0]);
		close(control[1]);
		return -error;
	}
	k->pid = fork();
	error = errno;
	if (k->pid == 0) {
		/* Or it would wait for itself, where no descriptor is left
		 * to look for others with. */
		close(control[1]);
		close(answers[0]);
		keeper(k, control[0], answers[1], wants_capture);
	}
	close(control[0]);
	close(answers[1]);
	k->control = control[1];
	k->answers = answers[0];
	if (k->pid < 0)
		return -error;
	return read(k->answers, &k->state, sizeof(k->state)) == sizeof(k->state)
		       ? 0
		       : -ECHILD;
}

int keeper_start(struct keeper *k, bool wants_capture, const char *packets)
{
	int r = dir_make(k);

	if (r)
		return r;
	k->begun = time(NULL);
	if (packets)
		snprintf(k->packets, sizeof(k->packets), "%s", packets);
	else
		keeper_path(k, KEEPER_PACKETS, k->packets);
	r = keeper_fork(k, wants_capture);
	/* Else that is keeper_end()'s. */
	if (r && k->pid <= 0)
		dir_remove(k->dir);
	return r;
}

void keeper_finish(struct keeper *k)
{
	const bool had_any = k->state.has_capture || k->state.has_witness;
	const char byte = 'f';

	/* Then nothing was saved: an older run's capture may be in its place.
	 */
	if (write(k->control, &byte, 1) != 1 ||
	    read(k->answers, &k->state, sizeof(k->state)) != sizeof(k->state))
		k->state = (struct keeper_state){.is_lost = had_any};
}

void keeper_end(struct keeper *k)
{
	close(k->control);
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	dir_remove(k->dir);
}
