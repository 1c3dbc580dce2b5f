/* digest.c: turning a big result into a Table in the background. */
#include "pg/digest.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "pg/decode.h"

enum { BIG_CELLS = 50000 }; /* about a millisecond */

bool digest_wanted(const PGresult *result) {
	return (size_t)PQntuples(result) * (size_t)PQnfields(result) > BIG_CELLS;
}

static void digest_run(void *job) {
	Digest *digest = job;
	digest->arena = arena_new();
	digest->table = decode_table(digest->arena, digest->result, &digest->bytes);
}

static void digest_ended(void *job) {
	Digest *digest = job;
	if (digest->done) digest->done(digest);
	else digest_free(digest);
}

Digest *digest_start(Work *work, PGresult *result, void (*done)(Digest *digest), void *owner) {
	Digest *digest = calloc(1, sizeof *digest);
	if (!digest) die("out of memory");
	*digest = (Digest){.result = result, .done = done, .owner = owner};
	work_post(work, digest_run, digest_ended, digest);
	return digest;
}

void digest_free(Digest *digest) {
	if (!digest) return;
	PQclear(digest->result);
	arena_free(digest->arena);
	free(digest);
}
