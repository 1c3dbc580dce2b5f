/* finding.c: words, severity and SQL of a piece of advice. */
#include "advise/finding.h"

const char *severity_name(Severity severity) {
	static const char *const names[] = {
	    [SEVERITY_INFO] = "info", [SEVERITY_WARNING] = "warning", [SEVERITY_CRITICAL] = "critical"};
	return names[severity];
}

const char *basis_name(Basis basis) {
	static const char *const names[] = {
	    [BASIS_HEURISTIC] = "heuristic",
	    [BASIS_ESTIMATED] = "estimated",
	    [BASIS_HYPOTHETICAL] = "hypothetical",
	    [BASIS_MEASURED] = "measured",
	};
	return names[basis];
}

const char *remedy_kind_name(RemedyKind kind) {
	static const char *const names[] = {
	    [REMEDY_NONE] = "none",
	    [REMEDY_INDEX] = "index",
	    [REMEDY_DROP_INDEX] = "drop-index",
	    [REMEDY_REWRITE] = "rewrite",
	    [REMEDY_SETTING] = "setting",
	    [REMEDY_STATISTICS] = "statistics",
	    [REMEDY_MAINTENANCE] = "maintenance",
	    [REMEDY_SCHEMA] = "schema",
	};
	return names[kind];
}

double plan_statement_ms(const Plan *plan) {
	if (!plan->analyzed || !plan->timed) return NAN;
	return isnan(plan->execution_ms) ? plan->root->measure.total_ms : plan->execution_ms;
}

double plan_share(const Plan *plan, double ms, double cost) {
	double statement_ms = plan_statement_ms(plan), whole = plan->root->total_cost;
	if (statement_ms > 0 && !isnan(ms)) return fmin(ms / statement_ms, 1);
	if (whole > 0 && !isnan(cost)) return fmin(cost / whole, 1);
	return plan->node_count == 1 ? 1 : NAN;
}

Severity finding_severity(double saves_share, double saves_ms, bool sourced) {
	bool measured = !isnan(saves_ms);
	if (!sourced) return SEVERITY_INFO;
	if (saves_share >= 0.5 && (!measured || saves_ms >= 100)) return SEVERITY_CRITICAL;
	if (saves_share >= 0.1 && (!measured || saves_ms >= 1)) return SEVERITY_WARNING;
	return SEVERITY_INFO;
}

static const char *create_sql(Arena *arena, const IndexAdvice *index, bool concurrently, bool only) {
	bool btree = !index->method || strcmp(index->method, "btree") == 0;
	const char *sql = arena_printf(arena, "CREATE INDEX %s%s%sON %s%s%s%s (%s)", concurrently ? "CONCURRENTLY " : "",
	                               index->name ? sql_identifier(arena, index->name) : "", index->name ? " " : "",
	                               only ? "ONLY " : "", sql_qualified(arena, index->schema, index->table), btree ? "" : " USING ",
	                               btree ? "" : sql_identifier(arena, index->method),
	                               sql_list(arena, index->columns, index->column_count));
	if (index->include_count)
		sql = arena_printf(arena, "%s INCLUDE (%s)", sql, sql_list(arena, index->include, index->include_count));
	return index->where ? arena_printf(arena, "%s WHERE %s", sql, index->where) : sql;
}

const char *index_create_sql(Arena *arena, const IndexAdvice *index) {
	return create_sql(arena, index, !index->partitioned, false);
}

const char *index_create_only_sql(Arena *arena, const IndexAdvice *index) {
	return create_sql(arena, index, false, true);
}

static void copy_indexes(Arena *arena, IndexAdvice **items, size_t count) {
	IndexAdvice *copy = ARENA_ARRAY(arena, IndexAdvice, count + 1);
	for (size_t i = 0; i < count; i++) copy[i] = (*items)[i];
	*items = copy;
}

FindingList findings_copy(Arena *arena, const FindingList *findings) {
	FindingList copy = {.silence = findings->silence};
	for (size_t i = 0; i < findings->count; i++) {
		Finding *finding = list_push(arena, &copy);
		*finding = findings->items[i];
		copy_indexes(arena, &finding->indexes.items, finding->indexes.count);
		copy_indexes(arena, &finding->alternatives.items, finding->alternatives.count);
		finding->indexes.room = finding->indexes.count;
		finding->alternatives.room = finding->alternatives.count;
	}
	return copy;
}

const char *index_pretend_sql(Arena *arena, const IndexAdvice *index) {
	return create_sql(arena, index, false, false);
}

const char *index_drop_sql(Arena *arena, const IndexAdvice *index) {
	return arena_printf(arena, "DROP INDEX %s%s", index->partitioned ? "" : "CONCURRENTLY ",
	                    sql_qualified(arena, index->schema, index->name));
}

bool index_is_pretendable(const IndexAdvice *index) {
	static const char *const others[] = {"gin", "gist", "spgist"};
	for (size_t i = 0; index->method && i < sizeof others / sizeof *others; i++)
		if (strcmp(index->method, others[i]) == 0) return false;
	return true;
}

static bool text_same(const char *one, const char *other) {
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool texts_same(const char *const *ones, size_t count, const char *const *others, size_t other_count) {
	if (count != other_count) return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(ones[i], others[i]) != 0) return false;
	return true;
}

bool index_same(const IndexAdvice *one, const IndexAdvice *other) {
	return text_same(one->schema, other->schema) && text_same(one->table, other->table) &&
	       text_same(one->method, other->method) && text_same(one->where, other->where) &&
	       texts_same(one->columns, one->column_count, other->columns, other->column_count) &&
	       texts_same(one->include, one->include_count, other->include, other->include_count);
}

bool index_begins_with(const IndexAdvice *index, const IndexAdvice *front) {
	return text_same(index->table, front->table) && text_same(index->method, front->method) && text_same(index->where, front->where) &&
	       index->column_count >= front->column_count && texts_same(index->columns, front->column_count, front->columns, front->column_count);
}

const char *sentences(Arena *arena, const char *said, const char *more) {
	return said && more ? arena_printf(arena, "%s %s", said, more) : said ? said : more;
}

Finding finding_new(const char *rule) {
	return (Finding){
	    .rule = rule,
	    .basis = BASIS_HEURISTIC,
	    .saves_ms = NAN,
	    .saves_share = NAN,
	    .cost_before = NAN,
	    .cost_after = NAN,
	    .stake_ms = NAN,
	    .stake_cost = NAN,
	    .index_bytes = NAN,
	};
}

void finding_weigh(const Plan *plan, Finding *finding, double stake_ms, double stake_cost, double left) {
	double vanishes = fmin(fmax(1 - left, 0), 1), statement_ms = plan_statement_ms(plan);
	finding->stake_ms = stake_ms;
	finding->stake_cost = stake_cost;
	finding->saves_share = plan_share(plan, stake_ms, stake_cost) * vanishes;
	if (statement_ms > 0 && !isnan(stake_ms)) finding->saves_ms = finding->saves_share * statement_ms;
}

double finding_gain(const Finding *finding) {
	return isnan(finding->saves_share) ? 0 : finding->saves_share;
}

/* CREATE INDEX CONCURRENTLY takes ShareUpdateExclusive and waits for old transactions; without, Share. */
static const char *create_locks(const IndexAdvice *index) {
	return index->partitioned ? "Writes to the table and all its partitions wait while it builds, reads go on. Where "
	                            "that is too long: CREATE INDEX ON ONLY the parent, the same CONCURRENTLY on each "
	                            "partition, then ALTER INDEX … ATTACH PARTITION."
	                          : "Reads and writes go on while it builds (ShareUpdateExclusive); it waits for "
	                            "transactions that are already open, and a build that fails leaves an INVALID index "
	                            "to drop.";
}

void finding_set_indexes(Arena *arena, Finding *finding, const IndexAdvice *indexes, size_t count) {
	const char *sql = count ? finding->before : NULL, *undo = NULL;
	finding->indexes.items = NULL; /* copies of the finding keep theirs, and `indexes` may be among them */
	finding->indexes.count = finding->indexes.room = 0;
	finding->index_bytes = 0;
	for (size_t i = 0; i < count; i++) {
		const IndexAdvice *index = &indexes[i];
		const char *create = index_create_sql(arena, index), *drop = index_drop_sql(arena, index);
		sql = sql ? arena_printf(arena, "%s;\n%s", sql, create) : create;
		undo = undo ? arena_printf(arena, "%s;\n%s", undo, drop) : drop;
		finding->index_bytes += index->bytes;
	}
	for (size_t i = 0; i < count; i++) *list_push(arena, &finding->indexes) = indexes[i];
	if (!count) finding->index_bytes = NAN;
	if (finding->rewrite) sql = sql ? arena_printf(arena, "%s;\n%s", sql, finding->rewrite) : finding->rewrite;
	finding->sql = sql;
	finding->undo = undo;
	finding->locks = count ? create_locks(&indexes[0]) : NULL;
	if (!count) return;
	finding->relation = arena_printf(arena, "%s%s%s", indexes->schema ? indexes->schema : "", indexes->schema ? "." : "",
	                                 indexes->table);
	finding->columns = indexes->columns;
	finding->column_count = indexes->column_count;
}
