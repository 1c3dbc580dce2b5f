/* lock_session.c: who holds or waits for locks. */
#include "core/lock_session.h"

#include <math.h>
#include <stdlib.h>

static const char *text(const Table *table, size_t row, const char *column) {
	return table_text(table, row, table_column(table, column), NULL);
}
static double real(const Table *table, size_t row, const char *column) {
	return table_real(table, row, table_column(table, column), NAN);
}
static int64_t integer(const Table *table, size_t row, const char *column) {
	return table_int(table, row, table_column(table, column), -1);
}
static bool is(const Table *table, size_t row, const char *column) {
	return table_bool(table, row, table_column(table, column), false);
}

static int compare_numbers(const void *one, const void *two) {
	const int64_t a = *(const int64_t *)one, b = *(const int64_t *)two;
	return (a > b) - (a < b);
}

/* "4711,4712,4711" */
static void read_blockers(Arena *arena, LockSession *session, const char *answer) {
	for (char *end; answer && *answer; answer = *end ? end + 1 : end) *list_push(arena, &session->blocked_by) = strtoll(answer, &end, 10);
	if (session->blocked_by.count) qsort(session->blocked_by.items, session->blocked_by.count, sizeof *session->blocked_by.items, compare_numbers);
}

bool lock_session_named(const LockSession *session, int64_t pid) {
	size_t count = session->blocked_by.count;
	return count && bsearch(&pid, session->blocked_by.items, count, sizeof pid, compare_numbers);
}

LockSession lock_session_read(Arena *arena, const Table *sessions, size_t row, int64_t pid, const char *virtualtransaction) {
	static const Table nothing = {0};
	if (!sessions || row == LOCK_NOBODY) sessions = &nothing;
	LockSession session = {
		.pid = pid,
		.gid = text(sessions, row, "gid"),
		.virtualtransaction = virtualtransaction,
		.database = text(sessions, row, "database"),
		.user = text(sessions, row, "user"),
		.application = text(sessions, row, "application"),
		.client = text(sessions, row, "client"),
		.state = text(sessions, row, "state"),
		.backend_type = text(sessions, row, "backend_type"),
		.backend_start = text(sessions, row, "backend_start"),
		.query_start = text(sessions, row, "query_start"),
		.query = text(sessions, row, "query"),
		.phase = text(sessions, row, "phase"),
		.wait_event = text(sessions, row, "wait_event"),
		.database_oid = integer(sessions, row, "database_oid"),
		.leader_pid = integer(sessions, row, "leader_pid"),
		.client_port = integer(sessions, row, "client_port"),
		.xmin_age = integer(sessions, row, "xmin_age"),
		.xact_age_s = real(sessions, row, "xact_age_s"),
		.query_age_s = real(sessions, row, "query_age_s"),
		.state_age_s = real(sessions, row, "state_age_s"),
		.superuser = is(sessions, row, "superuser"),
		.may_end = is(sessions, row, "may_end"),
	};
	/* The server's own '<insufficient privilege>' is no statement. */
	session.hidden = pid && session.query && !session.backend_type;
	if (session.hidden) session.query = NULL;
	read_blockers(arena, &session, text(sessions, row, "blocked_by"));
	return session;
}

bool lock_session_idle_in_transaction(const LockSession *session) {
	return session->state && strncmp(session->state, "idle in transaction", strlen("idle in transaction")) == 0;
}

/* ---- rows by number ---- */

static int compare_places(const void *one, const void *two) {
	const struct LockPlace *a = one, *b = two;
	if (a->number != b->number) return a->number < b->number ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

LockIndex lock_index(Arena *arena, const Table *table, size_t column) {
	LockIndex index = {.places = ARENA_ARRAY(arena, struct LockPlace, table->row_count)};
	for (size_t row = 0; row < table->row_count; row++)
		if (!table_null(table, row, column)) index.places[index.count++] = (struct LockPlace){table_int(table, row, column, 0), row};
	qsort(index.places, index.count, sizeof *index.places, compare_places);
	return index;
}

size_t lock_index_find(const LockIndex *index, int64_t number) {
	size_t low = 0, high = index->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (index->places[middle].number < number) low = middle + 1;
		else high = middle;
	}
	return low < index->count && index->places[low].number == number ? index->places[low].row : LOCK_NOBODY;
}
