/* block.c: the levels of a query. */
#include "sql/block.h"

#include <math.h>
#include <stdlib.h>

#include "sql/clause.h"
#include "sql/deparse.h"
#include "sql/function.h"

/* Names of WITH queries that a level sees, innermost first. */
typedef struct Scope {
	const char *name;
	const struct Scope *outer;
} Scope;

typedef struct Reader {
	const Syntax *syntax;
	BlockList *blocks;
	int parent; /* of the blocks found next */
	const Scope *scope;
} Reader;

/* A level while its FROM is read: conditions wait until it is known how many relations there are. */
typedef struct Level {
	Reader reader;
	QueryBlock block;
	size_t sources; /* tables, functions, subqueries, WITH queries */
	struct {
		struct JoinCondition {
			const SyntaxNode *join; /* NULL: `condition` stands alone */
			const SyntaxNode *condition;
			bool outer;
		} *items;
		size_t count, room;
	} joins;
} Level;

static Arena *arena_of(const Level *level) {
	return level->reader.syntax->arena;
}

const char *table_ref_called(const TableRef *table) {
	return table->alias ? table->alias : table->name;
}

TableRef table_ref_read(Arena *arena, const SyntaxNode *range) {
	return (TableRef){
	    .schema = arena_copy(arena, syntax_text(range, "schemaname")),
	    .name = arena_copy(arena, syntax_text(range, "relname")),
	    .alias = arena_copy(arena, syntax_text(syntax_field(range, "alias"), "aliasname")),
	};
}

static bool is_with_query(const Scope *scope, const SyntaxNode *range) {
	if (syntax_text(range, "schemaname")) return false;
	for (; scope; scope = scope->outer)
		if (syntax_equal(range, "relname", scope->name)) return true;
	return false;
}

static void add_table(Level *level, const SyntaxNode *range) {
	level->sources++;
	if (syntax_text(range, "relname") && !is_with_query(level->reader.scope, range))
		*list_push(arena_of(level), &level->block.tables) = table_ref_read(arena_of(level), range);
}

/* `optional`: the rows of this side may be missing, so that its conditions do not bind the whole. */
static void add_source(Level *level, const SyntaxNode *item, bool optional) {
	if (syntax_is(item, "RangeVar")) {
		add_table(level, item);
	} else if (syntax_is(item, "RangeTableSample")) {
		add_source(level, syntax_field(item, "relation"), optional);
	} else if (syntax_is(item, "JoinExpr")) {
		bool left = syntax_equal(item, "jointype", "JOIN_LEFT"), right = syntax_equal(item, "jointype", "JOIN_RIGHT");
		bool full = syntax_equal(item, "jointype", "JOIN_FULL");
		add_source(level, syntax_field(item, "larg"), optional || right || full);
		add_source(level, syntax_field(item, "rarg"), optional || left || full);
		*list_push(arena_of(level), &level->joins) =
		    (struct JoinCondition){item, syntax_field(item, "quals"), optional || left || right || full};
	} else {
		level->sources++;
	}
}

static void add_sources(Level *level, const SyntaxNode *list) {
	for (size_t i = 0; i < syntax_count(list); i++) add_source(level, syntax_at(list, i), false);
}

/* What USING (column) means on one side; NULL when only a catalog could tell. */
static const char *side_name(const SyntaxNode *side, const char *column) {
	const char *alias = syntax_text(syntax_field(side, "alias"), "aliasname");
	if (alias || !syntax_is(side, "JoinExpr")) return alias ? alias : syntax_text(side, "relname");
	const SyntaxNode *columns = syntax_field(side, "usingClause");
	for (size_t i = 0; i < syntax_count(columns); i++)
		if (strcmp(syntax_string(columns, i), column) == 0) return side_name(syntax_field(side, "larg"), column);
	return NULL;
}

static Operand column_operand(Arena *arena, const char *qualifier, const char *column) {
	const char *key = sql_identifier(arena, column);
	Operand operand = {
	    .kind = OPERAND_COLUMN,
	    .text = qualifier ? arena_printf(arena, "%s.%s", sql_identifier(arena, qualifier), key) : key,
	    .name = {arena_copy(arena, qualifier), arena_copy(arena, column)},
	    .columns = ARENA_NEW(arena, ColumnName),
	    .column_count = 1,
	    .key = key,
	    .exact_key = key,
	};
	operand.columns[0] = operand.name;
	return operand;
}

static void add_using(Level *level, const SyntaxNode *join, PredicateList *list) {
	const SyntaxNode *columns = syntax_field(join, "usingClause");
	Arena *arena = arena_of(level);
	for (size_t i = 0; i < syntax_count(columns); i++) {
		const char *column = syntax_string(columns, i);
		Operand left = column_operand(arena, side_name(syntax_field(join, "larg"), column), column);
		Operand right = column_operand(arena, side_name(syntax_field(join, "rarg"), column), column);
		*list_push(arena, list) = (Predicate){
		    .kind = PREDICATE_JOIN,
		    .text = arena_printf(arena, "%s = %s", left.text, right.text),
		    .operator_name = "=",
		    .left = left,
		    .right = right,
		};
	}
}

static void add_conditions(Level *level, const SyntaxNode *where) {
	bool single = level->sources <= 1;
	for (size_t i = 0; i < level->joins.count; i++) {
		const struct JoinCondition *join = &level->joins.items[i];
		PredicateList *list = join->outer ? &level->block.outer_on : &level->block.where;
		predicates_add(level->reader.syntax, join->condition, single, list);
		if (join->join) add_using(level, join->join, list);
	}
	predicates_add(level->reader.syntax, where, single, &level->block.where);
}

static bool is_star(const SyntaxNode *target) {
	const SyntaxNode *value = syntax_field(target, "val"), *fields = syntax_field(value, "fields");
	if (syntax_is(value, "A_Indirection")) fields = syntax_field(value, "indirection");
	return syntax_count(fields) && syntax_is(syntax_at(fields, syntax_count(fields) - 1), "A_Star");
}

static void add_output(Level *level, const SyntaxNode *targets) {
	for (size_t i = 0; i < syntax_count(targets); i++)
		*list_push(arena_of(level), &level->block.output) =
		    operand_read(level->reader.syntax, syntax_field(syntax_at(targets, i), "val"));
}

/* The name a column of the result gets by itself. */
static const char *own_name(const SyntaxNode *value) {
	while (syntax_is(value, "TypeCast") || syntax_is(value, "CollateClause")) value = syntax_field(value, "arg");
	const SyntaxNode *names = syntax_field(value, syntax_is(value, "FuncCall") ? "funcname" : "fields");
	return syntax_count(names) ? syntax_string(names, syntax_count(names) - 1) : NULL;
}

static const SyntaxNode *target_named(const SyntaxNode *targets, const char *name, bool own_too) {
	for (size_t i = 0; name && i < syntax_count(targets); i++) {
		const SyntaxNode *target = syntax_at(targets, i), *value = syntax_field(target, "val");
		const char *its = syntax_text(target, "name");
		if (!its && own_too) its = own_name(value);
		if (its && strcmp(its, name) == 0) return value;
	}
	return NULL;
}

static bool is_position(const SyntaxNode *key) {
	return syntax_is(key, "A_Const") && syntax_field(key, "ival");
}

/* What a position stands for; NULL when a star before it hides that. */
static const SyntaxNode *target_at(const SyntaxNode *targets, const SyntaxNode *position) {
	long nth = syntax_int(syntax_field(position, "ival"), "ival", 0);
	if (nth < 1 || (size_t)nth > syntax_count(targets)) return NULL;
	for (size_t i = 0; i < (size_t)nth; i++)
		if (is_star(syntax_at(targets, i))) return NULL;
	return syntax_field(syntax_at(targets, (size_t)nth - 1), "val");
}

/* ORDER BY takes a bare name for an output column first, GROUP BY for a table's: there only a name given by AS is
 * worth the guess. */
static const SyntaxNode *resolved(const SyntaxNode *targets, const SyntaxNode *key, bool ordering) {
	const SyntaxNode *fields = syntax_field(key, "fields"), *found = NULL;
	if (is_position(key))
		found = target_at(targets, key);
	else if (syntax_is(key, "ColumnRef") && syntax_count(fields) == 1)
		found = target_named(targets, syntax_string(fields, 0), ordering);
	return found ? found : key;
}

static void add_order(Level *level, const SyntaxNode *targets, const SyntaxNode *sorts) {
	for (size_t i = 0; i < syntax_count(sorts) && i < BLOCK_MAX_KEYS; i++) {
		const SyntaxNode *sort = syntax_at(sorts, i), *key = resolved(targets, syntax_field(sort, "node"), true);
		SortKey *added = list_push(arena_of(level), &level->block.order_by);
		*added = sort_key_read(level->reader.syntax, sort, key);
		if (is_position(key)) added->operand.kind = OPERAND_OTHER;
	}
}

static void add_groups(Level *level, const SyntaxNode *targets, const SyntaxNode *groups) {
	for (size_t i = 0; i < syntax_count(groups) && level->block.group_by.count < BLOCK_MAX_KEYS; i++) {
		const SyntaxNode *group = syntax_at(groups, i);
		if (syntax_is(group, "GroupingSet")) {
			level->block.grouping_sets = true;
			add_groups(level, targets, syntax_field(group, "content"));
			continue;
		}
		const SyntaxNode *key = resolved(targets, group, false);
		Operand *added = list_push(arena_of(level), &level->block.group_by);
		*added = operand_read(level->reader.syntax, key);
		if (is_position(key)) added->kind = OPERAND_OTHER;
	}
}

static const char *limit_text(const Level *level, const SyntaxNode *limit, double *rows) {
	*rows = NAN;
	if (!limit || syntax_true(limit, "isnull")) return NULL;
	const char *text = deparse_expression(level->reader.syntax, limit, 0);
	if (*text && text[strspn(text, "0123456789.")] == '\0') *rows = strtod(text, NULL);
	return text;
}

static void add_limits(Level *level, const SyntaxNode *select) {
	QueryBlock *block = &level->block;
	block->limit = limit_text(level, syntax_field(select, "limitCount"), &block->limit_rows);
	block->offset = limit_text(level, syntax_field(select, "limitOffset"), &block->offset_rows);
	block->has_limit = block->limit;
	block->has_offset = block->offset;
	block->with_ties = syntax_equal(select, "limitOption", "LIMIT_OPTION_WITH_TIES");
}

/* Aggregates and window calls of this level, not of its subqueries. */
static bool find_calls(void *context, const char *name, const SyntaxNode *value) {
	QueryBlock *block = context;
	if (strcmp(name, "SubLink") == 0) return false;
	if (strcmp(name, "FuncCall") != 0) return true;
	const SyntaxNode *names = syntax_field(value, "funcname");
	const char *function = syntax_string(names, syntax_count(names) - 1);
	if (syntax_field(value, "over"))
		block->windows = true;
	else if (syntax_true(value, "agg_star") || syntax_true(value, "agg_distinct") || syntax_field(value, "agg_order") ||
	         syntax_field(value, "agg_filter") || (function && function_trait(function) == FUNCTION_AGGREGATE))
		block->aggregates = true;
	return true;
}

static void read_query(Reader reader, const char *type, const SyntaxNode *query);

static bool is_query(const char *name) {
	static const char *const queries[] = {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		if (strcmp(name, queries[i]) == 0) return true;
	return false;
}

/* Subqueries, wherever they are; those of WITH are read apart, because names are added on the way. */
static bool find_queries(void *context, const char *name, const SyntaxNode *value) {
	if (strcmp(name, "withClause") == 0) return false;
	if (!is_query(name)) return true;
	read_query(*(Reader *)context, name, value);
	return false;
}

static const Scope *with_name(Arena *arena, const Scope *outer, const SyntaxNode *query) {
	const char *name = syntax_text(query, "ctename");
	Scope *scope = ARENA_NEW(arena, Scope);
	*scope = (Scope){name ? name : "", outer};
	return scope;
}

static const Scope *with_scope(Arena *arena, const Scope *scope, const SyntaxNode *with) {
	const SyntaxNode *queries = syntax_field(with, "ctes");
	for (size_t i = 0; i < syntax_count(queries); i++) scope = with_name(arena, scope, syntax_at(queries, i));
	return scope;
}

/* A query of WITH sees those before it; with RECURSIVE all of them. */
static void read_with(Reader reader, const SyntaxNode *with) {
	const SyntaxNode *queries = syntax_field(with, "ctes");
	bool recursive = syntax_true(with, "recursive");
	if (recursive) reader.scope = with_scope(reader.syntax->arena, reader.scope, with);
	for (size_t i = 0; i < syntax_count(queries); i++) {
		syntax_walk(syntax_at(queries, i), find_queries, &reader);
		if (!recursive) reader.scope = with_name(reader.syntax->arena, reader.scope, syntax_at(queries, i));
	}
}

static void read_select(Level *level, const SyntaxNode *select) {
	QueryBlock *block = &level->block;
	const SyntaxNode *targets = syntax_field(select, "targetList"), *groups = syntax_field(select, "groupClause");
	block->set_operation = syntax_field(select, "larg");
	add_sources(level, syntax_field(select, "fromClause"));
	block->sources = level->sources;
	add_conditions(level, syntax_field(select, "whereClause"));
	add_output(level, targets);
	add_groups(level, targets, groups);
	add_order(level, targets, syntax_field(select, "sortClause"));
	add_limits(level, select);
	block->distinct = syntax_field(select, "distinctClause");
	block->distinct_on = syntax_type(syntax_at(syntax_field(select, "distinctClause"), 0)); /* plain DISTINCT holds an empty node */
	block->aggregates = groups;
	syntax_walk(targets, find_calls, block);
	syntax_walk(syntax_field(select, "havingClause"), find_calls, block);
}

/* UPDATE … FROM, DELETE … USING, MERGE … USING … ON */
static void read_change(Level *level, const SyntaxNode *change) {
	const SyntaxNode *on = syntax_field(change, "joinCondition");
	add_table(level, syntax_field(change, "relation"));
	add_sources(level, syntax_field(change, "fromClause"));
	add_sources(level, syntax_field(change, "usingClause"));
	if (on) {
		add_source(level, syntax_field(change, "sourceRelation"), false);
		*list_push(arena_of(level), &level->joins) = (struct JoinCondition){NULL, on, true};
	}
	add_conditions(level, syntax_field(change, "whereClause"));
	add_output(level, syntax_field(change, "returningList"));
}

static void read_query(Reader reader, const char *type, const SyntaxNode *query) {
	const SyntaxNode *with = syntax_field(query, "withClause");
	Arena *arena = reader.syntax->arena;
	Reader inside = reader;
	inside.scope = with_scope(arena, reader.scope, with);
	if (strcmp(type, "InsertStmt") != 0) { /* an INSERT is no level: the query it takes its rows from is */
		Level level = {.reader = inside, .block = {.parent = reader.parent, .limit_rows = NAN, .offset_rows = NAN}};
		size_t index = reader.blocks->count;
		list_push(arena, reader.blocks);
		if (strcmp(type, "SelectStmt") == 0)
			read_select(&level, query);
		else
			read_change(&level, query);
		reader.blocks->items[index] = level.block;
		inside.parent = reader.parent = (int)index;
	}
	if (syntax_field(query, "larg")) {
		read_query(inside, "SelectStmt", syntax_field(query, "larg"));
		read_query(inside, "SelectStmt", syntax_field(query, "rarg"));
	} else {
		syntax_walk(query, find_queries, &inside);
	}
	read_with(reader, with);
}

/* Found in the words of the text, so believed only where the tree agrees. */
static void add_places(const Syntax *syntax, QueryBlock *block, const SyntaxNode *query) {
	Clauses clauses = clauses_find(syntax->text, &syntax->tokens);
	const Span *spans = clauses.spans;
	bool limited = syntax_field(query, "limitCount"), moved = syntax_field(query, "limitOffset");
	if (!block->set_operation && (spans[CLAUSE_WHERE].end > 0) != (syntax_field(query, "whereClause") != NULL)) return;
	if ((spans[CLAUSE_ORDER].end > 0) != (block->order_by.count > 0)) return;
	if ((spans[CLAUSE_LIMIT].end > 0) != limited || (spans[CLAUSE_OFFSET].end > 0) != moved) return;
	block->order_span = spans[CLAUSE_ORDER];
	block->limit_span = spans[CLAUSE_LIMIT];
	block->offset_span = spans[CLAUSE_OFFSET];
	if (block->set_operation || syntax_field(query, "valuesLists") || syntax_field(query, "joinCondition")) return;
	block->where_span = spans[CLAUSE_WHERE];
	block->where_goes = spans[CLAUSE_WHERE].end ? spans[CLAUSE_WHERE].end : spans[CLAUSE_BODY].end;
}

static bool first_query(void *context, const char *name, const SyntaxNode *value) {
	const SyntaxNode **found = context;
	if (strcmp(name, "withClause") == 0 || *found) return false;
	if (is_query(name) && strcmp(name, "InsertStmt") != 0) *found = value;
	return true;
}

BlockList blocks_read(const Syntax *syntax) {
	BlockList blocks = {0};
	Reader reader = {.syntax = syntax, .blocks = &blocks, .parent = -1};
	const SyntaxNode *outermost = NULL;
	syntax_walk(syntax->root, find_queries, &reader);
	syntax_walk(syntax->root, first_query, &outermost);
	if (blocks.count) add_places(syntax, &blocks.items[0], outermost);
	return blocks;
}
