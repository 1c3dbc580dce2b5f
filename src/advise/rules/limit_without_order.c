/* limit_without_order.c: pages are cut out of rows that come in no order: some come twice, others never. */
#include "advise/advise.h"
#include "advise/say.h"
#include "sql/edit.h"

/* OFFSET 0 is written to keep the planner from going inside. */
static bool skips(const QueryBlock *block) {
	return block->has_offset && !(block->offset_rows == 0);
}

/* A subquery's order is kept as a rule, though nobody promises it; and one row has no order. */
static bool has_some_order(const Statement *statement) {
	for (size_t i = 0; i < statement->blocks.count; i++)
		if (statement->blocks.items[i].order_by.count) return true;
	const QueryBlock *block = &statement->blocks.items[0];
	return block->aggregates && !block->group_by.count;
}

/* Pages deep enough to be told to go by keys have been told of their order too. */
static bool is_told(const Advice *advice) {
	for (size_t i = 0; i < advice->findings.count; i++)
		if (strcmp(advice->findings.items[i].rule, "offset-pagination") == 0) return true;
	return false;
}

/* "o.id": with its table's name in front, for alone it might be taken for what is returned under that name. */
static const char *order_of(const Advice *advice, const QueryBlock *block) {
	Arena *arena = advice->arena;
	const TableRef *table = &block->tables.items[0];
	bool plain = block->tables.count == 1 && !block->set_operation && !block->distinct && !block->group_by.count;
	const IndexFacts *key = plain ? table_unique_key(arena, table_facts(advice->facts, table->schema, table->name)) : NULL;
	const char *order = NULL, *name = sql_identifier(arena, table->alias ? table->alias : table->name);
	for (size_t i = 0; key && i < key->key_count; i++)
		order = order ? arena_printf(arena, "%s, %s.%s", order, name, key->keys[i]) : arena_printf(arena, "%s.%s", name, key->keys[i]);
	return order;
}

static const char *rewritten(const Advice *advice, const QueryBlock *block) {
	Arena *arena = advice->arena;
	const char *text = advice->statement->text, *order = order_of(advice, block);
	Span limit = block->limit_span, offset = block->offset_span;
	if (!order || offset.end == offset.start) return NULL;
	size_t place = limit.end > limit.start && limit.start < offset.start ? limit.start : offset.start;
	TokenList words = sql_words(arena, text);
	size_t at = words_end(&words, place);
	EditList edits = {0};
	*list_push(arena, &edits) = (Edit){{at, at}, arena_printf(arena, " ORDER BY %s", order)};
	return text_edited(arena, text, &edits);
}

static void run(Advice *advice, const Rule *rule) {
	const Statement *statement = advice->statement;
	const QueryBlock *block = statement->parsed && statement->blocks.count ? &statement->blocks.items[0] : NULL;
	if (!block || statement->kind != STATEMENT_SELECT || !block->tables.count || !skips(block)) return;
	if (has_some_order(statement) || is_told(advice)) return;
	Finding finding = finding_new(rule->id);
	finding.node = node_is(advice->plan->root, "Limit") ? advice->plan->root->id : 0;
	finding.title = "pages are cut out of rows that come in no order";
	finding.evidence = arena_printf(advice->arena, "OFFSET %s stands without ORDER BY.", block->offset ? block->offset : "");
	finding.because = "What a table gives first may change from one run to the next: by another plan, an update, another scan of the same "
			  "table, workers. Rows then come twice on two pages, or on none.";
	finding.sql = rewritten(advice, block);
	finding.kind = finding.sql ? REMEDY_REWRITE : REMEDY_NONE;
	finding.notes = finding.sql ? "It may cost a sort where no index gives this order. Any other order will do when its last key tells rows apart."
	                                : "Put an ORDER BY in front of it whose last key tells rows apart: a primary key, or all grouping columns.";
	*list_push(advice->arena, &advice->findings) = finding;
}

const Rule rule_limit_without_order = {
    .id = "limit-without-order",
    .summary = "OFFSET without ORDER BY: rows come twice on two pages, or never",
    .fires = "A SELECT has OFFSET and no ORDER BY, outside or in a subquery. The unique key of the table is written behind it where it "
	     "reads one. Told for information, whatever it costs, for it is about what is returned. Silent for LIMIT alone, "
	     "OFFSET 0, a single row, functions, and where offset-pagination says it already.",
    .last = true,
    .short_too = true,
    .run = run,
};
