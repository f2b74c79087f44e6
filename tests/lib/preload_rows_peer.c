/* SPDX-License-Identifier: MIT */
/* preload_rows_peer.c - resets that a call makes the peer send */
#include "preload_rows.h"

/* P1, P2, P7, P9: what the peer's kernel answers to. */
#define TO_CLOSED(name, func, why) \
	RESETS(name, 1, why, \
	       .said = {PREDICTED("data-after-close", "certain", func)})
#define TO_NOBODY(name, func) \
	RESETS(name, 1, "NO_SOCKET", \
	       .said = {PREDICTED("peer-gone", "certain", func)})
/* On both sides, and without a cookie. */
#define FAST_OPEN "ipv4/tcp_fastopen=519"
#define REFUSED(name) \
	RESETS(name, 1, "NO_SOCKET", \
	       .said = {PREDICTED("refused", "certain", "connect"), \
			RECEIVED("connect", "ECONNREFUSED", \
				 .cause = "refused", .certainty = "certain")})

static const struct preload_row rows[] = {
	TO_CLOSED("write_to_a_closed_peer_is_reset", "write", LATE),
	TO_CLOSED("writev_to_a_closed_peer_is_reset", "writev", LATE),
	TO_CLOSED("send_to_a_closed_peer_is_reset", "send", LATE),
	TO_CLOSED("sendto_to_a_closed_peer_is_reset", "sendto", LATE),
	TO_CLOSED("sendmsg_to_a_closed_peer_is_reset", "sendmsg", LATE),
	RESETS("send_to_a_closed_peer_of_a_socket_that_peeks_on_is_reset", 1,
	       LATE,
	       .said = {PREDICTED("data-after-close", "certain", "send",
				  .unread = 26)}),
	TO_CLOSED("sendmmsg_to_a_closed_peer_is_reset", "sendmmsg", LATE),
	TO_CLOSED("sendfile_to_a_closed_peer_is_reset", "sendfile", LATE),
	TO_CLOSED("urgent_data_to_a_closed_peer_is_reset", "send", LATE),
	TO_CLOSED("splice_to_a_closed_peer_is_reset", "splice", LATE),
	SILENT("write_ended_by_a_cancellation_is_silent"),
	RESETS("sendfile_with_a_pending_cancellation_is_reset", 1, LATE,
	       .status = "exit 5",
	       .said = {PREDICTED("data-after-close", "certain", "sendfile")}),
	SILENT("connect_ended_by_a_cancellation_is_silent"),
	SILENT("write_to_an_open_peer_is_silent"),
	SILENT("write_to_a_half_closed_peer_is_silent"),
	SILENT("write_to_a_half_closed_twin_is_silent"),
	SILENT("write_to_a_peer_shut_for_reading_is_silent"),
	TO_CLOSED("write_to_a_peer_shut_both_ways_is_reset", "write",
		  "TCP_ABORT_ON_DATA"),
	TO_CLOSED("write_to_a_peer_shut_for_reading_then_writing_is_reset",
		  "write", "TCP_ABORT_ON_DATA"),
	TO_CLOSED("write_to_a_peer_shut_for_writing_then_reading_is_reset",
		  "write", "TCP_ABORT_ON_DATA"),
	TO_CLOSED("write_to_a_fallback_that_closed_on_data_is_reset", "write",
		  LATE),
	SILENT("write_of_nothing_to_a_closed_peer_is_silent"),
	SILENT("writev_of_nothing_to_a_closed_peer_is_silent"),
	SILENT("write_after_our_own_shutdown_is_silent"),
	SILENT("write_to_a_peer_whose_child_reads_on_is_silent"),
	RESETS("write_to_a_peer_closed_behind_a_full_window_is_reset", 1,
	       "TCP_ABORT_ON_DATA",
	       .said = {PREDICTED("data-after-close", "certain", "write",
				  .unread = ANY)}),
	RESETS("data_that_comes_while_a_close_lingers_is_reset", 1,
	       "TCP_ABORT_ON_DATA",
	       .said = {PREDICTED("data-after-close", "certain", "send",
				  .unread = ANY)}),
	RESETS("connect_to_a_full_listener_that_aborts_is_reset", 1,
	       "INVALID_SYN", .sysctls = {"ipv4/tcp_abort_on_overflow=1"},
	       .said = {RECEIVED("read", "ECONNRESET")}),
	/* Whether another host's queue will be full can't be asked, ours is
	 * not: 3.5 us a call. */
	RESETS("write_to_a_listener_that_overflows_is_reset", 1, "INVALID_SYN",
	       .sysctls = {"ipv4/tcp_abort_on_overflow=1"}),
	SILENT("write_to_an_open_peer_behind_a_full_window_is_silent"),
	/* A peer that vanished without a FIN is not asked for: 3.5 us a call.
	 */
	RESETS("write_to_a_vanished_peer_is_reset", 1, "NO_SOCKET"),
	/* A peer that vanished without a FIN is not asked for: 3.5 us a call.
	 */
	RESETS("write_to_a_vanished_peer_of_a_listener_is_reset", 1,
	       "TCP_FLAGS"),
	TO_CLOSED("write_after_a_silence_to_a_vanished_peer_is_reset", "write",
		  "NO_SOCKET"),
	TO_CLOSED("write_to_a_forgotten_peer_is_reset", "write", "NO_SOCKET"),
	RESETS("second_write_to_a_closed_peer_says_epipe", 1, LATE,
	       .said = {PREDICTED("data-after-close", "certain", "send"),
			RECEIVED("send", "EPIPE", .cause = "data-after-close",
				 .certainty = "likely")}),
	RESETS("second_write_to_a_closed_peer_dies_of_sigpipe", 1, LATE,
	       .status = "signal 13",
	       .said = {PREDICTED("data-after-close", "certain", "write"),
			RECEIVED("write", "EPIPE", .cause = "data-after-close",
				 .certainty = "likely")}),
	TO_CLOSED("ipv6_write_to_a_closed_peer_is_reset", "write", LATE),
	TO_CLOSED("ipv6_write_to_a_peer_closed_elsewhere_is_reset", "write",
		  LATE),
	TO_CLOSED("v4_mapped_write_to_a_closed_peer_is_reset", "write", LATE),
	/* What is under way is not asked for: 3.5 us a close. */
	RESETS("close_while_the_peers_data_is_in_flight_resets", 1, LATE),
	RESETS("close_in_fin_wait2_while_data_is_in_flight_is_reset", 1, LATE),
	REFUSED("connect_to_a_closed_port_is_refused"),
	REFUSED("ipv6_connect_to_a_closed_port_is_refused"),
	RESETS("nonblocking_connect_to_a_closed_port_is_refused", 1,
	       "NO_SOCKET",
	       .said = {PREDICTED("refused", "certain", "connect")}),
	RESETS("fast_open_to_a_closed_port_is_refused", 1, "NO_SOCKET",
	       .said = {PREDICTED("refused", "certain", "sendto"),
			RECEIVED("sendto", "ECONNREFUSED", .cause = "refused",
				 .certainty = "certain")}),
	RESETS("deferred_connect_to_a_closed_port_is_likely_refused", 1,
	       "NO_SOCKET", .sysctls = {FAST_OPEN},
	       .said = {PREDICTED("refused", "likely", "connect"),
			RECEIVED("write", "ECONNREFUSED", .cause = "refused",
				 .certainty = "certain")}),
	RESETS("first_write_after_a_deferred_connect_is_refused", 1,
	       "NO_SOCKET", .sysctls = {FAST_OPEN},
	       .said = {PREDICTED("refused", "certain", "write"),
			RECEIVED("write", "ECONNREFUSED", .cause = "refused",
				 .certainty = "certain")}),
	SILENT("shutdown_of_a_deferred_connect_is_silent",
	       .sysctls = {FAST_OPEN}),
	REFUSED("connect_to_a_port_bound_but_not_listening_is_refused"),
	REFUSED("connect_to_port_0_is_refused"),
	SILENT("connects_that_fail_by_themselves_are_silent"),
	SILENT("connect_to_ipv6_loopback_without_ipv6_is_silent",
	       .sysctls = {"ipv6/conf/all/disable_ipv6=1"}),
	SILENT("connect_while_lo_is_down_is_silent"),
	SILENT("fast_open_where_it_is_off_is_silent",
	       .sysctls = {"ipv4/tcp_fastopen=0"}),
	REFUSED("ipv4_connect_to_an_ipv6_only_listener_is_refused"),
	SILENT("connect_to_a_listener_is_silent"),
	SILENT("connect_to_a_wildcard_listener_is_silent"),
	SILENT("ipv4_connect_to_an_ipv6_wildcard_listener_is_silent"),
	SILENT("connect_to_its_own_port_is_silent"),
	SILENT("connect_to_a_full_listener_is_silent",
	       .sysctls = {"ipv4/tcp_abort_on_overflow=1"}),
	SILENT("udp_connect_to_a_closed_port_is_silent"),
	/* A peer that vanished without a FIN is not asked for: 3.5 us a call.
	 */
	RESETS("close_towards_a_vanished_peer_is_reset", 1, "NO_SOCKET"),
	/* A peer that vanished without a FIN is not asked for: 3.5 us a call.
	 */
	RESETS("shutdown_towards_a_vanished_peer_is_reset", 1, "NO_SOCKET"),
	/* A peer that vanished without a FIN is not asked for: 3.5 us a call.
	 */
	RESETS("exit_towards_a_vanished_peer_is_reset", 1, "NO_SOCKET"),
	TO_NOBODY("close_towards_a_forgotten_peer_is_reset", "close"),
	RESETS("close_towards_a_peer_forgotten_early_is_reset", 1, "NO_SOCKET",
	       .sysctls = {"ipv4/tcp_fin_timeout=1"},
	       .said = {PREDICTED("peer-gone", "certain", "close")}),
	RESETS("ipv6_close_towards_a_peer_forgotten_elsewhere_is_reset", 1,
	       "NO_SOCKET", .sysctls = {"ipv4/tcp_fin_timeout=1"},
	       .said = {PREDICTED("peer-gone", "certain", "close")}),
	SILENT("close_towards_a_closed_peer_is_silent"),
	SILENT("shutdown_for_reading_towards_a_vanished_peer_is_silent"),
	/* Possible, and so not told at level warn. */
	RESETS("read_that_opens_the_window_to_a_vanished_peer_is_reset", 1,
	       "NO_SOCKET"),
	SILENT("read_of_a_few_bytes_from_a_vanished_peer_is_silent"),
	/* No call sends the probe. */
	RESETS("keepalive_to_a_vanished_peer_is_reset", 1, "NO_SOCKET",
	       .said = {RECEIVED("recv", "ECONNRESET")}),
	TO_CLOSED("write_to_a_closed_peer_with_errors_queued_is_reset", "write",
		  LATE),
	SILENT("write_to_an_open_peer_with_errors_queued_is_silent"),
	TO_CLOSED("sendmmsg_whose_first_message_is_empty_is_reset", "sendmmsg",
		  LATE),
	RESETS("close_that_flushes_a_cork_to_a_closed_peer_is_reset", 1, LATE,
	       .said = {PREDICTED("data-after-close", "likely", "close")}),
	RESETS("uncork_to_a_closed_peer_is_reset", 1, LATE,
	       .said = {PREDICTED("data-after-close", "likely", "setsockopt")}),
	RESETS("cork_put_in_again_sends_nothing_but_close_resets", 1, LATE,
	       .said = {PREDICTED("data-after-close", "likely", "close")}),
	RESETS("second_nonblocking_connect_to_a_closed_port_is_refused", 1,
	       "NO_SOCKET",
	       .said = {PREDICTED("refused", "certain", "connect"),
			RECEIVED("read", "ECONNREFUSED", .cause = "refused",
				 .certainty = "certain"),
			PREDICTED("refused", "certain", "connect"),
			RECEIVED("read", "ECONNREFUSED", .cause = "refused",
				 .certainty = "certain")}),
	SILENT("sendfile_at_the_end_of_a_file_to_a_closed_peer_is_silent"),
	SILENT("sendfile_from_before_a_file_to_a_closed_peer_is_silent"),
	SILENT("splice_of_an_empty_pipe_to_a_closed_peer_is_silent"),
	/* No call of the program's: what arrives is forged. */
	RESETS("syn_ack_with_a_strange_time_stamp_is_reset", 1,
	       "TCP_RFC7323_PAWS"),
	SILENT("syn_ack_with_its_own_time_stamp_is_silent"),
	RESETS("syn_recv_resets_a_strange_acknowledgment", 1,
	       "TCP_ACK_UNSENT_DATA|TCP_OLD_ACK|TCP_TOO_OLD_ACK",
	       .sysctls = {FAST_OPEN}),
	SILENT("forged_syn_in_an_established_connection_is_silent"),
	SILENT("forged_data_to_time_wait_is_silent"),
	/* No call asks for the join; the close meets nobody, either. */
	RESETS("mptcp_join_of_a_forgotten_connection_is_reset", 2,
	       "MPTCP_RST_EMPTCP|TCP_FLAGS", .is_alone = true,
	       .said = {PREDICTED("peer-gone", "certain", "close")}),
	REFUSED("connect_by_number_to_a_closed_port_is_refused"),
	TO_CLOSED("sendfile_by_number_to_a_closed_peer_is_reset", "sendfile",
		  LATE),
	TO_CLOSED("sendmmsg_by_number_to_a_closed_peer_is_reset", "sendmmsg",
		  LATE),
	SILENT("write_from_a_bad_address_to_a_closed_peer_is_silent"),
};

const struct preload_table preload_peer_rows = {rows,
						sizeof(rows) / sizeof(rows[0])};
