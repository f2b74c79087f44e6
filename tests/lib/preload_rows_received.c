/* SPDX-License-Identifier: MIT */
/* preload_rows_received.c - what a call says after a reset */
#include "preload_rows.h"

/* The peer aborts by linger 0; the next call on this side says so. */
#define TOLD(name, func) \
	RESETS(name, 1, "TCP_STATE", \
	       .said = {PREDICTED("linger-zero", "certain", "close"), \
			RECEIVED(func, "ECONNRESET")})

static const struct preload_row rows[] = {
	TOLD("read_after_the_peers_reset_says_so", "read"),
	TOLD("recv_after_the_peers_reset_says_so", "recv"),
	TOLD("recvfrom_after_the_peers_reset_says_so", "recvfrom"),
	TOLD("recvmsg_after_the_peers_reset_says_so", "recvmsg"),
	TOLD("recvmmsg_after_the_peers_reset_says_so", "recvmmsg"),
	TOLD("readv_after_the_peers_reset_says_so", "readv"),
	TOLD("write_after_the_peers_reset_says_so", "write"),
	TOLD("writev_after_the_peers_reset_says_so", "writev"),
	TOLD("send_after_the_peers_reset_says_so", "send"),
	TOLD("sendto_after_the_peers_reset_says_so", "sendto"),
	TOLD("sendmsg_after_the_peers_reset_says_so", "sendmsg"),
	TOLD("sendmmsg_after_the_peers_reset_says_so", "sendmmsg"),
	TOLD("sendfile_after_the_peers_reset_says_so", "sendfile"),
	SILENT("read_after_the_peers_fin_is_silent"),
	SILENT("read_that_finds_nothing_is_silent"),
	RESETS("shutdown_after_the_peers_reset_says_so", 1, "TCP_STATE",
	       .said = {PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("shutdown", "ENOTCONN")}),
	SILENT("shutdown_of_a_socket_never_connected_is_silent"),
	SILENT("shutdown_after_both_fins_is_silent"),
	TOLD("read_before_the_peers_reset_gets_the_data_first", "read"),
	TOLD("the_peers_reset_is_told_once", "read"),
	SILENT("read_with_a_bad_buffer_is_silent"),
	RESETS("write_after_the_end_of_file_is_told_with_the_reset", 1, LATE,
	       .said = {PREDICTED("data-after-close", "certain", "write"),
			RECEIVED("send", "EPIPE", .cause = "data-after-close",
				 .certainty = "likely")}),
	RESETS("kept_alive_connection_to_a_silent_peer_is_reset", 1,
	       "TCP_KEEPALIVE_TIMEOUT",
	       .said = {RECEIVED("read", "ETIMEDOUT",
				 .cause = "keepalive-timeout",
				 .certainty = "likely")}),
	RESETS("the_error_of_a_reset_is_left_to_the_program", 1, "TCP_STATE",
	       .said = {PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("shutdown", "ENOTCONN")}),
	SILENT("write_never_acknowledged_times_out_silently",
	       .said = {RECEIVED("recv", "ETIMEDOUT")}),
	RESETS("close_with_unread_bytes_of_a_second_connection_resets", 2,
	       "TCP_STATE|TCP_ABORT_ON_CLOSE",
	       .said = {PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("read", "ECONNRESET"),
			PREDICTED("unread-data", "certain", "close",
				  .unread = 11)}),
	RESETS("reset_of_a_second_connection_is_told_too", 2, "TCP_STATE",
	       .said = {PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("read", "ECONNRESET"),
			PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("read", "ECONNRESET")}),
	RESETS("reset_of_the_numbers_last_socket_is_not_the_next_ones", 2,
	       "TCP_STATE",
	       .said = {PREDICTED("linger-zero", "certain", "close"),
			PREDICTED("linger-zero", "certain", "close"),
			RECEIVED("recv", "ECONNRESET")}),
};

const struct preload_table preload_received_rows = {
	rows, sizeof(rows) / sizeof(rows[0])};
