/* proof.c: what it takes to prove a rewrite, and what to say of it. */
#include "advise/proof.h"

#include <stdlib.h>

#include "advise/paging.h"
#include "advise/volatility.h"
#include "core/format.h"
#include "sql/edit.h"
#include "sql/literals.h"

const char *rows_verdict_name(RowsVerdict verdict) {
	static const char *const names[] = {
	    [ROWS_SAME] = "same", [ROWS_SAME_SO_FAR] = "same-so-far", [ROWS_DIFFERENT] = "different", [ROWS_NOT_COMPARED] = "not-compared"};
	return names[verdict];
}

/* ---- what has to be run ---- */

/* What reads the rows of groups, of a UNION or the like in an order, does not order by keys of tables. */
static bool orders_all_rows(Arena *arena, const Statement *statement, const Facts *facts) {
	const QueryBlock *block = &statement->blocks.items[0];
	if (block->aggregates || block->windows || block->distinct || block->set_operation) return false;
	PagingKeys keys = paging_keys(arena, statement, facts);
	for (size_t i = 0; i < keys.count; i++)
		if (keys.items[i].added) return false;
	return keys.count && keys.unique;
}

static bool limits_rows(const QueryBlock *block) {
	return block->has_limit || block->has_offset;
}

/* What answers by the order in which rows come, unless its own ORDER BY tells all apart, which nobody looks at here. */
static const char *ordered_function(Arena *arena, const Statement *statement) {
	static const char *const names[] = {"array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg",
	                                    "row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"};
	for (size_t i = 0; i < statement->functions.count; i++)
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (strcmp(statement->functions.items[i].name, names[k]) == 0)
				return arena_printf(arena, "%s() goes by the order in which rows come", names[k]);
	TokenList words = sql_words(arena, statement->text);
	for (size_t i = 0; i + 1 < words.count; i++)
		if (token_is(statement->text, words.items[i], "distinct") && token_is(statement->text, words.items[i + 1], "on"))
			return "DISTINCT ON takes the row that comes first";
	return NULL;
}

static const char *doubt(Arena *arena, const Statement *statement, const Facts *facts, bool in_order) {
	for (size_t i = 0; i < statement->blocks.count; i++)
		if (limits_rows(&statement->blocks.items[i]) && (i || !in_order))
			return "ORDER BY does not tell all rows apart, so LIMIT may take others each time; the primary key at its end would";
	const char *changes = statement_volatile_function(statement, facts);
	return changes ? arena_printf(arena, "%s() may answer differently each time", changes) : ordered_function(arena, statement);
}

static bool without_rewrite(const Statement *statement, const Finding *finding) {
	(void)statement;
	return !finding->rewrite;
}
static bool unread(const Statement *statement, const Finding *finding) {
	(void)finding;
	return !statement->parsed || !statement->blocks.count;
}
static bool no_read(const Statement *statement, const Finding *finding) {
	(void)finding;
	return statement->writes || statement->locks_rows || statement->kind != STATEMENT_SELECT;
}
static bool has_parameters(const Statement *statement, const Finding *finding) {
	return statement->parameter_count > 0 || (!finding->paging && literals_count(finding->rewrite) > 0);
}
static bool starts_nowhere(const Statement *statement, const Finding *finding) {
	(void)statement;
	return finding->paging && !finding->paging->last_row;
}

static const struct {
	bool (*holds)(const Statement *statement, const Finding *finding);
	const char *refused, *hint;
} refusals[] = {
    {without_rewrite, "this finding rewrites nothing, so there is nothing to prove", "Only a rewritten statement can be run beside the first."},
    {unread, "a statement that pgwhy cannot read is not run for a proof", "Run both yourself, and compare."},
    {no_read, "only a SELECT that locks no rows is run for a proof", "It would have to write twice to be compared."},
    {has_parameters, "a statement with parameters cannot be run: their values are not known", "A asks for them; or write values in place of $1 and the others."},
    {starts_nowhere, "the row that the page before ends with cannot be asked for", "Run both yourself, with the keys of that row."},
};

static void add_parameters(Arena *arena, ProofTask *task, const Paging *paging) {
	int *numbers = ARENA_ARRAY(arena, int, paging->keys.count);
	for (size_t i = 0; i < paging->keys.count; i++) numbers[i] = atoi(paging->parameters[i] + 1);
	task->parameters = numbers;
	task->parameter_count = paging->keys.count;
	task->last_row = paging->last_row;
	task->statements[0] = paging->ordered;
	task->in_order = paging->keys.unique;
}

ProofTask proof_task(Arena *arena, const Statement *statement, const Facts *facts, const Finding *finding) {
	ProofTask task = {.statements = {statement->text, finding->rewrite}};
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (!refusals[i].holds(statement, finding)) continue;
		task.refused = refusals[i].refused;
		task.hint = refusals[i].hint;
		return task;
	}
	if (finding->paging) add_parameters(arena, &task, finding->paging);
	else task.in_order = orders_all_rows(arena, statement, facts);
	task.doubt = doubt(arena, statement, facts, task.in_order);
	return task;
}

/* ---- what became of it ---- */

const Proof *proof_copy(Arena *arena, const Proof *proof) {
	Proof *copy = ARENA_NEW(arena, Proof);
	*copy = *proof;
	copy->repeated = repeated_copy(arena, proof->repeated);
	for (size_t i = 0; i < 2; i++) copy->compared.rows[i] = arena_copy(arena, proof->compared.rows[i]);
	copy->compared.why_not = arena_copy(arena, proof->compared.why_not);
	return copy;
}

void finding_prove(Finding *finding, const Proof *proof) {
	finding->proof = proof;
	bool noise = proof->repeated && repeated_within_noise(proof->repeated);
	double before = proof->ms[0], saved = noise ? 0 : before - proof->ms[1];
	bool counts = before > 0 && !isnan(saved) && !finding->indexes.count && proof->compared.verdict != ROWS_DIFFERENT;
	if (!counts) return;
	const Rule *rule = rule_named(finding->rule);
	finding->basis = BASIS_MEASURED;
	finding->saves_ms = fmax(saved, 0);
	finding->saves_share = fmax(saved, 0) / before;
	finding->severity = finding_severity(finding->saves_share, finding->saves_ms, rule && rule->sourced);
}

static const char *say_count(Arena *arena, double rows) {
	return arena_printf(arena, "%s row%s", format_number(arena, rows), rows == 1 ? "" : "s");
}

static const char *say_difference(Arena *arena, const RowsCompared *compared) {
	const char *one = compared->rows[0], *other = compared->rows[1];
	const char *place = compared->place > 0 ? arena_printf(arena, "row %s differs", format_number(arena, compared->place))
	                    : compared->counts[0] != compared->counts[1]
	                        ? arena_printf(arena, "%s became %s", say_count(arena, compared->counts[0]), format_number(arena, compared->counts[1]))
	                        : "other rows";
	if (!one && !other) return place;
	if (!other) return arena_printf(arena, "%s: the rewrite lacks %s", place, one);
	if (!one) return arena_printf(arena, "%s: the rewrite adds %s", place, other);
	return arena_printf(arena, "%s: %s became %s", place, one, other);
}

const char *say_compared(Arena *arena, const RowsCompared *compared) {
	switch (compared->verdict) {
	case ROWS_SAME: return arena_printf(arena, "same %s ✓", say_count(arena, compared->counts[0]));
	case ROWS_SAME_SO_FAR: return arena_printf(arena, "first %s the same ✓, %s", say_count(arena, compared->counts[0]), compared->why_not);
	case ROWS_DIFFERENT: return arena_printf(arena, "not the same rows: %s", say_difference(arena, compared));
	case ROWS_NOT_COMPARED: break;
	}
	return arena_printf(arena, "rows not compared: %s", compared->why_not);
}

/* "462 ms → 9.8 ms"; of several runs with their spread, and what that proves. */
static const char *say_times(Arena *arena, const Proof *proof) {
	const Repeated *repeated = proof->repeated;
	if (!repeated) return arena_printf(arena, "%s → %s", format_ms(arena, proof->ms[0]), format_ms(arena, proof->ms[1]));
	const Spread *before = &repeated->sides[0].ms, *after = &repeated->sides[1].ms;
	return arena_printf(arena, "%s → %s, %s · %s", spread_words(arena, before), spread_words(arena, after), say_repeated_runs(arena, repeated),
	                    say_repeated_verdict(arena, repeated));
}

const char *say_proof(Arena *arena, const Finding *finding) {
	const Proof *proof = finding->proof;
	if (!proof) return NULL;
	const char *rows = say_compared(arena, &proof->compared);
	if (isnan(proof->ms[0]) || isnan(proof->ms[1])) return rows;
	return arena_printf(arena, "%s · %s · %s → %s buffers%s", rows, say_times(arena, proof), format_number(arena, proof->blocks[0]),
	                    format_number(arena, proof->blocks[1]), finding->indexes.count ? " · without the index" : "");
}
