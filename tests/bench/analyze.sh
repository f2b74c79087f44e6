#!/bin/bash
# SPDX-License-Identifier: MIT
# analyze.sh - what the analyzer costs: time against a bare pcap_loop() and
# tshark, memory a connection, a SYN flood, a log. Times are of the processor
# (user and system), so that a busy machine tells the same; ratios are of runs
# next to each other. usage: B=build tests/bench/analyze.sh
set -u

cd "$(dirname "$0")/../.." || exit
B=${B:-build}
tests/deps.sh tshark:tshark tcpdump:tcpdump time:time || exit
gib=${BENCH_BYTES:-1073741824}
pairs=${BENCH_PAIRS:-7}
tshark_packets=${BENCH_TSHARK_PACKETS:-1000000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
make_input() { "$B/tests/bench/analyze_make" "$@"; }
TIMEFORMAT='%U %S'

# Seconds of the processor that a command takes.
seconds() {
	{ time "$@" >"$scratch/out" 2>/dev/null; } 2>&1 |
		awk 'END { printf "%.3f\n", $1 + $2 }'
}

# The most memory that `analyze` had, in KiB, for what comes down the pipe.
memory_of() {
	make_input "$@" | /usr/bin/time -f %M -o "$scratch/rss" \
		"$B/rstwatch" analyze --no-progress --format json - \
		>"$scratch/out" 2>/dev/null
	tail -n 1 "$scratch/rss"
}

figure() { printf '  %-44s %s\n' "$1" "$2"; }

analyze() {
	seconds "$B/rstwatch" analyze --no-progress --format text "$@"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# A neighbour on the machine slows both of a pair, and spoils some pairs.
against_pcap_loop() {
	local file=$scratch/mixed.pcap loop ours packets i
	make_input mixed 2000000 "$gib" >"$file"
	for ((i = 0; i < pairs; i++)); do
		loop=$(seconds "$B/tests/bench/analyze_loop" "$file")
		packets=$(cat "$scratch/out")
		ours=$(analyze "$file")
		awk -v l="$loop" -v o="$ours" -v p="$packets" \
			'BEGIN { print l / o, l, o, p / o / 1e6 }'
	done >"$scratch/pairs"
	figure 'what it says of itself' "$(head -n 1 "$scratch/out")"
	figure "ratios of $pairs pairs, sorted" "$(cut -d ' ' -f 1 \
		"$scratch/pairs" | sort -n | xargs printf '%.2f ')"
	figure 'median ratio to pcap_loop (wanted: 0.30)' "$(cut -d ' ' -f 1 \
		"$scratch/pairs" | median | xargs printf '%.2f')"
	figure 'pcap_loop; analyze, medians' "$(cut -d ' ' -f 2 \
		"$scratch/pairs" | median) s; $(cut -d ' ' -f 3 \
		"$scratch/pairs" | median) s"
	figure 'packets a second of processor' "$(cut -d ' ' -f 4 \
		"$scratch/pairs" | median | xargs printf '%.1f') million"
}

# tshark keeps some 600 bytes a packet and slows down with each, so it gets a
# part; on the whole it would fare worse.
against_tshark() {
	local part=$scratch/part.pcap theirs ours i
	tcpdump -r "$scratch/mixed.pcap" -c "$tshark_packets" -w "$part" \
		2>/dev/null
	theirs=$(seconds tshark -r "$part" -Y tcp.flags.reset==1)
	ours=$(for ((i = 0; i < pairs; i++)); do analyze "$part"; done | median)
	figure "tshark, analyze on $tshark_packets packets" \
		"$theirs s, $ours s, $(awk -v t="$theirs" -v o="$ours" \
			'BEGIN { printf "%.0f x", t / o }') (wanted: 60 x)"
}

memory() {
	local few many
	few=$(memory_of live 1000)
	many=$(memory_of live 1000000)
	figure 'bytes a live connection, index and all' "$(awk -v f="$few" \
		-v m="$many" 'BEGIN { printf "%.0f", (m - f) * 1024 / 999000 }')"
	figure 'SYN flood of 10 million: most memory' "$(awk -v \
		k="$(memory_of flood 10000000)" \
		'BEGIN { printf "%.0f MiB", k / 1024 }')"
}

logs() {
	local log=$scratch/log.jsonl took
	make_input log "$gib" >"$log"
	took=$(analyze "$log")
	figure 'log, 1 record in 40 tells of a reset' "$(awk -v b="$gib" \
		-v t="$took" 'BEGIN { printf "%.0f MB/s (wanted: 60)", b / t / 1e6 }')"
}

# Reading the log, finding function, file and line of its 400 addresses, and
# telling every reset of them.
symbols() {
	local log=$scratch/resets.jsonl format
	make_input resets 10000 >"$log"
	for format in json html; do
		figure "10,000 resets of 50 places, 8 frames: $format" "$(
			seconds "$B/rstwatch" analyze --no-progress --all \
				--format "$format" "$log") s (wanted: 2)"
	done
	figure 'functions named there, with inlined ones' "$("$B/rstwatch" \
		analyze --all --format json "$log" | grep -o '"function":' |
		wc -l)"
}

echo 'analyze:'
against_pcap_loop
against_tshark
rm -f "$scratch"/*.pcap
memory
logs
symbols
