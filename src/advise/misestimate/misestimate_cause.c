/* misestimate_cause.c: why a count of rows went wrong, and what mends it; the first cause that fits is told. */
#include "advise/index_key.h"
#include "advise/misestimate.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"

#define MODIFIED_SHARE 0.1 /* of the table since the last ANALYZE: statistics are stale, as autovacuum's default has it */
#define MODIFIED_BELOW 0.2 /* the same, where it is a join's count that is wrong: that has other causes more often */
#define SIZE_FACTOR 2.0 /* between the rows there are and the rows the catalog believes */
enum { EXPRESSION_STATISTICS = 140000 }; /* CREATE STATISTICS ON (expression) */

/* What is known of the wrong node. */
typedef struct Suspect {
	const Advice *advice;
	Arena *arena;
	const PlanNode *node;
	const TableFacts *table;
	const char *relation; /* as SQL writes it */
	LIST(const char *) columns; /* plain ones compared, each once, as SQL writes them */
	const Operand *expression; /* the first one computed from columns */
	bool parameters; /* $1 stands in a condition: a generic plan */
	bool either; /* an OR */
	const char *catch_all; /* an OR of which one branch asks about no column: x = $1 OR $1 IS NULL */
} Suspect;

static void add_column(Suspect *suspect, const char *column) {
	const char *name = sql_identifier(suspect->arena, column);
	for (size_t i = 0; i < suspect->columns.count; i++)
		if (strcmp(suspect->columns.items[i], name) == 0) return;
	*list_push(suspect->arena, &suspect->columns) = name;
}

static bool asks_no_column(const PredicateList *branch) {
	for (size_t i = 0; i < branch->count; i++)
		if (branch->items[i].left.column_count || branch->items[i].right.column_count ||
		    branch->items[i].kind == PREDICATE_OR)
			return false;
	return branch->count > 0;
}

static void add_condition(Suspect *suspect, const Predicate *condition) {
	for (size_t i = 0; condition->kind == PREDICATE_OR && i < condition->branch_count; i++)
		if (asks_no_column(&condition->branches[i])) suspect->catch_all = condition->text;
	suspect->parameters = suspect->parameters || condition->right.kind == OPERAND_PARAMETER;
	suspect->either = suspect->either || condition->kind == PREDICATE_OR;
	if (condition->kind == PREDICATE_JOIN || condition->right.column_count) return;
	if (condition->left.kind == OPERAND_COLUMN) add_column(suspect, condition->left.name.column);
	if (condition->left.kind == OPERAND_EXPRESSION && condition->left.key && !suspect->expression)
		suspect->expression = &condition->left;
}

static Suspect suspect_of(const Advice *advice, const PlanNode *node) {
	static const char *const fields[] = {"Index Cond", "Recheck Cond", "Filter"};
	Suspect suspect = {.advice = advice, .arena = advice->arena, .node = node};
	if (!node_is_scan_of_table(node) || !node->relation) return suspect;
	suspect.table = table_facts(advice->facts, node->schema, node->relation);
	suspect.relation = sql_qualified(advice->arena, suspect.table ? suspect.table->schema : node->schema, node->relation);
	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
		PredicateList list = node_conditions(advice->arena, node, fields[f]);
		for (size_t i = 0; i < list.count; i++) add_condition(&suspect, &list.items[i]);
	}
	return suspect;
}

/* ---- causes ---- */

static bool has_statistics(const TableFacts *table) {
	for (size_t i = 0; i < table->columns.count; i++)
		if (!isnan(table->columns.items[i].distinct)) return true;
	return false;
}

/* When it was analyzed is forgotten with the server's other counters; what was found then is not. */
static bool never_analyzed(const TableFacts *table) {
	return table->rows < 0 || (isnan(table->analyzed_at_s) && !has_statistics(table));
}

/* What the catalog says of it, a sentence; NULL: nothing wrong. */
static const char *stale_by_catalog(Arena *arena, const TableFacts *table, double share) {
	if (!table) return NULL;
	bool never = never_analyzed(table), changed = table->modified_since_analyze > share * fmax(table->rows, 1);
	if (table->temporary && (never || changed)) return "It is a temporary table, which autovacuum never analyzes.";
	if (never) return arena_printf(arena, "%s was never analyzed: the planner guesses from its size in pages.", table->name);
	if (!changed) return NULL;
	return arena_printf(arena, "%s of %s have changed since it was last analyzed.", say_rows(arena, table->modified_since_analyze),
	                    table->name);
}

/* It has far more rows than the catalog believes; or all rows are wanted, and even so the count is wrong. */
static const char *stale_by_size(const Suspect *suspect) {
	const PlanNode *node = suspect->node;
	if (!suspect->relation || !node_is(node, "Seq Scan")) return NULL;
	double read = (node->measure.rows_actual + node->measure.rows_removed) / fmax(node->loops, 1);
	bool outgrown = suspect->table && read > SIZE_FACTOR * fmax(suspect->table->rows, 1);
	return outgrown || !node_text(node, "Filter") ? "The planner's idea of the table's size is out of date." : NULL;
}

/* Of a join: a table it reads. */
static const TableFacts *stale_below(const Suspect *suspect) {
	const Plan *plan = suspect->advice->plan;
	for (int id = suspect->node->id + 1; id <= suspect->node->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		const TableFacts *table = table_facts(suspect->advice->facts, node->schema, node->relation);
		if (node_is_scan_of_table(node) && stale_by_catalog(suspect->arena, table, MODIFIED_BELOW)) return table;
	}
	return NULL;
}

static bool by_stale_statistics(const Suspect *suspect, MisestimateCause *cause) {
	const TableFacts *table = suspect->relation ? suspect->table : stale_below(suspect);
	cause->because = stale_by_catalog(suspect->arena, table, MODIFIED_SHARE);
	if (!cause->because) cause->because = stale_by_size(suspect);
	if (!cause->because) return false;
	const char *relation = table ? sql_qualified(suspect->arena, table->schema, table->name) : suspect->relation;
	cause->stale = table ? relation : NULL; /* without a catalog it is likely, not known */
	cause->sql = arena_printf(suspect->arena, "ANALYZE %s", relation);
	if (table && table->temporary) cause->notes = "Run it when the table is filled, before it is read.";
	else cause->notes = "Autovacuum does it after 10% have changed; where that is too seldom: ALTER TABLE … SET (autovacuum_analyze_scale_factor = 0.02).";
	return true;
}

static bool by_catch_all(const Suspect *suspect, MisestimateCause *cause) {
	if (!suspect->catch_all) return false;
	cause->kind = REMEDY_NONE;
	cause->because =
	    arena_printf(suspect->arena, "%s keeps one value's rows or all of them, and the planner cannot know which.",
	                 suspect->catch_all);
	cause->notes = "Leave the condition out of the statement when it is not wanted, or have it planned for its values "
		       "(plan_cache_mode = force_custom_plan).";
	return true;
}

static bool by_generic_plan(const Suspect *suspect, MisestimateCause *cause) {
	if (!suspect->parameters) return false;
	cause->because = "It was planned for any value of its parameters (a generic plan), not for the ones it ran with.";
	cause->kind = REMEDY_SETTING;
	cause->sql = "SET plan_cache_mode = force_custom_plan";
	cause->undo = "RESET plan_cache_mode";
	cause->notes = "It then plans anew for each execution, which costs the planning time each time.";
	return true;
}

static bool by_expression(const Suspect *suspect, MisestimateCause *cause) {
	if (!suspect->expression) return false;
	Arena *arena = suspect->arena;
	const char *key = suspect->expression->exact_key ? suspect->expression->exact_key : suspect->expression->key;
	cause->because = arena_printf(arena,
	                              "There are no statistics on %s: the planner takes a fixed share of the rows (1 in 200 "
	                              "for =, a third for < and >).",
	                              suspect->expression->text);
	int version = facts_version(suspect->advice->facts);
	if (version && version < EXPRESSION_STATISTICS) {
		cause->kind = REMEDY_NONE;
		cause->notes = "An index on the expression brings statistics on it; CREATE STATISTICS does from version 14 "
			       "on.";
		return true;
	}
	const char *name = arena_printf(arena, "%s_expr_stats", suspect->node->relation);
	const char *wrapped = *key == '(' ? key : arena_printf(arena, "(%s)", key);
	cause->sql = arena_printf(arena, "CREATE STATISTICS %s ON %s FROM %s;\nANALYZE %s", sql_identifier(arena, name),
	                          wrapped, suspect->relation, suspect->relation);
	cause->undo = arena_printf(arena, "DROP STATISTICS %s", sql_identifier(arena, name));
	return true;
}

/* Names too long for PostgreSQL give way to a shorter one. */
static const char *statistics_name(const Suspect *suspect) {
	const char *name = suspect->node->relation;
	for (size_t i = 0; i < suspect->columns.count; i++) {
		IndexKey key = index_key_read(suspect->arena, suspect->columns.items[i]);
		name = arena_printf(suspect->arena, "%s_%s", name, key.column ? key.column : "expr");
	}
	if (strlen(name) > 57) name = suspect->node->relation;
	return sql_identifier(suspect->arena, arena_printf(suspect->arena, "%s_stats", name));
}

static void say_columns_of(const Suspect *suspect, MisestimateCause *cause) {
	cause->columns = suspect->columns.items;
	cause->column_count = suspect->columns.count;
}

static bool by_correlation(const Suspect *suspect, MisestimateCause *cause) {
	if (suspect->columns.count < 2 || suspect->either) return false;
	Arena *arena = suspect->arena;
	const char *columns = say_columns(arena, suspect->columns.items, suspect->columns.count), *list = "";
	for (size_t i = 0; i < suspect->columns.count && i < 8; i++)
		list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", suspect->columns.items[i]);
	cause->because = arena_printf(arena,
	                              "The planner takes %s for independent and multiplies their shares; together they "
	                              "occur %s often.",
	                              columns, suspect->node->measure.underestimated ? "more" : "less");
	const char *name = statistics_name(suspect);
	cause->sql = arena_printf(arena, "CREATE STATISTICS %s (dependencies, mcv) ON %s FROM %s;\nANALYZE %s", name, list,
	                          suspect->relation, suspect->relation);
	cause->undo = arena_printf(arena, "DROP STATISTICS %s", name);
	say_columns_of(suspect, cause);
	return true;
}

static bool by_skew(const Suspect *suspect, MisestimateCause *cause) {
	if (suspect->columns.count != 1 || suspect->either) return false;
	const char *column = suspect->columns.items[0];
	cause->because = arena_printf(suspect->arena,
	                              "The values of %s are spread unevenly, and statistics of 100 values do not tell this "
	                              "one apart.",
	                              column);
	cause->sql = arena_printf(suspect->arena, "ALTER TABLE %s ALTER COLUMN %s SET STATISTICS 1000;\nANALYZE %s",
	                          suspect->relation, column, suspect->relation);
	cause->undo =
	    arena_printf(suspect->arena, "ALTER TABLE %s ALTER COLUMN %s SET STATISTICS -1", suspect->relation, column);
	say_columns_of(suspect, cause);
	return true;
}

/* Autovacuum analyzes no foreign table, and its wrapper guesses until somebody does. */
static bool by_foreign_table(const Suspect *suspect, MisestimateCause *cause) {
	const PlanNode *node = suspect->node;
	if (!node_is(node, "Foreign Scan") || !node->relation) return false;
	const char *table = sql_qualified(suspect->arena, node->schema, node->relation);
	cause->because = "Of a foreign table the planner knows what ANALYZE last saw of it, and autovacuum never does that.";
	cause->sql = arena_printf(suspect->arena, "ANALYZE %s", table);
	cause->notes = arena_printf(suspect->arena, "It reads the whole table over the network, and has to be done again as that changes. With postgres_fdw ALTER "
	                                            "FOREIGN TABLE %s OPTIONS (ADD use_remote_estimate 'true') asks the other server instead, each time "
	                                            "it plans.", table);
	return true;
}

static bool by_function(const Suspect *suspect, MisestimateCause *cause) {
	if (!node_is(suspect->node, "Function Scan")) return false;
	cause->kind = REMEDY_NONE;
	const char *function = suspect->node->function ? suspect->node->function : "The function";
	cause->because = arena_printf(
	    suspect->arena, "%s does not tell the planner how many rows it returns, so it takes a fixed number.", function);
	cause->notes = "ALTER FUNCTION … ROWS n tells it; or put its rows into a temporary table and ANALYZE that.";
	return true;
}

static bool by_grouping(const Suspect *suspect, MisestimateCause *cause) {
	if (!node_is(suspect->node, "Aggregate") || !node_list_text(suspect->node, "Group Key", 1)) return false;
	cause->kind = REMEDY_NONE;
	cause->because = "The planner takes the columns grouped by for independent when it counts the groups.";
	cause->notes = "CREATE STATISTICS (ndistinct) on them, when they are of one table, counts their combinations.";
	return true;
}

static bool by_join(const Suspect *suspect, MisestimateCause *cause) {
	const char *condition = NULL;
	static const char *const fields[] = {"Hash Cond", "Merge Cond", "Join Filter"};
	for (size_t i = 0; !condition && i < sizeof fields / sizeof *fields; i++)
		condition = node_text(suspect->node, fields[i]);
	if (!condition && !node_is(suspect->node, "Nested Loop")) return false;
	cause->kind = REMEDY_NONE;
	cause->because = arena_printf(suspect->arena, "The join%s%s finds %s partners than the columns' statistics promise.",
	                              condition ? " by " : "", condition ? condition : "",
	                              suspect->node->measure.underestimated ? "more" : "fewer");
	cause->notes = "ANALYZE both tables; if values are spread unevenly, raise the join columns' statistics (ALTER "
		       "COLUMN … SET STATISTICS).";
	return true;
}

MisestimateCause misestimate_cause(const Advice *advice, const PlanNode *node) {
	static bool (*const causes[])(const Suspect *, MisestimateCause *) = {
	    by_stale_statistics, by_catch_all, by_generic_plan, by_expression, by_correlation, by_skew,
	    by_foreign_table,    by_function, by_grouping,    by_join,
	};
	Suspect suspect = suspect_of(advice, node);
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
		MisestimateCause cause = {.kind = REMEDY_STATISTICS};
		if (causes[i](&suspect, &cause)) return cause;
	}
	return (MisestimateCause){.kind = REMEDY_NONE, .because = "Nothing in the plan tells why."};
}
