/* bulk_write.c: very many rows are changed or deleted in one go. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/clause.h"
#include "sql/edit.h"

#define MANY_ROWS 100000.0
enum { BATCH_ROWS = 10000 };

typedef struct Case {
	Advice *advice;
	const PlanNode *node;
	const TableFacts *table; /* NULL without facts */
	const char *name;
	double rows;
	bool deletes;
} Case;

/* ---- what an UPDATE sets, and the indexes that hold it ---- */

typedef LIST(Token) NameList;

/* The names in front of `=` behind SET: `a = 1, (b, c) = (2, 3)`. */
static NameList columns_set(Arena *arena, const char *text, const TokenList *words) {
	NameList names = {0};
	size_t depth = 0, at = words_find(text, words, 0, words->count, "set") + 1;
	bool target = true; /* not behind its `=` yet */
	for (; at < words->count && (depth || clause_opened(text, words, at) == CLAUSE_NONE); at++) {
		TokenKind kind = words->items[at].kind;
		if (!depth && tokens_have(text, words, at, "from")) break;
		if (tokens_have(text, words, at, "(")) depth++;
		else if (tokens_have(text, words, at, ")") && depth) depth--;
		else if (!depth && tokens_have(text, words, at, "=")) target = false;
		else if (!depth && tokens_have(text, words, at, ",")) target = true;
		else if (target && (kind == TOKEN_NAME || kind == TOKEN_KEYWORD)) *list_push(arena, &names) = words->items[at];
	}
	return names;
}

/* In its keys, expressions, INCLUDE or WHERE. */
static bool index_holds(Arena *arena, const IndexFacts *index, const char *text, const NameList *names) {
	TokenList words = sql_words(arena, index->definition);
	size_t from = words_find(index->definition, &words, 0, words.count, "using") + 1;
	for (size_t i = from; i < words.count; i++)
		for (size_t n = 0; n < names->count; n++) {
			const char *name = span_text(arena, text, names->items[n].span);
			const char *held = span_text(arena, index->definition, words.items[i].span);
			if (token_names(text, names->items[n], held) || strcmp(name, held) == 0) return true;
		}
	return false;
}

/* BRIN keeps no entry of a row, so it does not stand in the way since PostgreSQL 16. */
static bool bars_hot(const Case *it, const IndexFacts *index, const char *text, const NameList *names) {
	bool summary = strcmp(index->method, "brin") == 0 && facts_version(it->advice->facts) >= 160000;
	return !summary && index->definition && index_holds(it->advice->arena, index, text, names);
}

/* "orders_status_idx (never used) holds what is set, so …"; NULL: nothing to say. */
static const char *about_hot(const Case *it) {
	Arena *arena = it->advice->arena;
	const char *text = it->advice->statement->text, *barring = NULL;
	TokenList words = sql_words(arena, text);
	NameList names = columns_set(arena, text, &words);
	for (size_t i = 0; it->table && i < it->table->indexes.count; i++) {
		const IndexFacts *index = &it->table->indexes.items[i];
		if (!bars_hot(it, index, text, &names)) continue;
		bool idle = index->scans == 0 && !index->unique && !index->constraint;
		barring = arena_printf(arena, "%s%s%s%s", barring ? barring : "", barring ? ", " : "", index->name,
		                       idle ? " (not used since statistics were reset)" : "");
	}
	if (!it->table || !it->table->indexes.count) return NULL;
	if (!barring)
		return arena_printf(arena,
		                    "No index holds what is set, so versions that find room on their row's page need no new index entries (HOT): ALTER "
		                    "TABLE %s SET (fillfactor = 90) keeps such room in pages written from then on.",
		                    it->name);
	return arena_printf(arena, "What is set is held by %s: each changed row gets new entries in all %zu indexes of %s.", barring,
	                    it->table->indexes.count, it->name);
}

/* ---- remedies ---- */

/* DELETE FROM one table: nothing but its name, and WHERE. */
static bool is_plain_delete(const Statement *statement) {
	const QueryBlock *block = statement->blocks.count ? &statement->blocks.items[0] : NULL;
	return statement->parsed && statement->kind == STATEMENT_DELETE && statement->blocks.count == 1 && block->tables.count == 1 && !block->output.count;
}

/* The same rows, so many at a time: to be repeated until none is deleted. */
static const char *in_batches(const Case *it) {
	Arena *arena = it->advice->arena;
	const Statement *statement = it->advice->statement;
	const IndexFacts *key = table_unique_key(arena, it->table);
	if (!is_plain_delete(statement) || !key || key->key_count != 1) return NULL;
	const QueryBlock *block = &statement->blocks.items[0];
	const TableRef *table = &block->tables.items[0];
	TokenList words = sql_words(arena, statement->text);
	size_t from = words_find(statement->text, &words, 0, words.count, "from");
	if (from + 1 >= words.count || !tokens_have(statement->text, &words, 0, "delete")) return NULL;
	const char *name = sql_identifier(arena, table_ref_called(table)), *column = key->keys[0];
	size_t behind = block->where_span.end > block->where_span.start ? block->where_span.start : words.items[words.count - 1].span.end;
	const char *head = span_text(arena, statement->text, (Span){0, words_end(&words, behind)});
	const char *source = statement->text + words.items[from].span.start;
	return arena_printf(arena, "%s WHERE %s.%s IN (SELECT %s.%s %s\nLIMIT %d)", head, name, column, name, column, source, BATCH_ROWS);
}

static void remedy(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	const QueryBlock *block = it->advice->statement->blocks.count ? &it->advice->statement->blocks.items[0] : NULL;
	bool all = it->deletes && is_plain_delete(it->advice->statement) && !block->where.count && block->where_span.end == block->where_span.start;
	if (all) {
		finding->kind = REMEDY_MAINTENANCE;
		finding->sql = arena_printf(arena, "TRUNCATE %s", finding->relation);
		finding->locks = "Nobody reads or writes the table until the transaction ends (AccessExclusive).";
		finding->notes = "TRUNCATE drops the table's file: no dead rows, no row triggers. It is refused while foreign keys of other tables refer to "
				 "this one, and transactions with an older snapshot see an empty table afterwards.";
		return;
	}
	finding->sql = it->deletes ? in_batches(it) : NULL;
	finding->kind = finding->sql ? REMEDY_REWRITE : REMEDY_NONE;
	const char *hot = it->deletes ? NULL : about_hot(it);
	finding->notes = finding->sql
	                     ? "Repeat it, each in a transaction of its own, until no row is deleted; autovacuum can clear away between."
	                     : arena_printf(arena,
	                                    "Go through it in ranges of the primary key, some %d rows each in a transaction of its own, so that locks "
	                                    "are short and autovacuum can clear away between.%s%s%s",
	                                    BATCH_ROWS, it->deletes ? "" : " Leave out rows that have the new value already (… IS DISTINCT FROM …): "
									    "each is written anew all the same.",
	                                    hot ? " " : "", hot ? hot : "");
}

/* ---- the finding ---- */

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const PlanNode *node = it->node;
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	const char *schema = it->table ? it->table->schema : node->schema;
	finding.relation = say_relation(arena, schema, it->name);
	finding.title = arena_printf(arena, "%s of %s are %s in one go", say_rows(arena, it->rows), it->name, it->deletes ? "deleted" : "changed");
	finding.evidence = arena_printf(arena, "%s: %s.", say_node(arena, node), say_share(arena, it->advice->plan, node->measure.total_ms, node->total_cost));
	finding.because = arena_printf(arena,
	                               "Whoever else writes to these rows waits until the whole is committed, and %s dead row versions stay until a vacuum "
	                               "after that.",
	                               format_rows(arena, it->rows));
	remedy(it, &finding);
	*list_push(arena, &it->advice->findings) = finding;
}

static bool look_at(Advice *advice, const PlanNode *node, Case *it) {
	const char *operation = node_is(node, "ModifyTable") ? node_text(node, "Operation") : NULL;
	if (!operation || !node->first_child || node->measure.never_executed) return false;
	bool deletes = strcmp(operation, "Delete") == 0;
	if (!deletes && strcmp(operation, "Update") != 0) return false;
	*it = (Case){.advice = advice, .node = node, .deletes = deletes, .rows = node_rows(advice->plan, node->first_child)};
	it->table = node->relation ? table_facts(advice->facts, node->schema, node->relation) : NULL;
	it->name = it->table ? it->table->name : node->relation;
	bool temporary = it->table ? it->table->temporary : node->schema && strncmp(node->schema, "pg_temp", strlen("pg_temp")) == 0;
	return it->name && it->rows >= MANY_ROWS && !temporary;
}

static void run(Advice *advice, const Rule *rule) {
	Case it;
	for (size_t i = 0; i < advice->plan->node_count; i++)
		if (look_at(advice, advice->plan->nodes[i], &it)) report(&it, rule);
}

const Rule rule_bulk_write = {
    .id = "bulk-write",
    .summary = "very many rows are updated or deleted in one go: long locks, and as many dead rows",
    .fires = "An UPDATE or DELETE changes 100,000 rows or more of one table. Batches are advised, a DELETE is written out in them, and TRUNCATE "
	     "stands in for one without WHERE. Of an UPDATE it is told which indexes hold what is set, for they keep it from being "
	     "HOT. Told for information, after all else: batches spare locks and dead rows, not time. Silent for INSERT, for MERGE, "
	     "and for temporary tables.",
    .last = true,
    .run = run,
};
