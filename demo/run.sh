#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh - runs the stories of RST on real traffic and has rstwatch tell them.
# usage: B=build [DEMO_LANGUAGE=c|go] demo/run.sh [NUMBER|all]
#
# Each story is a client and a server in a network namespace of its own: under
# a capture, with the preload. The script then only prints what the log and
# `rstwatch analyze` say, and fails where that is not what the table expects.
set -u

# NUMBER PROGRAMS CAUSE VERDICT TRIGGER TITLE; trigger - is an active reset.
stories='
1 refused refused predicted syn Nobody listens on the port
2 keepalive peer-gone explained keepalive A keepalive probe, after the client has been forgotten
3 late data-after-close predicted data The server writes one second after the client closed
4 unread unread-data predicted - The server closes with unread data
5 linger linger-zero predicted - Linger 0, and close right after a write
'

self=$(realpath "$0")
B=$(realpath "${B:-build}")
bin=$B/demo/bin

# --- in the namespace: run one story, leave a log and a capture ---

server='' client='' capture='' work=''

clean_up() {
	local pid
	for pid in $server $client $capture; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	[ -z "$work" ] || rm -rf "$work"
}

# The stream goes to a file and to a second tcpdump, whose lines are the events
# that end_capture waits for.
start_capture() {
	local said refusal=''
	mkfifo "$work/stream" "$work/said" "$work/frames"
	tee "$work/raw.pcap" <"$work/stream" |
		tcpdump -r - -l -n 'tcp[tcpflags] & tcp-rst != 0 or udp' \
			>"$work/frames" 2>/dev/null &
	tcpdump -i lo -Z root -U --immediate-mode -w - \
		--time-stamp-precision=nano 'tcp or udp dst port 9' \
		>"$work/stream" 2>"$work/said" &
	capture=$!
	exec 3<"$work/said" 4<"$work/frames"
	while read -r -t 10 -u 3 said; do
		case $said in *'listening on'*) return ;; esac
		refusal+=" $said"
	done
	capture=
	echo "    (no right to capture here:$refusal)"
}

# Reads the capture's lines until one matches.
await_frame() {
	local frame
	while read -r -t 10 -u 4 frame; do
		[[ $frame == *"$1"* ]] && return
	done
	return 1
}

# The reset may come a little after the call that provoked it, so it is waited
# for. Then a datagram is sent: once that is in the file, all before it is too.
end_capture() {
	local status=0
	await_frame 'Flags [R' || {
		echo '    (no reset was captured)'
		status=1
	}
	echo >/dev/udp/127.0.0.1/9
	await_frame UDP || status=1
	kill -INT "$capture" && wait "$capture"
	capture=
	cat <&4 >/dev/null
	tcpdump -r "$work/raw.pcap" -Z root -w "$1" \
		--time-stamp-precision=nano "tcp port $2" 2>/dev/null
	return $status
}

watched() {
	exec env LD_PRELOAD="$B/librstwatch.so" RSTWATCH_LOG="$out/log.jsonl" \
		"$@" >"$work/lines" 2>&1 3<&- 4<&- 5<&-
}

record() {
	local programs=$1 port=$2 patience=$3 line status
	trap clean_up EXIT
	trap 'exit 143' INT TERM HUP
	work=$(mktemp -d -t rstwatch-demo.XXXXXX) || return
	start_capture
	mkfifo "$work/lines"
	watched "$bin/${programs}_server" "$port" &
	server=$!
	exec 5<"$work/lines"
	while read -r -t "$patience" -u 5 line; do
		echo "    $line"
		case $line in
		'server: listening on '*)
			port=${line##*:}
			watched "$bin/${programs}_client" "$port" &
			client=$!
			;;
		esac
	done
	status=$?
	if [ "$status" -gt 128 ]; then
		echo "    (no word for $patience s, giving up)"
		return 1
	fi
	wait "$server" "$client"
	server='' client=''
	[ -z "$capture" ] || end_capture "$out/capture.pcap" "$port"
}

# Both ends of a story in one static Go program, which no preload reaches:
# `rstwatch run` watches its system calls, and captures by itself.
record_go() {
	"$B/rstwatch" run --log "$out/log.jsonl" --capture "$out/capture.pcap" \
		--output /dev/null -- "$bin/$1-go" "$2" 2>&1 | indent
	return "${PIPESTATUS[0]}"
}

# --- outside: read them, print, judge ---

# The value of a key in a line of JSON, as it stands there without quotes.
value() {
	sed -n 's/.*"'"$1"'": *\("\([^"]*\)"\|\([-0-9]*\)\).*/\2\3/p'
}

indent() {
	sed 's/^/    /'
}

warnings() {
	grep '"event.action": *"reset-' "$out/log.jsonl" | value message |
		sed 's/^/rstwatch: /'
}

analyze() {
	"$B/rstwatch" analyze --format "$1" "${inputs[@]}" >"$out/report.$2"
	[ $? -le 1 ]
}

# What was found goes into the table; true if it is what is expected, for every
# reset that is not just the echo of another.
judge_resets() {
	local line status=1
	while read -r line; do
		cause=$(value rstwatch.cause <<<"$line")
		verdict=$(value rstwatch.verdict <<<"$line")
		trigger=$(value rstwatch.trigger <<<"$line")
		lead=$(value lead_ns <<<"$line")
		[ "$cause $verdict ${trigger:--}" = "$1" ] || return
		[ "$verdict" != predicted ] || [ "${lead:-0}" -gt 0 ] || return
		status=0
	done < <(grep '"event.action": *"reset"' "$out/report.json" |
		grep -v '"rstwatch.echo_of"')
	return $status
}

# Without a capture the log alone has to name the cause that a call provokes.
judge_warnings() {
	cause=$(grep '"event.action": *"reset-predicted"' "$out/log.jsonl" |
		value rstwatch.cause)
	verdict='not captured'
	[[ "$cause predicted" = "${1% *}" || $1 = *' explained '* ]]
}

microseconds() {
	[ -n "$1" ] && echo "$(($1 / 1000)).$(($1 / 100 % 10)) us"
}

tell() {
	local number=$1 programs=$2 expected=$3 title=$4
	local cause='' verdict='' trigger='' lead='' mark=ok judge=judge_resets
	local inputs
	out=$B/demo/story$number${suffix-}
	rm -rf "$out"
	mkdir -p "$out"
	printf '\nStory %s: %s\n\n  the program\n' "$number" "$title"

	$isolate "$self" --record "$number" "$programs" "$out" &
	child=$!
	wait "$child" || mark=FAIL
	child=

	printf '\n  the warning\n'
	warnings | indent
	inputs=("$out/log.jsonl")
	if [ -s "$out/capture.pcap" ]; then
		inputs+=("$out/capture.pcap")
	else
		judge=judge_warnings
	fi
	printf '\n  the packets and the verdict (rstwatch analyze)\n'
	analyze text txt && analyze json json || mark=FAIL
	indent <"$out/report.txt"
	$judge "$expected" || mark="FAIL, expected $expected"
	[ "$mark" = ok ] || failed=1
	table+=$(printf '  %-58s %-17s %-13s %9s  %s' "$number $title" \
		"${cause:--}" "${verdict:--}" "$(microseconds "$lead")" \
		"$mark")$'\n'
}

if [ "${1-}" = --record ]; then
	out=$4
	ip link set lo up 2>/dev/null
	port=0 patience=90
	if [ -n "${DEMO_ISOLATED-}" ]; then
		port=8080 patience=15
		# Story 2 needs the client's kernel to forget it soon.
		[ "$2" != 2 ] ||
			echo 1 >/proc/sys/net/ipv4/tcp_fin_timeout
	fi
	if [ "$DEMO_LANGUAGE" = go ]; then
		record_go "$3" $port
	else
		record "$3" $port $patience
	fi
	exit
fi

failed='' table='' child='' isolate=''
trap '[ -z "$child" ] || { kill "$child"; wait "$child"; } 2>/dev/null; exit 130' \
	INT TERM HUP
if unshare -n true 2>/dev/null; then
	isolate='unshare -n'
elif unshare -Unc --keep-caps true 2>/dev/null; then
	isolate='unshare -Unc --keep-caps'
else
	echo 'No network namespace can be made here: story 2 takes a minute.'
fi
export B DEMO_ISOLATED=$isolate DEMO_LANGUAGE=${DEMO_LANGUAGE:-c}
case $DEMO_LANGUAGE in
c) suffix='' ;;
go) suffix=-go ;;
*)
	echo "no stories in $DEMO_LANGUAGE, only in c and go" >&2
	exit 2
	;;
esac

while read -r number programs cause verdict trigger title; do
	case $number in
	'') continue ;;
	"${1-all}") ;;
	*) [ "${1-all}" = all ] || continue ;;
	esac
	tell "$number" "$programs" "$cause $verdict $trigger" "$title"
done <<<"$stories"
if [ -z "$table" ]; then
	echo "no story ${1-all}; there are 1 to 5" >&2
	exit 2
fi

printf '\n  %-58s %-17s %-13s %9s\n' story cause verdict lead
printf '%s\n  log, capture and report of each: %s/demo/storyN%s/\n' \
	"$table" "$B" "$suffix"
[ -z "$failed" ]
