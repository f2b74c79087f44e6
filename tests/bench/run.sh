#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - what the library costs, beside what it may: one table in Markdown.
# usage: B=build [PAIRS=7] [STORM=100000] tests/bench/run.sh
#
# Each figure is the median of pairs that were measured in turn, without and
# with the library, so that what else the machine does meets both. Times are of
# the processor, of the measured process alone.
set -u

cd "$(dirname "$0")/../.." || exit
B=$(realpath "${B:-build}")
pairs=${PAIRS:-7}
storm=${STORM:-100000}
so=$B/librstwatch.so
calls=$B/tests/bench/calls

if [ "${RSTWATCH_BENCH_NETNS:-}" != 1 ]; then
	tests/deps.sh redis-server:redis-server redis-benchmark:redis-tools \
		nginx:nginx-light ab:apache2-utils strace:strace \
		valgrind:valgrind ip:iproute2 || exit
	as_user=
	[ "$(id -u)" -eq 0 ] || as_user=-r
	export RSTWATCH_BENCH_NETNS=1
	exec unshare -n $as_user "$0"
fi
ip link set lo up
sysctl -qw net.ipv4.ip_local_port_range='1024 65000' net.ipv4.tcp_tw_reuse=1
# The servers' own: no connection may have them before.
sysctl -qw net.ipv4.ip_local_reserved_ports=7900,7901

scratch=$(mktemp -d)
server=
clean_up() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

median() {
	sort -g | awk '{ v[NR] = $1 }
		END { i = int((NR + 1) / 2); j = int(NR / 2) + 1
			print (v[i] + v[j]) / 2 }'
}

# "NAME VALUE" of each run in a file: all values of a name.
values_of() {
	awk -v name="$2" '$1 == name { print $2 }' "$scratch/$1"
}

median_of() {
	values_of "$1" "$2" | median
}

# The median of the differences, pair by pair.
added() {
	paste <(values_of bare "$1") <(values_of with "$1") |
		awk '{ printf "%.1f\n", $2 - $1 }' | median
}

# What the bare program's own calls before such a call cost it.
in_place() {
	paste <(values_of bare "$2") <(values_of bare "$1") |
		awk '{ printf "%.1f\n", $2 - $1 }' | median
}

ratio() {
	paste <(values_of bare "$1") <(values_of with "$1") |
		awk '{ printf "%.3f\n", $2 / $1 }' | median
}

# Instructions of one call, of a hundred.
instructions() {
	LD_PRELOAD=$2 valgrind --tool=callgrind -q --toggle-collect=repeat \
		--callgrind-out-file="$scratch/callgrind" \
		"$calls" count "$1" >/dev/null 2>&1
	awk '/^(summary|totals):/ { print int($2 / 100); exit }' \
		"$scratch/callgrind"
}

# A peer that is silent for a second, on a slow machine, is looked after.
least_instructions() {
	local i
	for ((i = 0; i < 3; i++)); do
		instructions "$@"
	done | sort -n | head -n 1
}

measure_calls() {
	local i
	for ((i = 0; i < pairs; i++)); do
		"$calls" >>"$scratch/bare"
		LD_PRELOAD=$so "$calls" >>"$scratch/with" 2>/dev/null
	done
}

# stormy FILE RESETS [VARIABLE=VALUE...]: with the library, to a new log.
stormy() {
	local file=$1 resets=$2
	shift 2
	rm -f "$scratch/log"
	env "$@" LD_PRELOAD="$so" RSTWATCH_LOG="$scratch/log" "$calls" \
		"$resets" >>"$scratch/$file"
}

# Short ones in pairs for the time; a long one, whose records are counted.
measure_storm() {
	local i short=$((storm / 10))
	for ((i = 0; i < pairs; i++)); do
		"$calls" "$short" >>"$scratch/bare"
		stormy with "$short"
		stormy stackless "$short" RSTWATCH_STACK=0
	done
	stormy long "$storm"
	logged=$(grep -c '"rstwatch.cause":"unread-data"' "$scratch/log")
	rm "$scratch/log"
}

# Nanoseconds on a processor, of all threads of the processes named.
cpu_ns() {
	local pid
	for pid; do
		cat /proc/"$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ sum += $1 } END { printf "%d\n", sum }'
}

# Waits until a port is listened on.
wait_for_port() {
	# shellcheck disable=SC2016 # the inner shell's
	timeout 20 bash -c 'until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
		do read -rt 0.05 <> <(:); done' - "$1"
}

# redis FILE REQUESTS COMMAND...: nanoseconds a request, into the file.
redis() {
	local file=$1 n=$2 before pids
	shift 2
	"$@" redis-server --port 7900 --save '' --appendonly no \
		>"$scratch/redis.log" 2>&1 &
	server=$!
	wait_for_port 7900
	mapfile -t pids < <(echo $server && pgrep -P $server)
	before=$(cpu_ns "${pids[@]}")
	redis-benchmark -p 7900 -t set -n "$n" -c 50 -q >/dev/null
	echo "redis $((($(cpu_ns "${pids[@]}") - before) / n))" \
		>>"$scratch/$file"
	redis-cli -p 7900 shutdown nosave >/dev/null 2>&1
	wait $server 2>/dev/null
	server=
}

watched() {
	LD_PRELOAD=$so RSTWATCH_LOG=$scratch/served.jsonl exec "$@"
}

traced() {
	exec strace -f -q -o /dev/null -e trace=network,read,write,close "$@"
}

plain() {
	exec "$@"
}

measure_redis() {
	local i
	for ((i = 0; i < pairs; i++)); do
		redis bare 100000 plain
		redis with 100000 watched
	done
	for ((i = 0; i < 3; i++)); do
		redis strace 10000 traced
	done
}

nginx_conf() {
	cat <<END
daemon off; pid $scratch/nginx.pid; error_log $scratch/error.log;
worker_processes 1; user root;
events { worker_connections 512; }
http {
	access_log off; keepalive_requests 10000000; root $scratch/www;
	client_body_temp_path $scratch/body; proxy_temp_path $scratch/proxy;
	fastcgi_temp_path $scratch/fastcgi; uwsgi_temp_path $scratch/uwsgi;
	scgi_temp_path $scratch/scgi;
	server { listen 127.0.0.1:7901 backlog=511; }
}
END
}

# web FILE NAME REQUESTS COMMAND AB-OPTION...: as redis() does.
web() {
	local file=$1 name=$2 n=$3 command=$4 worker before
	shift 4
	"$command" nginx -c "$scratch/nginx.conf" 2>/dev/null &
	server=$!
	wait_for_port 7901
	worker=$(pgrep -P $server | head -n 1)
	before=$(cpu_ns "$worker")
	ab "$@" -q -c 50 -n "$n" http://127.0.0.1:7901/index.html >/dev/null 2>&1
	echo "$name $((($(cpu_ns "$worker") - before) / n))" >>"$scratch/$file"
	kill $server
	wait $server 2>/dev/null
	server=
}

measure_nginx() {
	local i
	mkdir "$scratch/www"
	head -c 612 /dev/zero >"$scratch/www/index.html"
	nginx_conf >"$scratch/nginx.conf"
	for ((i = 0; i < pairs; i++)); do
		web bare keep 100000 plain -k
		web with keep 100000 watched -k
		web bare each 20000 plain
		web with each 20000 watched
	done
}

# holds IS MOST
holds() {
	awk -v is="$1" -v most="$2" \
		'BEGIN { print is <= most ? "yes" : "**no**" }'
}

# row WORK MOST BARE WITH MEASURED HOLDS INSTRUCTIONS
row() {
	printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@"
}

call_row() {
	local name=$1 what=$2 target=$3 most=$4 more
	more=$(added "$name")
	row "$what" "$target" "$(median_of bare "$name") ns" \
		"$(median_of with "$name") ns" "+ $more ns" \
		"$(holds "$more" "$most")" \
		"$(instructions "$name" '') -> $(instructions "$name" "$so")"
}

ratio_row() {
	local name=$1 what=$2 most=$3
	row "$what" "$most x" "$(median_of bare "$name") ns" \
		"$(median_of with "$name") ns" "$(ratio "$name") x" \
		"$(holds "$(ratio "$name")" "$most")" ''
}

strace_row() {
	local ours theirs times
	ours=$(added redis)
	theirs=$(awk -v s="$(median_of strace redis)" \
		-v b="$(median_of bare redis)" 'BEGIN { print s - b }')
	times=$(awk -v s="$theirs" -v o="$ours" \
		'BEGIN { printf "%d", s / (o > 1 ? o : 1) }')
	row 'strace -f of the same redis work' '200 x ours, at least' \
		"+ $ours ns ours" "+ $theirs ns strace" "$times x" \
		"$(holds 200 "$times")" ''
}

supervised() {
	"$B/rstwatch" run --supervise --no-capture --output /dev/null \
		-- "$@" 2>/dev/null
}

# Calls that a supervisor is asked about, and the same under strace.
measure_stopped() {
	local i stopped=$B/tests/bench/stopped
	for ((i = 0; i < pairs; i++)); do
		"$stopped" >>"$scratch/bare"
		supervised "$stopped" >>"$scratch/with"
		strace -f -o /dev/null "$stopped" >>"$scratch/strace"
	done
}

# tree PID: it and all below it.
tree() {
	local pid
	echo "$1"
	for pid in $(pgrep -P "$1"); do
		tree "$pid"
	done
}

# go_http FILE NAME CLIENTS REQUESTS keep|each COMMAND...: nanoseconds a request
# on a processor, of the server and of whoever watches it.
go_http() {
	local file=$1 name=$2 clients=$3 requests=$4 how=$5 before after pid
	local pids address
	shift 5
	rm -f "$scratch/words"
	mkfifo "$scratch/words"
	"$@" "$B/tests/go/http" serve >"$scratch/words" 2>/dev/null &
	server=$!
	exec 5<"$scratch/words"
	read -r -t 20 -u 5 address
	mapfile -t pids < <(tree $server)
	before=$(cpu_ns "${pids[@]}")
	"$B/tests/go/http" load "$address" "$clients" "$requests" "$how" \
		>/dev/null
	after=$(cpu_ns "${pids[@]}")
	echo "$name $(((after - before) / (clients * requests)))" \
		>>"$scratch/$file"
	for pid in "${pids[@]}"; do
		[ "$(readlink "/proc/$pid/exe")" != "$B/tests/go/http" ] ||
			kill -TERM "$pid"
	done
	wait $server 2>/dev/null
	server=
}

go_strace() {
	exec strace -f -q -o /dev/null -e trace=network,read,write,close "$@"
}

measure_go() {
	local i
	for ((i = 0; i < pairs; i++)); do
		go_http bare go-keep 8 500 keep plain
		go_http with go-keep 8 500 keep supervised
		go_http strace go-keep 8 250 keep go_strace
		go_http bare go-each 8 200 each plain
		go_http with go-each 8 200 each supervised
		go_http strace go-each 8 100 each go_strace
	done
}

# What strace adds, as a multiple of what we add.
stopped_row() {
	local name=$1 what=$2 ours theirs times
	ours=$(added "$name")
	theirs=$(awk -v s="$(median_of strace "$name")" \
		-v b="$(median_of bare "$name")" 'BEGIN { print s - b }')
	times=$(awk -v s="$theirs" -v o="$ours" \
		'BEGIN { printf "%.1f", s / o }')
	row "$what" 'strace / 10' "$(median_of bare "$name") ns" \
		"$(median_of with "$name") ns" \
		"+ $ours ns; strace + $theirs ns: $times x" \
		"$(holds 10 "$times")" ''
}

# What 8 frames cost a warning, and a call that warns of nothing.
stack_rows() {
	local more without with
	more=$(awk -v w="$(median_of with storm)" \
		-v s="$(median_of stackless storm)" \
		'BEGIN { printf "%.0f", w - s }')
	row 'a warning with its stack of 8 frames' '+ 10000 ns' \
		"$(median_of bare storm) ns" "$(median_of with storm) ns" \
		"+ $(added storm) ns" "$(holds "$(added storm)" 10000)" ''
	row 'of it, the stack' '+ 4000 ns' \
		"$(median_of stackless storm) ns" \
		"$(median_of with storm) ns" "+ $more ns" \
		"$(holds "$more" 4000)" ''
	without=$(RSTWATCH_STACK=0 least_instructions close-tcp "$so")
	with=$(RSTWATCH_STACK=8 least_instructions close-tcp "$so")
	row 'close, nothing to say, RSTWATCH_STACK=0 and 8' 'the same' '' '' \
		'' "$(holds "$with" "$without")" "$without -> $with"
}

measure_calls
measure_stopped
[ ! -x "$B/tests/go/http" ] || measure_go
measure_storm
measure_redis
measure_nginx

poll=$(in_place polled-write-tcp write-tcp)
calls3=$(in_place delayed-close-tcp close-tcp)
lost=$((storm - logged))
grown=$(median_of long storm-kib)
strip -o "$scratch/stripped.so" "$so"
size=$((($(stat -c %s "$scratch/stripped.so") + 1023) / 1024))

echo "$(nproc) processors, Linux $(uname -r), medians of $pairs pairs;" \
	"in a loop of its own getppid(2) takes $(median_of bare getppid) ns" \
	"and poll(2) with timeout 0 $(median_of bare poll) ns; before a write" \
	"that poll costs $poll ns, three getppid(2) before a close $calls3 ns."
echo
row work 'at most' bare with measured holds 'instructions in user space'
row --- --- --- --- --- --- ---
call_row read-other 'read, no TCP socket' '+ 8 ns' 8
call_row write-other 'write, no TCP socket' '+ 8 ns' 8
call_row read-tcp 'read, TCP socket' '+ 15 ns' 15
call_row write-tcp 'write, TCP socket' '+ poll + 20 ns' \
	"$(awk -v p="$poll" 'BEGIN { print p + 20 }')"
call_row close-tcp 'close, TCP socket, nothing to say' '+ 3 system calls' \
	"$calls3"
ratio_row redis 'redis SET, 50 clients, a request' 1.04
ratio_row keep 'nginx, keep-alive, a request' 1.03
ratio_row each 'nginx, a connection each, a request' 1.06
strace_row
stopped_row stopped-file 'supervised: write, no TCP socket'
stopped_row stopped-tcp 'supervised: write and read, TCP'
stopped_row stopped-close 'supervised: close, TCP'
stopped_row stopped-way 'supervised: a call that is not looked at'
if [ -x "$B/tests/go/http" ]; then
	stopped_row go-keep 'supervised: Go HTTP, keep-alive, a request'
	stopped_row go-each 'supervised: Go HTTP, a connection each, a request'
else
	echo 'Go is not installed (golang-go): no Go server was measured.' >&2
fi
row "storm of $storm resets, each, to a file" '+ 5000 ns' \
	"$(median_of bare storm) ns" "$(median_of with storm) ns" \
	"+ $(added storm) ns" "$(holds "$(added storm)" 5000)" ''
stack_rows
row 'records lost of it' 0 '' '' $lost "$(holds $lost 0)" ''
row 'memory grown by it' '256 KiB' "$(median_of bare storm-kib) KiB" \
	"$grown KiB" '' "$(holds "$grown" 256)" ''
row 'the .so, without debug information' '150 KiB' '' '' "$size KiB" \
	"$(holds "$size" 150)" ''
