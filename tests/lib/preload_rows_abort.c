/* SPDX-License-Identifier: MIT */
/* preload_rows_abort.c - resets of this side without unread bytes */
#include "preload_rows.h"

/* A2, A4, A5, A6: tcp_disconnect() of this socket or of those that wait. */
#define LINGER(name, func) \
	RESETS(name, 1, "TCP_STATE", \
	       .said = {PREDICTED("linger-zero", "certain", func)})
#define DISCONNECT(name, ...) \
	RESETS(name, 1, "TCP_STATE", \
	       .said = {PREDICTED("disconnect", "certain", "connect", \
				  ##__VA_ARGS__)})
#define LISTENER(name, func, count) \
	RESETS(name, count, "TCP_STATE", \
	       .said = {PREDICTED("unaccepted-connections", "certain", func, \
				  .unaccepted = count)})
#define LINGER2(name, func) \
	RESETS(name, 1, "TCP_ABORT_ON_LINGER", \
	       .said = {PREDICTED("linger2-negative", "certain", func)})

static const struct preload_row rows[] = {
	LINGER("close_with_linger_zero_resets", "close"),
	LINGER("close_with_linger_zero_and_unsent_data_resets", "close"),
	LINGER("close_after_an_answer_with_linger_zero_resets", "close"),
	SILENT("linger_turned_off_again_is_silent"),
	SILENT("close_with_linger_seconds_is_silent"),
	SILENT("linger_zero_without_close_is_silent"),
	LINGER("accepted_socket_inherits_linger_zero_and_resets", "close"),
	LINGER("accepted_socket_of_a_listener_kept_over_exec_resets", "close"),
	SILENT("linger_zero_set_after_accept_is_not_inherited"),
	SILENT("close_with_linger_zero_in_syn_sent_is_silent"),
	LINGER("close_with_linger_zero_in_close_wait_resets", "close"),
	LINGER("close_with_linger_zero_in_fin_wait1_resets", "close"),
	LINGER("close_with_linger_zero_in_fin_wait2_resets", "close"),
	SILENT("close_with_linger_zero_in_last_ack_is_silent"),
	RESETS("close_with_linger_zero_and_unsent_data_in_last_ack_resets", 1,
	       "TCP_DISCONNECT_WITH_DATA",
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	SILENT("close_with_linger_zero_in_closing_is_silent"),
	RESETS("close_with_linger_zero_and_unsent_data_in_closing_resets", 1,
	       "TCP_DISCONNECT_WITH_DATA",
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	RESETS("close_of_a_fast_open_child_with_linger_zero_resets", 1,
	       "TCP_STATE", .sysctls = {"ipv4/tcp_fastopen=519"},
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	/* The ring holds the socket, unseen, until its receive is done. */
	LINGER("close_with_a_pending_io_uring_receive_resets_later", "close"),
	RESETS("mptcp_close_with_linger_zero_resets", 1, "TCP_ABORT_ON_CLOSE",
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	LINGER("exit_with_linger_zero_resets", "exit"),
	LINGER("dup2_over_linger_zero_resets", "dup2"),
	SILENT("linger_zero_on_a_listener_without_connections_is_silent"),
	SILENT("close_in_tcp_repair_is_silent"),
	LINGER("ipv6_close_with_linger_zero_resets", "close"),
	SILENT("close_whose_linger_time_ends_is_silent"),
	LINGER("linger_zero_set_through_a_duplicate_resets", "close"),
	RESETS("linger_zero_set_by_a_child_resets", 1, "TCP_STATE",
	       .is_alone = true,
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	SILENT("listener_closed_with_a_half_open_handshake_is_silent"),
	/* The kernel answers for a socket that is gone. */
	RESETS("late_answer_to_a_closed_connect_is_reset", 1, "NO_SOCKET"),
	DISCONNECT("connect_af_unspec_resets"),
	DISCONNECT("connect_af_unspec_with_unread_bytes_resets", .unread = 11),
	DISCONNECT("connect_af_unspec_in_close_wait_resets"),
	DISCONNECT("connect_af_unspec_in_fin_wait2_resets"),
	SILENT("connect_af_unspec_in_last_ack_is_silent"),
	RESETS("connect_af_unspec_with_unsent_data_in_last_ack_resets", 1,
	       "TCP_DISCONNECT_WITH_DATA",
	       .said = {PREDICTED("disconnect", "certain", "connect")}),
	DISCONNECT("connect_af_unspec_leaves_an_error_of_its_own_and_resets"),
	SILENT("connect_af_unspec_on_a_socket_never_connected_is_silent"),
	SILENT("connect_to_another_address_while_connected_is_silent"),
	LISTENER("listener_closed_with_a_waiting_connection_resets", "close",
		 1),
	LISTENER("listener_closed_with_three_waiting_connections_resets_three",
		 "close", 3),
	SILENT("listener_closed_after_accepting_all_is_silent"),
	LINGER("listener_closed_with_only_dead_connections_is_silent", "close"),
	LISTENER("listener_shut_down_for_reading_resets_the_waiting",
		 "shutdown", 1),
	LISTENER("listener_shut_down_both_ways_resets_the_waiting", "shutdown",
		 1),
	SILENT("listener_shut_down_for_writing_is_silent"),
	LISTENER("listener_disconnected_resets_the_waiting", "connect", 1),
	SILENT("listener_disconnected_without_connections_is_silent"),
	RESETS("listener_closed_with_a_fast_open_child_waiting_resets", 1,
	       "TCP_STATE", .sysctls = {"ipv4/tcp_fastopen=519"},
	       .said = {PREDICTED("unaccepted-connections", "certain", "close",
				  .unaccepted = 1)}),
	LISTENER("exit_with_an_unaccepted_connection_resets", "exit", 1),
	RESETS("exit_of_many_at_once_is_told_by_one_and_resets", 1, "TCP_STATE",
	       .is_alone = true,
	       .said = {PREDICTED("unaccepted-connections", "certain", "exit",
				  .unaccepted = 1)}),
	LISTENER("exit_with_a_listener_above_its_aborting_client_resets_once",
		 "exit", 1),
	LINGER("exit_with_a_listener_below_its_aborting_client_resets_once",
	       "exit"),
	LISTENER("dup2_over_a_listener_with_a_waiting_connection_resets",
		 "dup2", 1),
	SILENT("listener_closed_while_a_woken_thread_accepts_is_silent",
	       .said = {PREDICTED("unaccepted-connections", "likely", "close",
				  .unaccepted = 1)}),
	LISTENER("ipv6_listener_closed_with_a_waiting_connection_resets",
		 "close", 1),
	/* That no BPF program has them migrate can't be seen. */
	RESETS("listener_closed_beside_its_sibling_resets_the_waiting", 1,
	       "TCP_STATE",
	       .said = {PREDICTED("unaccepted-connections", "likely", "close",
				  .unaccepted = 1)}),
	SILENT("listener_closed_while_its_sibling_takes_over_is_silent",
	       .sysctls = {"ipv4/tcp_migrate_req=1"}),
	SILENT("listener_shut_down_while_its_sibling_takes_over_is_silent",
	       .sysctls = {"ipv4/tcp_migrate_req=1"}),
	SILENT("exit_while_a_sibling_of_the_listener_stays_is_silent",
	       .sysctls = {"ipv4/tcp_migrate_req=1"}),
	RESETS("exit_of_all_siblings_of_a_listener_resets_the_waiting", 1,
	       "TCP_STATE", .sysctls = {"ipv4/tcp_migrate_req=1"},
	       .said = {PREDICTED("unaccepted-connections", "likely", "exit",
				  .unaccepted = 1)}),
	LINGER2("close_in_fin_wait2_with_negative_linger2_resets", "close"),
	SILENT("close_in_fin_wait2_with_positive_linger2_is_silent"),
	RESETS("close_of_a_connection_with_negative_linger2_is_likely_to_reset",
	       1, "TCP_ABORT_ON_DATA",
	       .said = {PREDICTED("linger2-negative", "likely", "close")}),
	RESETS("close_after_an_answer_with_negative_linger2_is_likely_to_reset",
	       1, "TCP_ABORT_ON_DATA",
	       .said = {PREDICTED("linger2-negative", "likely", "close")}),
	RESETS("close_that_lingers_with_negative_linger2_resets", 1,
	       "TCP_ABORT_ON_LINGER",
	       .said = {PREDICTED("linger2-negative", "likely", "close")}),
	/* No call sends it. */
	RESETS("orphan_whose_time_is_cut_short_is_reset", 1, "TCP_STATE",
	       .sysctls = {"ipv4/tcp_fin_timeout=61"}),
	SILENT("close_in_close_wait_with_negative_linger2_is_silent"),
	LINGER2("accepted_socket_inherits_negative_linger2_and_resets",
		"close"),
	SILENT("listener_closed_with_a_deferred_connection_is_silent"),
	LISTENER("listener_closed_with_a_deferred_connection_that_spoke_resets",
		 "close", 1),
	LINGER("zerocopy_data_under_way_is_reset_by_linger_zero", "close"),
	SILENT("linger_zero_that_only_a_counter_tells_of_is_silent"),
	LINGER("linger_zero_set_by_number_resets", "close"),
};

const struct preload_table preload_abort_rows = {rows, sizeof(rows) /
							       sizeof(rows[0])};
