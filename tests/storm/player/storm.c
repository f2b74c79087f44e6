/* SPDX-License-Identifier: MIT */
/* storm.c - the watched program: workers that play until told to stop. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "play.h"

struct storm storm;

enum { CROWDS = 2, THREADS = 4, SOLOS = 2, PATIENTS = 96 };

uint64_t dice_roll(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct journal_entry *journal_begin(uint32_t play, enum storm_side side, int fd,
				    enum storm_call call, long arg)
{
	struct journal *j = storm.journal;
	uint32_t i = __atomic_fetch_add(&j->count, 1, __ATOMIC_RELAXED);
	struct journal_entry *e;

	if (i >= j->capacity)
		abort();
	e = &j->entries[i];
	e->play = play;
	e->tid = (int32_t)syscall(SYS_gettid);
	e->pid = (int32_t)getpid();
	e->arg = (int32_t)arg;
	e->fd = (int16_t)fd;
	e->side = (uint8_t)side;
	e->call = (uint8_t)call;
	e->begin_ns = now_ns();
	return e;
}

void journal_end(struct journal_entry *e, long result)
{
	int error = errno;

	e->end_ns = now_ns();
	e->result = (int32_t)result;
	e->error = (int16_t)(result < 0 ? error : 0);
	errno = error;
}

/* The numbers of the plays are shared: each kind of worker takes its own. */
static void work(enum worker kind)
{
	struct journal *j = storm.journal;

	while (!__atomic_load_n(&j->stop, __ATOMIC_RELAXED)) {
		uint32_t id = __atomic_fetch_add(&j->cursor[kind], 1,
						 __ATOMIC_RELAXED);

		if (play_worker(id) != kind)
			continue;
		play_run(id);
		__atomic_fetch_add(&j->done, 1, __ATOMIC_RELAXED);
	}
}

static void *work_busily(void *unused)
{
	work(BUSY);
	return unused;
}

static void *work_patiently(void *unused)
{
	work(PATIENT);
	return unused;
}

static int work_by(unsigned count, void *thread_of(void *))
{
	pthread_t threads[PATIENTS];

	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, thread_of, NULL))
			return 1;
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static int crowd(void)
{
	return work_by(THREADS, work_busily);
}

static int patients(void)
{
	return work_by(PATIENTS, work_patiently);
}

static int solo(void)
{
	work(SOLO);
	return 0;
}

static int wait_for_all(void)
{
	int status, bad = 0;

	while (wait(&status) > 0 || errno == EINTR)
		bad |= status != 0;
	return bad;
}

static void start(int worker(void))
{
	pid_t pid = fork();

	if (pid == 0)
		exit(worker());
	if (pid < 0)
		exit(2);
}

static int play_all(void)
{
	for (int i = 0; i < CROWDS; i++)
		start(crowd);
	for (int i = 0; i < SOLOS; i++)
		start(solo);
	for (int i = 0; i < CROWDS; i++)
		start(patients);
	return wait_for_all();
}

static bool prepare(char **argv)
{
	int fd = atoi(argv[1]);
	off_t size = lseek(fd, 0, SEEK_END);

	storm.journal = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
			     MAP_SHARED, fd, 0);
	storm.netns[0] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	storm.netns[1] = atoi(argv[2]);
	storm.seed = strtoull(argv[3], NULL, 0);
	storm.is_far = getenv("STORM_FAR") != NULL;
	storm.null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	storm.file_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	return storm.journal != MAP_FAILED && storm.null_fd >= 0 &&
	       storm.file_fd >= 0;
}

int main(int argc, char **argv)
{
	if (argc < 4 || !prepare(argv)) {
		fprintf(stderr, "usage: storm JOURNAL_FD NETNS_FD SEED "
				"[PLAY]; run it by `make truth`\n");
		return 2;
	}
	if (argc == 4)
		return play_all();
	play_run((uint32_t)strtoul(argv[4], NULL, 0));
	return 0;
}
