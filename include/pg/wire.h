/* wire.h: a live session, on which one statement at a time is sent, and its answer received and made a table of. Never waits. */
#ifndef PGWHY_PG_WIRE_H
#define PGWHY_PG_WIRE_H

#include <stdint.h>

#include "base/err.h"
#include "base/work.h"
#include "pg/digest.h"
#include "pg/stream.h"

struct pg_conn;

typedef struct Wire {
	struct pg_conn *pg; /* NULL: there is no session */
	Work *work;
	bool awaiting; /* a statement was sent and its answer is not complete */
	bool answered; /* it is, and has not been taken */
	bool broken; /* the session is over, or not to be trusted any more */
	Err last_words; /* what a server says before it closes */
	Err distrust; /* why we close it */
	int64_t heard_at_ms; /* clock_ms of the statement, or of the last that came of its answer */
	/* its own */
	struct pg_result *result; /* of the answer, so far */
	Stream *stream; /* takes the rows, when they come by COPY */
	bool copying;
	int64_t gather_until_ms; /* more of it is on the way; 0: look at once */
	Digest *digesting; /* the job that makes a table of a big answer */
	Digest *digested; /* what it made */
	bool due; /* wire_receive has something to do */
} Wire;

void wire_open(Wire *wire, struct pg_conn *pg, Work *work);
void wire_close(Wire *wire); /* nothing is left of it but last_words and distrust */
void wire_release(Wire *wire);

/* `stream`: takes the rows of a COPY, and stays the caller's; NULL: there must be none. */
void wire_send(Wire *wire, const char *sql, const char *const *params, size_t param_count, Stream *stream);
void wire_receive(Wire *wire); /* what has arrived: of an answer, or said unasked */
bool wire_digesting(Wire *wire); /* the complete answer is still made a table of */
/* The complete answer: the caller's. wire_table before the next statement makes the rows of a good one a table, once. */
struct pg_result *wire_take(Wire *wire);
Table *wire_table(Wire *wire, const struct pg_result *result, Arena **arena, size_t *bytes);
void wire_handed_over(Wire *wire); /* nobody wants that answer's table any more */
void wire_distrust(Wire *wire, const char *why); /* the session is in a state nobody should meet: it is over */

short wire_events(const Wire *wire);
int64_t wire_deadline_ms(const Wire *wire); /* -1: none */

#endif
