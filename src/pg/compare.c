/* compare.c: do two statements return the same rows? One exchange:
 *
 *     BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; set_config(…)
 *     [DECLARE a cursor for the last row; FETCH it; find its types: the rewrite's parameters are filled in]
 *     DECLARE one for each; FETCH from each in turn …
 *     ROLLBACK
 *
 * One snapshot serves both, so now() and other transactions make no difference. */
#include "pg/compare.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "core/bag.h"
#include "core/format.h"
#include "pg/decode.h"
#include "pg/guard.h"
#include "sql/literals.h"

enum { FIRST_BATCH = 32, MOST_BATCH = 2000, BATCH_BYTES = 1 << 20, BATCH_CELLS = 40000, BATCH_MS = 250 };
enum { VALUE_BYTES = 60, ROW_BYTES = 300, ROW_CELLS = 120 }; /* of a row that is shown */

#define SAVEPOINT "pgwhy_before"
#define LAST_ROW "pgwhy_last"
static const char *const cursors[2] = {"pgwhy_statement", "pgwhy_rewrite"};

struct Compare {
	Guard guard;
	ProofTask task;
	double most_rows;
	bool allow_volatile;
	CompareFn reply;
	void (*progress)(void *owner, double rows);

	bool savepoint; /* session locks may have to be given back from there */
	const char *texts[2]; /* as they are run; NULL: not known yet */
	Literal *values; /* of the rewrite's parameters: of $n at n - 1 */
	size_t value_count;
	int64_t began_at_ms;
	int side; /* whose rows come next */
	int batch; /* as many */
	size_t bytes; /* of the rows of the last batches */
	PGresult *first; /* the statement's rows, while the rewrite's are on their way: they are compared in order */
	bool over[2]; /* no more rows come from it */
	Bag *bag; /* NULL: in order */
	RowsCompared compared;
};

/* ---- the end ---- */

static bool unlocked(Guard *guard, PGresult *result) {
	if (!decode_failed(result)) return guard_roll_back(guard);
	conn_distrust(guard->exchange.conn, "a statement could not be cleaned up after");
	return guard_finish(guard);
}

static bool back_at_savepoint(Guard *guard, PGresult *result) {
	(void)result; /* an error shows in what comes next */
	return guard_send(guard, unlocked, "/* pgwhy: traces */ select pg_catalog.pg_advisory_unlock_all()", NULL, 0);
}

/* Cursors end with the transaction, session locks do not. */
static bool leave(Compare *compare) {
	Guard *guard = &compare->guard;
	return compare->savepoint ? guard_send(guard, back_at_savepoint, "ROLLBACK TO SAVEPOINT " SAVEPOINT, NULL, 0) : guard_roll_back(guard);
}

static bool conclude(Compare *compare, RowsVerdict verdict, const char *why_not) {
	RowsCompared *compared = &compare->compared;
	bool doubted = verdict == ROWS_DIFFERENT && compare->task.doubt;
	compared->verdict = doubted ? ROWS_NOT_COMPARED : verdict;
	compared->why_not = doubted ? compare->task.doubt : why_not;
	return leave(compare);
}

/* ---- rows ---- */

/* `(20, open, null)`: of long values and rows the beginnings. */
static void put_row(Str *words, const PGresult *result, int row) {
	str_add(words, "(");
	for (int i = 0; i < PQnfields(result) && words->len < ROW_BYTES; i++) {
		size_t len = (size_t)PQgetlength(result, row, i), part = len < VALUE_BYTES ? len : VALUE_BYTES;
		const char *value = PQgetvalue(result, row, i);
		while (part < len && part && (value[part] & 0xC0) == 0x80) part--; /* whole characters */
		if (i) str_add(words, ", ");
		if (PQgetisnull(result, row, i)) str_add(words, "null");
		else str_add_n(words, value, part);
		if (part < len) str_add(words, "…");
	}
	str_add(words, ")");
}

static const char *shown(Compare *compare, const char *words) {
	Arena *arena = compare->guard.arena;
	return words ? utf8_shorten(arena, utf8_clean(arena, words), ROW_CELLS, false) : NULL;
}

static const char *row_words(Compare *compare, const PGresult *result, int row) {
	if (row >= PQntuples(result)) return NULL;
	Str words = STR_INIT;
	put_row(&words, result, row);
	const char *text = arena_copy(compare->guard.arena, shown(compare, words.text));
	str_release(&words);
	return text;
}

static bool same_value(const PGresult *one, const PGresult *other, int row, int column) {
	bool null = PQgetisnull(one, row, column);
	if (null || PQgetisnull(other, row, column)) return null && PQgetisnull(other, row, column);
	int len = PQgetlength(one, row, column);
	return len == PQgetlength(other, row, column) && memcmp(PQgetvalue(one, row, column), PQgetvalue(other, row, column), (size_t)len) == 0;
}

static bool same_row(const PGresult *one, const PGresult *other, int row) {
	if (row >= PQntuples(one) || row >= PQntuples(other) || PQnfields(one) != PQnfields(other)) return false;
	for (int i = 0; i < PQnfields(one); i++)
		if (!same_value(one, other, row, i)) return false;
	return true;
}

static void count_rows(Compare *compare, int side, const PGresult *result) {
	int rows = PQntuples(result);
	compare->compared.counts[side] += rows;
	compare->over[side] = rows < compare->batch;
	size_t bytes = 0;
	for (int row = 0; row < rows; row++)
		for (int i = 0; i < PQnfields(result); i++) bytes += (size_t)PQgetlength(result, row, i) + sizeof(void *);
	compare->bytes += bytes;
	conn_count_bytes(compare->guard.exchange.conn, bytes);
}

/* False: a pair differs, and which is noted. */
static bool pairs_agree(Compare *compare, const PGresult *one, const PGresult *other) {
	int rows = PQntuples(one) > PQntuples(other) ? PQntuples(one) : PQntuples(other), row = 0;
	while (row < rows && same_row(one, other, row)) row++;
	if (row == rows) return true;
	RowsCompared *compared = &compare->compared;
	compared->place = compared->counts[0] - PQntuples(one) + row + 1;
	compared->rows[0] = row_words(compare, one, row);
	compared->rows[1] = row_words(compare, other, row);
	return false;
}

static void add_to_bag(Compare *compare, int side, const PGresult *result) {
	for (int row = 0; row < PQntuples(result); row++) {
		RowHash hash = {0};
		for (int i = 0; i < PQnfields(result); i++)
			row_hash_add(&hash, PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i), (size_t)PQgetlength(result, row, i));
		Str *words = bag_add(compare->bag, side, hash);
		if (words) put_row(words, result, row);
	}
}

/* ---- batches ---- */

static bool batch_came(Guard *guard, PGresult *result);

static bool fetch(Compare *compare, int side) {
	compare->side = side;
	const char *sql = arena_printf(compare->guard.arena, "FETCH FORWARD %d FROM %s", compare->batch, cursors[side]);
	return guard_send(&compare->guard, batch_came, sql, NULL, 0);
}

/* About a megabyte or a quarter of a second, and no more than is wanted: one above the most, to know whether there are more. */
static void size_batch(Compare *compare, int columns) {
	const double *counts = compare->compared.counts;
	double wanted = (double)compare->batch * 4, left = compare->most_rows + 1 - fmax(counts[0], counts[1]);
	double row_bytes = (double)compare->bytes / (compare->batch * 2.0), row_ms = exchange_ms(&compare->guard.exchange) / compare->batch;
	const double bounds[] = {MOST_BATCH, BATCH_BYTES / fmax(row_bytes, 1), BATCH_MS / fmax(row_ms, 1e-6), (double)BATCH_CELLS / (columns > 0 ? columns : 1), left};
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) wanted = fmin(wanted, bounds[i]);
	compare->batch = wanted < 1 ? 1 : (int)wanted;
	compare->bytes = 0;
}

static const char *out_of_time(Compare *compare) {
	Arena *arena = compare->guard.arena;
	return arena_printf(arena, "reading on would take longer than %s (statement_timeout_ms)", format_ms(arena, (double)compare->guard.statement_timeout_ms));
}

/* Why it goes no further; NULL: it may. */
static const char *enough(Compare *compare) {
	Arena *arena = compare->guard.arena;
	const RowsCompared *compared = &compare->compared;
	double most = compare->most_rows;
	long given_ms = compare->guard.statement_timeout_ms;
	if (fmax(compared->counts[0], compared->counts[1]) > most)
		return arena_printf(arena, "no more than %s are looked at (prove.max_rows)", format_number(arena, most));
	return given_ms > 0 && clock_ms() - compare->began_at_ms > given_ms ? out_of_time(compare) : NULL;
}

/* Both as far as both were read. */
static bool conclude_so_far(Compare *compare, const char *why_not) {
	double *counts = compare->compared.counts, rows = fmin(fmin(counts[0], counts[1]), compare->most_rows);
	counts[0] = counts[1] = rows;
	return conclude(compare, ROWS_SAME_SO_FAR, why_not);
}

static bool conclude_bag(Compare *compare) {
	for (int side = 0; side < 2; side++) compare->compared.rows[side] = shown(compare, bag_lone(compare->bag, side));
	return conclude(compare, bag_balanced(compare->bag) ? ROWS_SAME : ROWS_DIFFERENT, NULL);
}

/* All rows of one have come, and the other has more by now. */
static bool has_too_many(const Compare *compare) {
	const double *counts = compare->compared.counts;
	return (compare->over[0] && counts[1] > counts[0]) || (compare->over[1] && counts[0] > counts[1]);
}

static bool go_on(Compare *compare, int columns) {
	RowsCompared *compared = &compare->compared;
	if (compare->over[0] && compare->over[1]) return compare->bag ? conclude_bag(compare) : conclude(compare, ROWS_SAME, NULL);
	const char *why_not = enough(compare);
	if (why_not && compare->bag) return has_too_many(compare) ? conclude(compare, ROWS_DIFFERENT, NULL) : conclude(compare, ROWS_NOT_COMPARED, why_not);
	if (why_not) return conclude_so_far(compare, why_not);
	if (compare->progress && !compare->guard.exchange.forgotten) compare->progress(compare->guard.exchange.owner, fmax(compared->counts[0], compared->counts[1]));
	size_batch(compare, columns);
	return fetch(compare, compare->over[0] ? 1 : 0);
}

static bool batch_in_order(Compare *compare, PGresult *result) {
	if (compare->side == 0) {
		compare->first = PQcopyResult(result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
		if (!compare->first) die("out of memory");
		return fetch(compare, 1);
	}
	bool agree = pairs_agree(compare, compare->first, result);
	PQclear(compare->first);
	compare->first = NULL;
	return agree ? go_on(compare, PQnfields(result)) : conclude(compare, ROWS_DIFFERENT, NULL);
}

/* A batch took too long, but pairs were compared before. */
static bool timed_out_later(const Compare *compare) {
	const Guard *guard = &compare->guard;
	return guard->err.kind == ERR_TIMEOUT && strcmp(guard->err.sqlstate, "57014") == 0 && !guard->cancelled && !compare->bag && compare->compared.counts[1] > 0;
}

static bool batch_came(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	bool wrong = guard_went_wrong(guard, result);
	if (wrong && timed_out_later(compare)) {
		err_clear(&guard->err);
		return conclude_so_far(compare, out_of_time(compare));
	}
	if (wrong || guard->exchange.forgotten) return leave(compare);
	int side = compare->side;
	if (!side && !compare->bag && !PQnfields(result)) compare->bag = bag_new(); /* without columns all rows are alike, and libpq copies none */
	count_rows(compare, side, result);
	if (!compare->bag) return batch_in_order(compare, result);
	add_to_bag(compare, side, result);
	return side == 0 && !compare->over[1] ? fetch(compare, 1) : go_on(compare, PQnfields(result));
}

/* ---- cursors ---- */

static bool declare(Compare *compare, GuardAnswer answered, const char *cursor, const char *text) {
	const char *front = arena_printf(compare->guard.arena, "DECLARE %s NO SCROLL CURSOR FOR ", cursor);
	return guard_send_text(&compare->guard, answered, arena_printf(compare->guard.arena, "%s%s", front, text), (long)strlen(front));
}

static bool rewrite_declared(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	return guard_went_wrong(guard, result) ? leave(compare) : fetch(compare, 0);
}

static bool statement_declared(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	return guard_went_wrong(guard, result) ? leave(compare) : declare(compare, rewrite_declared, cursors[1], compare->texts[1]);
}

static bool declare_both(Compare *compare) {
	compare->batch = FIRST_BATCH;
	return declare(compare, statement_declared, cursors[0], compare->texts[0]);
}

/* ---- the row before the page ---- */

static bool types_came(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	if (guard_went_wrong(guard, result)) return leave(compare);
	for (size_t i = 0; i < compare->task.parameter_count && i < (size_t)PQntuples(result); i++)
		compare->values[compare->task.parameters[i] - 1].type = arena_copy(guard->arena, PQgetvalue(result, (int)i, 0));
	compare->texts[1] = literals_fill(guard->arena, compare->task.statements[1], compare->values, compare->value_count);
	return declare_both(compare);
}

/* -1, not null: `character` without a length would be character(1). */
static bool ask_types(Compare *compare, const PGresult *row, int first_key) {
	static const char sql[] = "/* pgwhy: types */ select pg_catalog.format_type(t, -1) from pg_catalog.unnest($1::pg_catalog.oid[]) with ordinality as u (t, n) order by n";
	Arena *arena = compare->guard.arena;
	const char *oids = "";
	for (int i = first_key; i < PQnfields(row); i++) oids = arena_printf(arena, "%s%s%u", oids, i > first_key ? "," : "{", PQftype(row, i));
	const char *const params[] = {arena_printf(arena, "%s}", oids)};
	return guard_send(&compare->guard, types_came, sql, params, 1);
}

static bool last_row_came(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	const ProofTask *task = &compare->task;
	if (guard_went_wrong(guard, result)) return leave(compare);
	int first_key = PQnfields(result) - (int)task->parameter_count;
	if (PQntuples(result) != 1 || first_key < 0) return conclude(compare, ROWS_NOT_COMPARED, "no row comes before this page");
	for (size_t i = 0; i < task->parameter_count; i++) {
		size_t n = (size_t)task->parameters[i];
		int column = first_key + (int)i;
		if (!PQgetisnull(result, 0, column)) compare->values[n - 1].value = arena_copy(guard->arena, PQgetvalue(result, 0, column));
	}
	return ask_types(compare, result, first_key);
}

static bool last_row_declared(Guard *guard, PGresult *result) {
	if (guard_went_wrong(guard, result)) return leave((Compare *)guard);
	return guard_send(guard, last_row_came, "FETCH FORWARD 1 FROM " LAST_ROW, NULL, 0);
}

/* ---- the beginning ---- */

static bool ask_first(Compare *compare) {
	compare->began_at_ms = clock_ms();
	return compare->task.last_row ? declare(compare, last_row_declared, LAST_ROW, compare->task.last_row) : declare_both(compare);
}

static bool savepoint_set(Guard *guard, PGresult *result) {
	Compare *compare = (Compare *)guard;
	if (guard_went_wrong(guard, result)) return leave(compare);
	compare->savepoint = true;
	return ask_first(compare);
}

static bool transaction_open(Guard *guard) {
	Compare *compare = (Compare *)guard;
	return compare->allow_volatile ? guard_send(guard, savepoint_set, "SAVEPOINT " SAVEPOINT, NULL, 0) : ask_first(compare);
}

static void tell(Guard *guard) {
	Compare *compare = (Compare *)guard;
	CompareReply reply = {.compared = compare->compared, .rewrite = compare->texts[1], .arena = guard->arena, .err = &guard->err};
	compare->reply(guard->exchange.owner, &reply);
	guard->arena = reply.arena;
}

static void destroy(Exchange *exchange) {
	Compare *compare = (Compare *)exchange;
	PQclear(compare->first);
	bag_free(compare->bag);
	guard_release(&compare->guard);
	free(compare);
}

/* ---- the contract ---- */

static ProofTask copy_task(Arena *arena, const ProofTask *task) {
	ProofTask copy = *task;
	for (size_t i = 0; i < 2; i++) copy.statements[i] = arena_copy(arena, task->statements[i]);
	copy.last_row = arena_copy(arena, task->last_row);
	copy.doubt = arena_copy(arena, task->doubt);
	int *parameters = ARENA_ARRAY(arena, int, task->parameter_count);
	for (size_t i = 0; i < task->parameter_count; i++) parameters[i] = task->parameters[i];
	copy.parameters = parameters;
	return copy;
}

/* Floats with all their digits: what differs in the last one differs, and a page goes on where the one before it ended. */
static MannerList manners_of(Arena *arena, const CompareSpec *spec) {
	MannerList manners = {0};
	*list_push(arena, &manners) = (Manner){"extra_float_digits", "3"};
	for (size_t i = 0; i < spec->setting_count; i++)
		*list_push(arena, &manners) = (Manner){arena_copy(arena, spec->settings[i].name), arena_copy(arena, spec->settings[i].value)};
	return manners;
}

/* Those of :with, behind our own. */
static bool is_allowed(Guard *guard) {
	for (size_t i = 1; i < guard->more.count; i++)
		if (!explain_setting_allowed(guard->more.items[i].name, &guard->err)) return false;
	return true;
}

Compare *compare_start(Conn *conn, const CompareSpec *spec, CompareFn reply, void (*progress)(void *owner, double rows), void *owner) {
	Compare *compare = calloc(1, sizeof *compare);
	if (!compare) die("out of memory");
	Arena *arena = arena_new();
	*compare = (Compare){
		.guard = {
			.exchange = {.destroy = destroy},
			.arena = arena,
			.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
			.statement_timeout_ms = spec->statement_timeout_ms,
			.lock_timeout_ms = spec->lock_timeout_ms,
			.more = manners_of(arena, spec),
			.allowed = is_allowed,
			.open = transaction_open,
			.ended = tell,
			.err = ERR_INIT,
		},
		.task = copy_task(arena, spec->task),
		.most_rows = spec->most_rows,
		.allow_volatile = spec->allow_volatile,
		.reply = reply,
		.progress = progress,
	};
	compare->texts[0] = compare->task.statements[0];
	if (!compare->task.last_row) compare->texts[1] = compare->task.statements[1];
	for (size_t i = 0; i < spec->task->parameter_count; i++)
		if ((size_t)spec->task->parameters[i] > compare->value_count) compare->value_count = (size_t)spec->task->parameters[i];
	compare->values = ARENA_ARRAY(arena, Literal, compare->value_count);
	if (!spec->task->in_order) compare->bag = bag_new();
	guard_start(&compare->guard, conn, owner);
	return compare;
}

void compare_cancel(Compare *compare) {
	guard_cancel(&compare->guard);
}
