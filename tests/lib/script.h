/* SPDX-License-Identifier: MIT */
/* script.h - what a test does as a user would, in a shell. */
#ifndef RSTWATCH_TESTS_SCRIPT_H
#define RSTWATCH_TESTS_SCRIPT_H

#include <stddef.h>

/*
 * Runs a script by bash, with -eu, in a new directory and a network of its own
 * whose lo is up. $BUILD is the build directory, $SRC that of the sources, $SO
 * the preload, and rstwatch is in PATH; `not COMMAND` is a
 * failure where bash takes `! COMMAND` for none. Unless it ends with 0 the test
 * fails and shows what it printed; 77 skips the test for the reason printed.
 */
void script_run(const char *script);

/*
 * For a group of tests: makes a new directory, $FILES to the scripts, and runs
 * setup, which fills it; and takes it away. 0, or -1 without a directory.
 */
int script_files(const char *setup);
int script_files_remove(void **state);

/*
 * What a script may begin with: tell FILE... analyzes, found N PATTERN fails
 * unless N lines of the report have it.
 */
#define SCRIPT_FOUND \
	"tell() { rstwatch analyze --format json \"$@\" >$OLDPWD/told || " \
	"[ $? = 1 ]; }\n" \
	"found() { n=$(grep -cE -- \"$2\" $OLDPWD/told || :)\n" \
	"[ $n = $1 ] || { cat $OLDPWD/told; echo \"$n of $2\"; exit 1; }; }\n"

/*
 * Or: the namespaces of a $client, 10.1.0.2, and a $server, 192.0.2.2, at the
 * test's own as their router. in_ PID COMMAND runs in one of them, dump PID
 * FILE captures there, until_ 'CONDITION' waits.
 */
#define SCRIPT_ROUTER \
	"until_() { until eval \"$1\"; do read -rt 0.02 <> <(:) || :; done; }\n" \
	"net() { readlink /proc/$1/ns/net; }\n" \
	"in_() { nsenter -n -t \"$@\"; }\n" \
	"unshare -n sleep 30 & client=$!\n" \
	"unshare -n sleep 30 & server=$!\n" \
	"until_ '[ $(net $client) != $(net $$) ]'\n" \
	"until_ '[ $(net $server) != $(net $$) ]'\n" \
	"ip link add in type veth peer name e0 netns $client\n" \
	"ip link add out type veth peer name e0 netns $server\n" \
	"ip addr add 10.1.0.1/24 dev in; ip addr add 192.0.2.1/24 dev out\n" \
	"ip link set in up; ip link set out up\n" \
	"echo 1 >/proc/sys/net/ipv4/ip_forward\n" \
	"in_ $client ip addr add 10.1.0.2/24 dev e0\n" \
	"in_ $client ip link set e0 up\n" \
	"in_ $client ip route add default via 10.1.0.1\n" \
	"in_ $server ip addr add 192.0.2.2/24 dev e0\n" \
	"in_ $server ip link set e0 up\n" \
	"in_ $server ip route add default via 192.0.2.1\n" \
	"dump() { in_ $1 tcpdump --immediate-mode -s 512 -Z root -i e0 -Uw $2 tcp 2>$2.said & }\n"

#endif
