/* SPDX-License-Identifier: MIT */
/* preload_rows_unread.c - what unread bytes do */
#include "preload_rows.h"

/* A1: the receive queue holds bytes at the last close. */
#define UNREAD(name, func, bytes, ...) \
	RESETS(name, 1, "TCP_ABORT_ON_CLOSE", \
	       .said = {PREDICTED("unread-data", "certain", func, \
				  .unread = bytes)}, \
	       ##__VA_ARGS__)

/* The same of one that may be another process's, too. */
#define SHARED_UNREAD(name, func, ...) \
	UNREAD(name, func, 11, .is_alone = true, ##__VA_ARGS__)

/* The same on two sockets, one record each. */
#define BOTH_UNREAD(name, func) \
	RESETS(name, 2, "TCP_ABORT_ON_CLOSE", \
	       .said = {PREDICTED("unread-data", "certain", func, \
				  .unread = 11), \
			PREDICTED("unread-data", "certain", func, \
				  .unread = 11)})

static const struct preload_row rows[] = {
	UNREAD("close_with_unread_bytes_resets", "close", 11),
	SILENT("close_after_reading_everything_is_silent"),
	UNREAD("close_after_reading_a_part_resets", "close", 4),
	SILENT("close_of_an_untouched_connection_is_silent"),
	SILENT("close_of_a_socket_never_connected_is_silent"),
	UNREAD("close_range_over_unread_bytes_resets", "close_range", 11),
	SILENT("close_range_over_a_read_socket_is_silent"),
	UNREAD("closefrom_over_unread_bytes_resets", "closefrom", 11),
	SILENT("closefrom_above_a_socket_with_unread_bytes_leaves_it_alone"),
	UNREAD("dup2_over_unread_bytes_resets", "dup2", 11),
	SILENT("dup2_onto_itself_is_silent"),
	SILENT("dup2_from_a_bad_descriptor_is_silent"),
	UNREAD("dup3_over_unread_bytes_resets", "dup3", 11),
	SILENT("dup3_onto_itself_is_silent"),
	UNREAD("fclose_with_unread_bytes_resets", "fclose", 11),
	SILENT("fclose_with_bytes_left_in_stdio_is_silent"),
	UNREAD("exit_with_unread_bytes_resets", "exit", 11, .status = "exit 3"),
	SILENT("exit_after_reading_everything_is_silent", .status = "exit 3"),
	UNREAD("exit_resets_only_the_socket_with_unread_bytes", "exit", 11),
	SILENT("exit_handler_that_reads_makes_exit_silent"),
	UNREAD("underscore_exit_with_unread_bytes_resets", "_exit", 11,
	       .status = "exit 4"),
	UNREAD("capital_exit_with_unread_bytes_resets", "_Exit", 11,
	       .status = "exit 5"),
	UNREAD("quick_exit_with_unread_bytes_resets", "quick_exit", 11,
	       .status = "exit 6"),
	UNREAD("return_from_main_with_unread_bytes_resets", "exit", 11,
	       .status = "exit 7"),
	/* No call of the program is left to see. */
	RESETS("killed_with_unread_bytes_resets_unseen", 1,
	       "TCP_ABORT_ON_CLOSE", .status = "signal 9"),
	UNREAD("close_with_unread_bytes_after_the_peers_fin_resets", "close",
	       4),
	SILENT("close_with_only_the_fin_unread_is_silent"),
	UNREAD("close_with_unread_bytes_in_fin_wait1_resets", "close", 5),
	UNREAD("close_with_unread_bytes_in_closing_resets", "close", 5),
	UNREAD("close_with_unread_bytes_in_fin_wait2_resets", "close", 6),
	SILENT("close_in_fin_wait2_with_everything_read_is_silent"),
	UNREAD("close_with_an_unread_urgent_byte_resets", "close", 1),
	UNREAD("close_after_only_the_urgent_byte_was_read_resets", "close", 1),
	UNREAD("close_with_bytes_behind_the_urgent_mark_resets", "close", 5),
	SILENT("close_after_reading_past_the_urgent_mark_is_silent"),
	SILENT("close_with_the_urgent_pointer_ahead_of_the_data_is_silent"),
	UNREAD("close_with_unread_bytes_below_rcvlowat_resets", "close", 5),
	RESETS("close_with_unread_bytes_after_the_peers_reset_is_silent", 1,
	       "TCP_STATE",
	       .said = {PREDICTED("linger-zero", "certain", "close")}),
	SILENT("close_with_unread_bytes_in_time_wait_is_silent"),
	SILENT("close_with_unread_bytes_after_last_ack_is_silent"),
	UNREAD("close_with_unread_bytes_in_last_ack_resets", "close", 5),
	UNREAD("close_after_a_peek_resets", "close", 11),
	SILENT("close_after_a_truncating_read_is_silent"),
	SILENT("close_after_splicing_everything_away_is_silent"),
	SILENT("close_after_readv_is_silent"),
	SILENT("close_after_recvfrom_is_silent"),
	SILENT("close_after_recvmsg_is_silent"),
	SILENT("close_after_recvmmsg_is_silent"),
	SILENT("shutdown_for_reading_alone_is_silent"),
	UNREAD("data_after_shutdown_for_reading_resets_at_close", "close", 11),
	UNREAD("data_after_the_end_of_file_that_shutdown_made_resets", "close",
	       11),
	SHARED_UNREAD("close_after_a_vfork_childs_close_resets", "close"),
	SHARED_UNREAD("exit_after_a_vfork_childs_close_resets", "exit",
		      .status = "exit 3"),
	UNREAD("close_of_a_duplicate_is_silent_and_of_the_last_resets", "close",
	       15),
	SILENT("close_while_a_duplicate_reads_on_is_silent"),
	SILENT("close_while_a_child_holds_the_socket_is_silent"),
	SILENT("close_while_a_child_among_many_holds_the_socket_is_silent"),
	SILENT("a_grandchilds_close_is_silent_while_the_first_holds"),
	SHARED_UNREAD("a_childs_close_is_silent_and_the_parents_resets",
		      "close"),
	UNREAD("ipv6_close_with_unread_bytes_resets", "close", 11),
	SILENT("ipv6_close_after_reading_everything_is_silent"),
	UNREAD("v4_mapped_close_with_unread_bytes_resets", "close", 11),
	SILENT("v4_mapped_close_after_reading_everything_is_silent"),
	UNREAD("unread_bytes_come_before_linger_zero", "close", 11),
	UNREAD("close_of_a_fast_open_child_with_unread_data_resets", "close", 5,
	       .sysctls = {"ipv4/tcp_fastopen=519"}),
	UNREAD("mptcp_close_with_unread_bytes_resets", "close", 11),
	SILENT("mptcp_close_after_reading_everything_is_silent"),
	SILENT("close_of_a_pipe_with_unread_bytes_is_silent"),
	SILENT("close_of_a_unix_socket_with_unread_bytes_is_silent"),
	/* The thread may read it yet. */
	RESETS("close_with_unread_bytes_while_a_thread_polls_resets_later", 1,
	       "TCP_ABORT_ON_CLOSE",
	       .said = {PREDICTED("unread-data", "likely", "close",
				  .unread = 11)}),
	SHARED_UNREAD("socket_kept_over_exec_resets_at_close", "close"),
	/* On its way it is in no table: the first close can only be feared. */
	RESETS("socket_from_another_process_resets_at_close", 1,
	       "TCP_ABORT_ON_CLOSE", .is_alone = true,
	       .said = {PREDICTED("unread-data", "likely", "close",
				  .unread = 11),
			PREDICTED("unread-data", "certain", "close",
				  .unread = 11)}),
	RESETS("unix_socket_closed_with_a_socket_inside_resets", 1,
	       "TCP_ABORT_ON_CLOSE",
	       .said = {PREDICTED("unread-data", "likely", "close",
				  .unread = 11)}),
	/* What is under way is not asked for: 3.5 us a close. */
	RESETS("close_with_only_out_of_order_data_resets_when_the_hole_fills",
	       1, LATE),
	SILENT("close_while_a_thread_receives_is_silent"),
	SILENT("close_while_a_woken_thread_receives_is_silent",
	       .said = {PREDICTED("unread-data", "likely", "close",
				  .unread = 11)}),
	UNREAD("close_while_a_thread_woken_elsewhere_receives_resets", "close",
	       11),
	UNREAD("accept4_socket_with_unread_bytes_resets", "close", 11),
	UNREAD("exec_with_a_close_on_exec_socket_resets", "execl", 11),
	SILENT("failed_exec_is_silent"),
	BOTH_UNREAD("execve_over_duplicates_resets_each_socket_once", "execve"),
	SILENT("execve_over_a_duplicate_that_stays_is_silent"),
	BOTH_UNREAD("exit_with_duplicates_resets_each_socket_once", "exit"),
	UNREAD("close_by_number_with_unread_bytes_resets", "close", 11),
	SILENT("close_by_number_after_reading_everything_is_silent"),
	UNREAD("freopen_over_unread_bytes_resets", "freopen", 11),
	UNREAD("fcloseall_closes_nothing_and_exit_resets", "exit", 11),
	UNREAD("one_close_can_bring_two_resets", "close", 5),
	SILENT("close_ended_by_a_cancellation_is_silent"),
	UNREAD("close_with_cancellation_off_resets", "close", 11),
	UNREAD("dup2_with_a_pending_cancellation_resets", "dup2", 11,
	       .status = "exit 5"),
};

const struct preload_table preload_unread_rows = {
	rows, sizeof(rows) / sizeof(rows[0])};
