/* SPDX-License-Identifier: MIT */
/* truth.c - runs the storm before its witnesses and has it judged. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cable.h"
#include "fins.h"
#include "netns.h"
#include "report.h"
#include "wire.h"

enum {
	CALLS_MAX = 1 << 23,
	SHOWN_MAX = 40, /* plays told in full */
	QUIET_MS = 300, /* acknowledgments and timers still to come */
	STUCK_S = 600,
};

static struct {
	uint64_t seed;
	uint64_t resets; /* to reach */
	int seconds;	 /* or to run for */
	const char *only;
	const char *log; /* kept there */
	const char *far; /* "US,PERCENT": all servers behind a bad cable */
	char here[PATH_MAX - 64];
	int shown;
	bool is_broken;
	struct accounts accounts;
	struct wire *wire;
	struct witness *witness;
	struct fins *fins;
	struct cable *cable;
} run = {.seed = 1, .resets = 20000, .seconds = STUCK_S};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "truth: %s: %s\n", what, why);
	exit(2);
}

static void must(bool is_well, const char *what)
{
	if (!is_well)
		die(what, strerror(errno));
}

static bool is_server(uint16_t port)
{
	return port == STORM_PORT || port == STORM_DEAD_PORT;
}

static void take_reset(const struct witness_reset *w, void *unused)
{
	struct seen_reset *r;
	uint32_t play;

	(void)unused;
	/* Other networks of the machine may have the same addresses. */
	if (w->is_received ||
	    (!is_server(w->local.port) && !is_server(w->peer.port)) ||
	    !play_of(is_server(w->local.port) ? &w->local : &w->peer, &play))
		return;
	r = list_add(&run.accounts.resets);
	r->ts_ns = w->realtime_ns;
	r->play = play;
	r->tid = w->tid;
	r->is_from_server = is_server(w->local.port);
	r->port = r->is_from_server ? w->peer.port : w->local.port;
	r->is_active = w->is_active;
	memcpy(r->reason, w->reason, sizeof(r->reason));
}

static void shell(const char *command)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		die(command, "failed");
}

static void link_make(int here, int there)
{
	static const char *const names[] = {"veth0", "veth1"};
	unsigned delay_us = 0, lost_percent = 0;
	char command[128];

	if (run.far) {
		must(sscanf(run.far, "%u,%u", &delay_us, &lost_percent) == 2,
		     "--far");
		run.cable = cable_lay((const int[]){here, there}, names,
				      delay_us, lost_percent);
		must(run.cable != NULL, "/dev/net/tun");
		return;
	}
	snprintf(command, sizeof(command),
		 "ip link add veth0 type veth peer name veth1 netns "
		 "/proc/%d/fd/%d",
		 (int)getpid(), there);
	shell(command);
}

/*
 * Two networks: the storm's own, and one behind a veth for peers that are not
 * on the same host. Each has many addresses by a route of its own.
 */
static void networks_make(int *here, int *there)
{
	static const char *const settings[][2] = {
		{"ipv4/tcp_rmem", "4096 16384 131072"},
		{"ipv4/tcp_wmem", "4096 16384 262144"},
		{"ipv4/tcp_max_orphans", "262144"},
		/* On both sides, and without a cookie. */
		{"ipv4/tcp_fastopen", "519"},
		{"ipv4/ip_local_port_range", "10000 65000"},
	};
	struct netns_address unused = netns_new_address();
	char why[NETNS_ERROR_MAX], command[128];

	if (netns_enter(&unused, why) < 0)
		die("network", why);
	*there = open("/proc/self/ns/net", O_RDONLY);
	shell("ip route add local 10.128.0.0/9 dev lo");
	if (netns_enter(&unused, why) < 0)
		die("network", why);
	*here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	link_make(*here, *there);
	shell("ip addr add 192.168.72.1/24 dev veth0 && ip link set veth0 up &&"
	      " ip route add local 10.0.0.0/9 dev lo &&"
	      " ip -6 route add local " STORM_NET6 "/96 dev lo &&"
	      " ip route add 10.128.0.0/9 via 192.168.72.2");
	snprintf(command, sizeof(command),
		 "nsenter --net=/proc/%d/fd/%d sh -c '"
		 "ip addr add 192.168.72.2/24 dev veth1 &&"
		 "ip link set veth1 up'",
		 (int)getpid(), *there);
	shell(command);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		netns_sysctl(settings[i][0], settings[i][1]);
}

static int journal_make(void)
{
	size_t size = sizeof(struct journal) +
		      CALLS_MAX * sizeof(struct journal_entry);
	int fd = memfd_create("journal", 0);

	must(fd >= 0 && ftruncate(fd, (off_t)size) == 0, "journal");
	run.accounts.journal =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(run.accounts.journal != MAP_FAILED, "journal");
	run.accounts.journal->capacity = CALLS_MAX;
	return fd;
}

static pid_t storm_start(int journal, int there, const char *log)
{
	char program[PATH_MAX], preload[PATH_MAX], numbers[3][24];
	char *argv[] = {program,    numbers[0],	      numbers[1],
			numbers[2], (char *)run.only, NULL};
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	snprintf(program, sizeof(program), "%s/player", run.here);
	snprintf(preload, sizeof(preload), "%s/../../librstwatch.so", run.here);
	snprintf(numbers[0], sizeof(numbers[0]), "%d", journal);
	snprintf(numbers[1], sizeof(numbers[1]), "%d", there);
	snprintf(numbers[2], sizeof(numbers[2]), "%" PRIu64, run.seed);
	setenv("LD_PRELOAD", preload, 1);
	setenv("RSTWATCH_LOG", log, 1);
	setenv("RSTWATCH_LEVEL", "info", 1);
	setenv("RSTWATCH_STACK", run.only ? "8" : "0", 1);
	if (run.far)
		setenv("STORM_FAR", run.far, 1);
	execv(program, argv);
	_exit(127);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static time_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* The tracepoints speak of the whole machine, and their rings are small. */
static void listen_once(void)
{
	enum { AT_MOST_MS = 20 };
	struct pollfd p = {.fd = witness_fd(run.witness), .events = POLLIN};

	poll(&p, 1, AT_MOST_MS);
	witness_drain(run.witness, take_reset, NULL);
	fins_drain(run.fins);
}

/* That nothing more comes is no event: it takes a time. */
static void listen_for(uint64_t ms)
{
	uint64_t end_ns = now_ns() + ms * 1000000;

	while (now_ns() < end_ns)
		listen_once();
}

/* Listens until the storm has ended, which is told when it is enough. */
static int storm_wait(pid_t pid)
{
	time_t end = now_s() + run.seconds;
	int status = 0;

	wire_comes_first();
	while (waitpid(pid, &status, WNOHANG) == 0) {
		listen_once();
		if (wire_resets(run.wire) >= run.resets || now_s() >= end)
			__atomic_store_n(&run.accounts.journal->stop, 1,
					 __ATOMIC_RELAXED);
		if (now_s() >= end + 30)
			kill(-pid, SIGKILL);
	}
	kill(-pid, SIGKILL);
	return status;
}

static void say(const char *what, uint32_t play, void *unused)
{
	(void)unused;
	printf("%s: make truth SEED=%" PRIu64 " ONLY=%u\n", what, run.seed,
	       play);
	if (!run.only && run.shown++ < SHOWN_MAX)
		report_play(&run.accounts, play);
}

static void lists_prepare(void)
{
	run.accounts.packets.elem = sizeof(struct seen_packet);
	run.accounts.resets.elem = sizeof(struct seen_reset);
	run.accounts.fins.elem = sizeof(struct seen_fin);
	run.accounts.records.elem = sizeof(struct seen_record);
	run.accounts.calls.elem = sizeof(struct journal_entry);
}

/*
 * The tracepoint hears all networks, and each storm has the same addresses: one
 * at a time. The name is in the network that we came from, and goes with us.
 */
static void await_others(void)
{
	static const char name[] = "rstwatch-storm";
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(a.sun_path + 1, name, sizeof(name));
	while (bind(fd, (void *)&a, sizeof(a)) != 0) {
		must(errno == EADDRINUSE, "storm's name");
		poll(NULL, 0, 200);
	}
}

/* Three accounts of one storm. */
static void storm_run(const char *log)
{
	char why[WITNESS_ERROR_MAX];
	int here, there, journal, status;

	await_others();
	networks_make(&here, &there);
	journal = journal_make();
	unlink(log); /* what is there would be taken for ours */
	lists_prepare();
	run.wire = wire_start(&run.accounts.packets, here, there);
	must(run.wire != NULL, "capture");
	run.witness = witness_open(why);
	if (run.witness)
		run.fins = fins_open(&run.accounts.fins, why);
	if (!run.fins)
		die("tracepoint", why);
	status = storm_wait(storm_start(journal, there, log));
	if (status != 0)
		fprintf(stderr, "truth: the storm ended with status %#x\n",
			(unsigned)status);
	listen_for(QUIET_MS);
	run.accounts.end_ns = now_ns();
	listen_for(QUIET_MS);
	run.accounts.lost = witness_lost(run.witness) + fins_close(run.fins) +
			    wire_stop(run.wire) +
			    (run.cable ? cable_cut(run.cable) : 0);
	run.accounts.skipped = witness_skipped(run.witness);
	witness_close(run.witness);
	run.is_broken = status != 0;
}

static int verdict(const char *log)
{
	struct judgement j = {0};
	uint64_t faults;
	char why[256];

	if (accounts_read_log(&run.accounts, log, why) < 0)
		die("log", why);
	accounts_sort(&run.accounts);
	if (run.only)
		report_play(&run.accounts, (uint32_t)atoi(run.only));
	judge(&run.accounts, &j, say, NULL);
	printf("\nseed %" PRIu64 "\n", run.seed);
	faults = report_table(&j);
	if (run.accounts.lost)
		printf("%" PRIu64 " packets or tracepoint hits were lost: this "
		       "run proves nothing\n",
		       run.accounts.lost);
	if (run.accounts.records_lost)
		printf("%" PRIu64 " records were lost\n",
		       run.accounts.records_lost);
	return faults || run.accounts.lost || run.accounts.records_lost ||
	       run.is_broken;
}

static void options_read(int argc, char **argv)
{
	static const struct option options[] = {
		{"seed", required_argument, NULL, 's'},
		{"resets", required_argument, NULL, 'r'},
		{"seconds", required_argument, NULL, 't'},
		{"only", required_argument, NULL, 'o'},
		{"log", required_argument, NULL, 'l'},
		{"far", required_argument, NULL, 'f'},
		{0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's': run.seed = strtoull(optarg, NULL, 0); break;
		case 'r': run.resets = strtoull(optarg, NULL, 0); break;
		case 't': run.seconds = atoi(optarg); break;
		case 'o': run.only = optarg; break;
		case 'l': run.log = optarg; break;
		case 'f': run.far = optarg; break;
		default: exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	char log[] = "/tmp/rstwatch-storm-XXXXXX";
	ssize_t n = readlink("/proc/self/exe", run.here, sizeof(run.here) - 1);
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	options_read(argc, argv);
	must(n > 0, "/proc/self/exe");
	*strrchr(run.here, '/') = '\0';
	if (!run.log) {
		int fd = mkstemp(log);

		must(fd >= 0, log);
		close(fd);
	}
	storm_run(run.log ? run.log : log);
	status = verdict(run.log ? run.log : log);
	if (!run.log)
		unlink(log);
	return status;
}
