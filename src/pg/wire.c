/* wire.c: a live session, on which one statement at a time is sent, and its answer received and made a table of. */
#include "pg/wire.h"

#include <libpq-fe.h>
#include <poll.h>

#include "base/clock.h"
#include "pg/decode.h"

enum {
	/* A server sends rows in pieces of 8 kB, faster than anybody is woken: while there was less than a buffer of libpq's, more is let
	 * gather in the socket's. */
	GATHER_MS = 2,
	BUFFER_BYTES = 12000,
	MOST_BUFFERS = 64 /* in one turn of the loop: a millisecond */
};

/* What ends a session says why: as the answer to what was asked, or unasked, as a notice. Other notices are nobody's business. */
static void keep_last_words(void *arg, const PGresult *result) {
	Wire *wire = arg;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (severity && strcmp(severity, "FATAL") == 0) decode_error(result, &wire->last_words);
}

void wire_open(Wire *wire, PGconn *pg, Work *work) {
	wire_release(wire);
	*wire = (Wire){.pg = pg, .work = work, .last_words = ERR_INIT, .distrust = ERR_INIT};
	PQsetnonblocking(pg, 1);
	PQsetNoticeReceiver(pg, keep_last_words, wire);
}

void wire_close(Wire *wire) {
	if (wire->digesting) wire->digesting->done = NULL;
	digest_free(wire->digested);
	PQclear(wire->result);
	PQfinish(wire->pg);
	wire->digesting = wire->digested = NULL;
	wire->stream = NULL;
	wire->result = NULL;
	wire->pg = NULL;
	wire->awaiting = wire->answered = wire->broken = wire->copying = wire->due = false;
}

void wire_release(Wire *wire) {
	if (wire->pg) wire_close(wire);
	err_release(&wire->last_words);
	err_release(&wire->distrust);
}

void wire_send(Wire *wire, const char *sql, const char *const *params, size_t param_count, Stream *stream) {
	wire->awaiting = true;
	wire->stream = stream;
	wire->heard_at_ms = clock_ms();
	bool sent = PQsendQueryParams(wire->pg, sql, (int)param_count, NULL, params, NULL, NULL, 0);
	if (!sent || PQflush(wire->pg) < 0) wire->broken = true;
}

/* ---- receiving ---- */

void wire_distrust(Wire *wire, const char *why) {
	err_set(&wire->distrust, ERR_CONNECTION, "the connection was closed because %s", why);
	wire->broken = wire->due = true;
}

typedef enum Copied { COPIED_ALL, COPIED_MUCH, COPIED_LITTLE } Copied;

/* The rows in libpq's buffer. */
static Copied copy_rows(Wire *wire) {
	char *message;
	size_t bytes = 0;
	int len = 0;
	while (!wire->broken && (len = PQgetCopyData(wire->pg, &message, 1)) > 0) {
		if (!stream_take(wire->stream, message, (size_t)len)) wire_distrust(wire, "it sent rows that make no sense");
		PQfreemem(message);
		bytes += (size_t)len;
	}
	if (bytes) wire->heard_at_ms = clock_ms();
	return len != 0 ? COPIED_ALL : bytes > BUFFER_BYTES ? COPIED_MUCH : COPIED_LITTLE;
}

/* True when there are no more, and PQgetResult goes on. */
static bool copied(Wire *wire) {
	Copied copied = copy_rows(wire);
	for (int i = 0; copied == COPIED_MUCH && i < MOST_BUFFERS && PQconsumeInput(wire->pg); i++) copied = copy_rows(wire);
	wire->gather_until_ms = copied == COPIED_LITTLE ? clock_ms() + GATHER_MS : 0;
	wire->due = copied == COPIED_MUCH;
	return copied == COPIED_ALL;
}

/* Data that nobody here asked for would go on for ever. */
static bool is_copy(ExecStatusType status) {
	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

static void take_result(Wire *wire, PGresult *result) {
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COPY_OUT && wire->stream) wire->copying = true;
	else if (is_copy(status)) wire_distrust(wire, "a statement began to copy");
	keep_last_words(wire, result);
	PQclear(wire->result);
	wire->result = result;
	if (PQstatus(wire->pg) == CONNECTION_BAD) wire->broken = true;
}

static void receive_answer(Wire *wire) {
	while (!wire->broken) {
		if (wire->copying && !copied(wire)) return;
		wire->copying = false;
		if (PQisBusy(wire->pg)) return;
		PGresult *result = PQgetResult(wire->pg);
		if (result) {
			take_result(wire, result);
			continue;
		}
		wire->awaiting = false;
		wire->answered = true;
		return;
	}
}

void wire_receive(Wire *wire) {
	wire->due = false;
	if (wire->gather_until_ms && clock_ms() < wire->gather_until_ms) return;
	wire->gather_until_ms = 0;
	if (!PQconsumeInput(wire->pg) || PQflush(wire->pg) < 0) wire->broken = true;
	(void)PQisBusy(wire->pg); /* reads what a server says unasked */
	if (wire->awaiting) receive_answer(wire);
	if (PQstatus(wire->pg) == CONNECTION_BAD) wire->broken = true;
}

/* ---- answers ---- */

static void digest_done(Digest *digest) {
	Wire *wire = digest->owner;
	wire->digesting = NULL;
	wire->digested = digest;
	wire->result = digest->result;
	digest->result = NULL;
	wire->due = true;
}

/* A big one is made a table of before it is handed over. */
bool wire_digesting(Wire *wire) {
	if (!wire->digesting && !wire->digested && wire->answered && digest_wanted(wire->result)) {
		wire->digesting = digest_start(wire->work, wire->result, digest_done, wire);
		wire->result = NULL;
	}
	return wire->digesting != NULL;
}

PGresult *wire_take(Wire *wire) {
	PGresult *result = wire->result;
	wire->result = NULL;
	wire->answered = false;
	return result ? result : PQmakeEmptyPGresult(wire->pg, PGRES_FATAL_ERROR); /* an answer it is, if an empty one */
}

Table *wire_table(Wire *wire, const PGresult *result, Arena **arena, size_t *bytes) {
	if (wire->stream) return stream_table(wire->stream, arena, bytes);
	Digest *digest = wire->digested;
	if (!digest) {
		*arena = arena_new();
		return decode_table(*arena, result, bytes);
	}
	*arena = digest->arena;
	*bytes = digest->bytes;
	digest->arena = NULL;
	return digest->table;
}

void wire_handed_over(Wire *wire) {
	digest_free(wire->digested);
	wire->digested = NULL;
}

/* ---- the poll loop ---- */

/* What could not be sent at once stays in libpq's buffer. */
short wire_events(const Wire *wire) {
	if (!wire->pg || wire->gather_until_ms) return 0;
	return PQflush(wire->pg) > 0 ? POLLIN | POLLOUT : POLLIN;
}

int64_t wire_deadline_ms(const Wire *wire) {
	if (wire->due) return clock_ms();
	return wire->gather_until_ms ? wire->gather_until_ms : -1;
}
