/* SPDX-License-Identifier: MIT */
/* model.h - what an analysis found: the one thing that reports are made of. */
#ifndef ANALYZER_MODEL_H
#define ANALYZER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode.h"
#include "flows.h"
#include "log.h"
#include "rstwatch/cause.h"
#include "rstwatch/text.h"

/* The segment that a reset answers; contract.md section 4, `trigger`. */
#define TRIGGERS(X) \
	X(NONE, "", "nothing") \
	X(SYN, "syn", "a SYN") \
	X(DATA, "data", "data") \
	X(FIN, "fin", "a FIN") \
	X(KEEPALIVE, "keepalive", "a keepalive probe") \
	X(WINDOW_UPDATE, "window-update", "a window update") \
	X(ACK, "ack", "an acknowledgment")

enum trigger {
#define X(e, name, phrase) TRIGGER_##e,
	TRIGGERS(X)
#undef X
};

/* "syn"; "" for TRIGGER_NONE. And for people: "a SYN". */
const char *trigger_name(enum trigger trigger);
const char *trigger_phrase(enum trigger trigger);

enum verdict {
	VERDICT_UNEXPLAINED,
	VERDICT_EXPLAINED, /* by the packets, or a log after the fact */
	VERDICT_PREDICTED, /* a log said so before */
};

const char *verdict_name(enum verdict verdict);

enum unmatched {
	UNMATCHED_NO,
	UNMATCHED_NOT_CAPTURED,	 /* the connection is in no capture */
	UNMATCHED_NO_RESET_SEEN, /* it is, without a reset */
};

const char *unmatched_name(enum unmatched unmatched);

/* A frame of a capture; number 0 is none. */
struct frame {
	uint64_t number;  /* as Wireshark counts, from 1 */
	uint16_t capture; /* index into report.inputs */
};

/*
 * One line of the ladder that a report draws: a packet of the connection. The
 * numbers are relative to the initial ones where those are known.
 */
struct rung {
	uint64_t ts_ns;
	struct frame frame;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint16_t window; /* as on the wire, not scaled */
	uint8_t flags;	 /* SEG_ */
	bool is_from_source;
};

/* "SYN,ACK", "no flags". */
void rung_write_flags(struct rst_text *t, uint8_t flags);

/* The ladder has at most so many packets, the reset the last but for some. */
enum { LADDER_MAX = 16 };

/*
 * One sentence of evidence, not yet written out: evidence_write() does that.
 * The kinds and the meaning of a and b stand in evidence.h.
 */
struct evidence {
	uint16_t kind;
	uint64_t a;
	uint64_t b;
};

enum { EVIDENCE_MAX = 12 };

/*
 * Where a reset stands in its connection, for tying it to a log. Sequence
 * numbers as on the wire; an ISN counts only where its flag is set.
 */
struct position {
	uint64_t begin_ns; /* the connection's first packet */
	uint32_t first;	   /* of an echo: index of the reset that it follows */
	uint32_t prior; /* index + 1 of an earlier one, not by echo; both only
			   until the findings are sorted */
	uint32_t seq;	/* the reset's own */
	uint32_t ack;
	uint32_t trigger_seq; /* of the segment that it answers */
	uint32_t source_isn;
	uint32_t source_next; /* the number after all that the source sent */
	uint32_t destination_isn;
	bool has_source_isn;
	bool has_source_next;
	bool has_destination_isn;
	uint16_t window;
	uint16_t ip_id;
	uint8_t flags;
	bool has_ack;
	bool is_active; /* made from a living socket */
	bool source_sent_fin;
	bool destination_sent_fin;
	bool source_sent_data;
};

/*
 * The same segment in another capture, of another interface or host. An address
 * translator on the way may have changed one of its ends.
 */
struct sighting {
	struct frame frame;
	uint64_t ts_ns; /* by the clock of that capture */
	struct rst_addr source;
	struct rst_addr destination;
};

/* A frame of the same capture that shows the segment again: `-i any -i lo`. */
struct frame_copy {
	const struct frame_copy *next;
	uint64_t number;
};

enum finding_kind {
	FINDING_RESET,	    /* a RST segment */
	FINDING_PREDICTION, /* a prediction without a RST segment */
	FINDING_RECEIVED,   /* a reset that a log alone tells of, afterwards */
};

/*
 * One finding. source is who the segment says it is from; of a prediction, who
 * would send it. Everything that is pointed to belongs to the report.
 */
struct finding {
	enum finding_kind kind;
	enum rst_cause cause;
	enum rst_certainty certainty;
	enum verdict verdict;
	enum trigger trigger;	  /* TRIGGER_NONE for an active reset */
	enum unmatched unmatched; /* of a FINDING_PREDICTION */

	uint64_t ts_ns; /* of the segment, or of the record */
	struct rst_addr source;
	struct rst_addr destination;
	struct frame frame;	 /* the segment; number 0 without one */
	struct frame trigger_at; /* the segment that it answers */
	struct frame echo_of;	 /* the reset that this one follows up */
	const struct frame_copy *copies; /* of frame; the last one first */
	const struct sighting *seen;	 /* elsewhere; NULL where nowhere */
	unsigned seen_len;
	struct position position;

	struct evidence evidence[EVIDENCE_MAX];
	uint8_t evidence_len;
	uint8_t payload_len; /* of what the reset carries, as far as kept */
	uint8_t payload[SEG_PAYLOAD_MAX];

	const struct rung *ladder; /* oldest first; NULL where not kept */
	unsigned ladder_len;
	uint64_t ladder_earlier; /* packets of the connection before it */
	int client; /* who sent the SYN: 1 source, -1 destination, 0 unknown */

	/*
	 * The record that it belongs to, and one from the other side or from
	 * afterwards; NULL where there is none. lead_ns: from the prediction
	 * to the packet, received_ns: from the packet to the record that it
	 * arrived, both on the capture's clock.
	 */
	const struct log_event *event;
	const struct log_event *received;
	int64_t lead_ns;
	int64_t received_ns;

	/* What the kernel said of it, NULL where nobody listened. */
	const struct witness_reset *witness;
};

/* A file that was read, or not. */
struct input {
	const char *path;
	bool is_log;
	char *error;	/* one sentence, NULL where all was read */
	uint64_t count; /* packets, or lines */
	uint64_t bytes; /* bytes on the wire, or of the log */
	uint64_t results[DECODE_RESULT_COUNT]; /* packets, by what they gave */
	uint64_t first_ns, last_ns;	       /* of packets; 0 without */
	uint64_t records;		       /* of a log, all kinds */
	/*
	 * The clock of the first capture minus the one of this log or capture,
	 * as far as known, and whether that is worth a word.
	 */
	int64_t clock_offset_ns;
	bool has_clock_offset;
};

/* The whole of an analysis, made by `analyze`, read by the reports. */
struct report {
	struct input *inputs; /* in the order of the command line */
	size_t input_count;
	struct finding *findings; /* by time */
	size_t finding_count;
	size_t finding_room;
	uint64_t findings_dropped; /* more than FINDINGS_MAX */
	const struct log_event *events;
	size_t event_count;
	struct flows_stats flows;
	bool has_one_clock;  /* set before: all of it comes from one host */
	uint64_t elapsed_ns; /* how long the analysis took */
};

/* True if the capture ran at a time by the clock of the first one. */
static inline bool input_covers(const struct input *in, uint64_t ts_ns)
{
	ts_ns -= (uint64_t)in->clock_offset_ns;
	return in->first_ns <= ts_ns && ts_ns <= in->last_ns;
}

/* When f was, by the clock of the first capture. */
static inline uint64_t report_time(const struct report *r,
				   const struct finding *f)
{
	if (f->kind != FINDING_RESET)
		return f->ts_ns;
	return f->ts_ns + (uint64_t)r->inputs[f->frame.capture].clock_offset_ns;
}

/* A zeroed finding at the end of r; NULL where memory is short. */
struct finding *report_add(struct report *r);

/* What a report begins with. */
struct report_counts {
	uint64_t resets; /* RST segments, echoes among them */
	uint64_t echoes;
	uint64_t predictions; /* that no reset was tied to */
	uint64_t received;    /* resets that a log alone tells of */
	uint64_t verdicts[VERDICT_PREDICTED + 1]; /* of the resets */
	uint64_t causes[RST_CAUSE_COUNT];	  /* of the resets */
	uint64_t packets;
	uint64_t bytes; /* on the wire */
	uint64_t records;
	uint64_t lines;
	uint64_t results[DECODE_RESULT_COUNT];
};

struct report_counts report_count(const struct report *r);

/* False if all inputs are logs. */
bool report_has_capture(const struct report *r);

/* Takes out of r the findings whose cause is not in the set of bits. */
void report_keep_causes(struct report *r, uint32_t causes);

/* Some 240 MB; resets beyond are counted, not told. */
enum { FINDINGS_MAX = 400000 };

#endif
