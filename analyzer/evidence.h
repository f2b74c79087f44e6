/* SPDX-License-Identifier: MIT */
/* evidence.h - the sentences that a finding rests on. */
#ifndef ANALYZER_EVIDENCE_H
#define ANALYZER_EVIDENCE_H

#include "model.h"
#include "rstwatch/text.h"

/*
 * X(KIND, sentence). In a sentence: {S} and {D} are source and destination of
 * the reset, {a} and {b} the two numbers that come with the kind; {a:time} is a
 * duration from ns, {a:bytes} "1 byte" or "12 bytes", {a:hops} the like,
 * {b:trigger} an enum trigger in words, {b:timeout} the name of a well-known
 * timeout of so many seconds, {event} and {received} the process and call of
 * the records that the finding is tied to, {errno} what the latter got, {facts}
 * what the former found in the socket, {logged} the ends that it names,
 * {a:mptcp} the reason of an MPTCP reset, {witness} the kernel's words
 * (tracepoint tcp:tcp_send_reset), {payload} what the reset carries. "Frame"
 * numbers are of the same capture as the reset.
 */
#define EVIDENCE(X) \
	X(ANSWERS, "It answers frame {a}, {b:trigger}.") \
	X(ANSWERS_NOTHING, \
	  "No segment captured shortly before has the number that it would " \
	  "answer.") \
	X(PASSIVE, "It has no window and no timestamps, and its number is " \
		   "that of another segment: as a host answers that holds no " \
		   "such connection.") \
	X(ACTIVE, "It acknowledges and offers a window: made from a living " \
		  "socket.") \
	X(ACTIVE_TIMESTAMPS, \
	  "It acknowledges, offers a window and carries timestamps: made " \
	  "from a living socket.") \
	X(PLAIN, "It continues the numbers of {S} exactly and acknowledges, " \
		 "without a window: as of a living socket, but not Linux's.") \
	X(ODD, \
	  "Its flags, window and numbers fit neither a living socket nor " \
	  "an answer to a segment.") \
	X(REFUSED, \
	  "It acknowledges exactly the SYN, and {S} had sent nothing " \
	  "before; a firewall that rejects looks the same.") \
	X(PRIOR_HALF_CLOSED, \
	  "{S} was still closing an earlier connection between the same " \
	  "ports.") \
	X(SYN_ACK_UNWANTED, \
	  "The SYN,ACK in frame {a} fits the SYN: {S} no longer wanted the " \
	  "connection (a connect() given up, or a port scan).") \
	X(HALF_OPEN, "{S} had sent only a SYN, and frame {a} acknowledges a " \
		     "number that it does not explain: {D} still holds an " \
		     "older connection between the same ports.") \
	X(LAST_ACK_DENIED, \
	  "Frame {a} completes the handshake correctly, and {S} had sent " \
	  "nothing but its SYN,ACK: there was no room in the accept queue " \
	  "(a listener closed in that instant would look the same).") \
	X(LAST_ACK_OR_DATA, \
	  "{S} had sent nothing but its SYN,ACK. If it is frame {a} that was " \
	  "denied, which completes the handshake, there was no room in the " \
	  "accept queue; if it is frame {b}, a firewall may have rejected it.") \
	X(EACH_DENIED, \
	  "Frame {a} is one more: each segment was denied, the one that " \
	  "completes the handshake too, so there was no room in the accept " \
	  "queue.") \
	X(LATE_ACK_DENIED, \
	  "{S} had sent nothing but its SYN,ACK, more than once, until an " \
	  "acknowledgment was denied: its listener is gone by now, or its " \
	  "accept queue is full.") \
	X(LAST_ACK_UNFIT, "Frame {a} acknowledges a number that the SYN,ACK " \
			  "of {S} does not explain.") \
	X(LISTENER_GONE, \
	  "{S} had sent nothing but its SYN,ACK and left earlier " \
	  "acknowledgments unanswered: its listener is gone by now.") \
	X(FIN_BEFORE, "{S} had closed {b:time} before: its FIN is frame {a}.") \
	X(FIN_EARLIER, "{S} had closed {b:time} before, with a FIN.") \
	X(FIN_CROSSED, "{D} had not received that FIN yet when it sent frame " \
		       "{a}: the two crossed.") \
	X(HALF_CLOSED, \
	  "{S} still took {a:bytes} since: it had only half closed, and has " \
	  "closed for good by now, or somebody else answers.") \
	X(WAS_RESET, "{D} itself had reset the connection before, in frame " \
		     "{a}.") \
	X(NO_CLOSE_SEEN, \
	  "{S} sent nothing else in this capture: it closed before the " \
	  "capture began, or has lost the connection.") \
	X(SILENT_BEFORE, \
	  "{S} had been silent for {a:time}, without a FIN: it lost the " \
	  "connection meanwhile (a restart, or a NAT or load balancer that " \
	  "forgot it).") \
	X(ALIVE_BEFORE, \
	  "{S} had spoken {a:time} before, and had not closed: a " \
	  "firewall's reject rule, or a host that lost its " \
	  "state, looks like this.") \
	X(WINDOW_FULL, \
	  "{D} took only {a:bytes} more from {S}, less than a segment: a FIN " \
	  "of {S} could not have been sent yet.") \
	X(FIN_ACK_DENIED, "{S} had sent its FIN, and the reset answers the " \
			  "acknowledgment of it: it does not wait for the " \
			  "other side to close.") \
	X(FIN_ACK_LATE, \
	  "That came {a:time} before, too long to be answered now: what the " \
	  "reset answers was not captured.") \
	X(PROBES, \
	  "{a} keepalive probes stayed unanswered, {b:time} apart, and " \
	  "the reset came when the next one was due.") \
	X(PROBE_BEFORE, "One keepalive probe had stayed unanswered for " \
			"{a:time}: a kernel that sends no more (TCP_KEEPCNT " \
			"1) gives up like this, and so may a program.") \
	X(PROBES_BEFORE, "{a} keepalive probes had stayed unanswered.") \
	X(SOURCE_UNACKED, "{a:bytes} that {S} had sent were not acknowledged " \
			  "yet: they may be lost.") \
	X(DESTINATION_UNACKED, \
	  "{a:bytes} that {D} had sent were not acknowledged yet.") \
	X(RECEIVED_SINCE, "{D} had sent {a:bytes} since {S} last sent data: " \
			  "they may be unread.") \
	X(NOTHING_SENT, "{S} had sent no data on this connection.") \
	X(HAD_CLOSED, "{S} had sent its FIN {a:time} before.") \
	X(PEER_HAD_CLOSED, "{D} had sent its FIN {a:time} before.") \
	X(IDLE, "Nothing was sent for {a:time} before.") \
	X(IDLE_KNOWN, \
	  "Nothing was sent for {a:time} before, as long as {b:timeout}.") \
	X(TTL, "Its TTL is {a}, that of the other segments of {S} is {b}.") \
	X(STAND_IN, \
	  "{S} had not closed, and this comes from {a:hops} nearer or " \
	  "farther away: a box on the way rejects it, or forgot the " \
	  "connection.") \
	X(IP_ID, "Its IP id is {a}; the segment of {S} before had {b}.") \
	X(NO_TIMESTAMPS, "It has no timestamps, though the connection uses " \
			 "them and it claims to be from a living socket.") \
	X(SEQUENCE_BEHIND, "Its sequence number is {a} behind what {S} had " \
			   "reached.") \
	X(SEQUENCE_AHEAD, "Its sequence number is {a} ahead of what {S} had " \
			  "reached, outside of the window of {D}.") \
	X(CONTINUED, "{S} went on in frame {a}, {b:time} later, as if it had " \
		     "sent no reset.") \
	X(CHALLENGED, \
	  "{D} still expected another number in frame {a}: a challenge " \
	  "acknowledgment (RFC 5961), or the two crossed.") \
	X(ECHO, "One abort can send several resets: this one follows that in " \
		"frame {a}.") \
	X(SEEN_AGAIN, "Another interface of the same capture shows it as " \
		      "frame {a}.") \
	X(HOLE, "Something that {S} sent was not captured.") \
	X(ONE_SIDED, "The capture shows nothing that {D} sent.") \
	X(NO_HANDSHAKE, \
	  "The capture does not show the connection's beginning.") \
	X(LOGGED, "The log of {event} foretold it {a:time} before.") \
	X(PLACE, "Call and packets agree on the place: {a:bytes} sent, " \
		 "{b:bytes} received until then.") \
	X(TRANSLATED, "The log has {logged} for it: an address translator is " \
		      "between log and capture.") \
	X(RECEIVED, "{received} got {errno} {a:time} later.") \
	X(FACTS, "The socket then had {facts}.") \
	X(PAYLOAD, "It carries {a:bytes}: \"{payload}\"") \
	X(DIAGNOSTIC, "It says why, in a diagnostic payload: {diagnostic}.") \
	X(MPTCP, "It carries an MPTCP reason: {a:mptcp}.") \
	X(WITNESS, "The kernel of {S} itself says: {witness}.")

enum evidence_kind {
#define X(e, text) EVIDENCE_##e,
	EVIDENCE(X)
#undef X
		EVIDENCE_COUNT
};

/* Adds a sentence to f; what is beyond EVIDENCE_MAX is left out. */
void evidence_add(struct finding *f, enum evidence_kind kind, uint64_t a,
		  uint64_t b);

/* True if f has a sentence of that kind. */
bool evidence_has(const struct finding *f, enum evidence_kind kind);

/* Writes sentence number i of f, escaped for a terminal where untrusted. */
void evidence_write(struct rst_text *t, const struct finding *f, unsigned i);

/* "server[4242] close(5)", escaped for a terminal. */
void evidence_write_call(struct rst_text *t, const struct log_event *e);

/* "11 bytes unread, linger set to 0 s"; false if nothing is worth a word. */
bool evidence_write_facts(struct rst_text *t, const struct log_event *e);

#endif
