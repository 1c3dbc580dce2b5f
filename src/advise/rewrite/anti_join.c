/* anti_join.c: NOT IN (SELECT …) and <> ALL (SELECT …) written as NOT EXISTS.
 *
 * Only where the comparison is of a plain column and among conditions that all must hold: there "unknown" and "false" do the
 * same, so nulls in the subquery or on the left are all that can make a difference. */
#include "advise/anti_join.h"

#include "sql/edit.h"

typedef struct Reader {
	Arena *arena;
	const Statement *statement;
	const Facts *facts;
	const char *text;
	TokenList words;
} Reader;

/* `value NOT IN (SELECT …)`, as words. */
typedef struct Place {
	size_t first, value, value_end, open, end;
} Place;

static bool at(const Reader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->words, nth, word);
}

static bool is_name(const Reader *reader, size_t nth) {
	return reader->words.items[nth].kind == TOKEN_NAME || reader->words.items[nth].kind == TOKEN_KEYWORD;
}

/* Back from `end` over `t.column`; gives `end` when there is none. */
static size_t column_start(const Reader *reader, size_t end) {
	if (!end || !is_name(reader, end - 1)) return end;
	size_t first = end - 1;
	while (first >= 2 && at(reader, first - 1, ".") && is_name(reader, first - 2)) first -= 2;
	return first;
}

/* Is `nth` the IN or ALL of one? NOT may also stand in front of the value: NOT a IN (SELECT …), NOT a = ANY (SELECT …). */
static bool opens_place(const Reader *reader, size_t nth, Place *place) {
	bool in = at(reader, nth, "in"), all = at(reader, nth, "all") && nth && (at(reader, nth - 1, "<>") || at(reader, nth - 1, "!="));
	bool any = (at(reader, nth, "any") || at(reader, nth, "some")) && nth && at(reader, nth - 1, "=");
	if ((!in && !all && !any) || !nth || !at(reader, nth + 1, "(")) return false;
	if (!at(reader, nth + 2, "select") && !at(reader, nth + 2, "with")) return false;
	bool behind = all || (in && at(reader, nth - 1, "not"));
	size_t value_end = nth - (behind || any), value = column_start(reader, value_end);
	bool before = value && value < value_end && at(reader, value - 1, "not");
	*place = (Place){.first = value - (!behind && before), .value = value, .value_end = value_end, .open = nth + 1};
	place->end = tokens_group_end(reader->text, &reader->words, place->open);
	return behind != before; /* NOT a NOT IN: neither */
}

/* A column, in one of the conditions that all must hold. */
static bool can_be_written(const Reader *reader, const Place *place) {
	if (!place->end || !place->first || place->value == place->value_end) return false;
	if (!at(reader, place->first - 1, "where") && !at(reader, place->first - 1, "and")) return false;
	return !at(reader, place->end, "or") && !(place->value + 1 == place->value_end && at(reader, place->value, "value"));
}

static const char *written(const Reader *reader, const Place *place) {
	Arena *arena = reader->arena;
	Span subquery = {reader->words.items[place->open].span.end, reader->words.items[place->end - 1].span.start};
	return arena_printf(arena, "NOT EXISTS (SELECT FROM (%s) AS excluded (value) WHERE excluded.value = %s)",
	                    span_text(arena, reader->text, subquery),
	                    span_text(arena, reader->text, words_span(&reader->words, place->value, place->value_end)));
}

/* ---- nulls ---- */

static bool asked_for(const QueryBlock *block, const char *column) {
	for (size_t i = 0; i < block->where.count; i++) {
		const Predicate *condition = &block->where.items[i];
		bool ours = condition->left.kind == OPERAND_COLUMN && strcmp(condition->left.name.column, column) == 0;
		if (ours && condition->kind == PREDICATE_NOT_NULL) return true;
	}
	return false;
}

/* Of the table that bears the qualifier, or of the only one. */
static bool never_null(const Reader *reader, const QueryBlock *block, const ColumnName *name) {
	if (block->outer_on.count) return false; /* a join may fill in nulls */
	for (size_t i = 0; i < block->tables.count; i++) {
		const TableRef *ref = &block->tables.items[i];
		bool meant = name->qualifier ? strcmp(name->qualifier, table_ref_called(ref)) == 0 : block->tables.count == 1;
		const ColumnFacts *facts = meant ? column_facts(table_facts(reader->facts, ref->schema, ref->name), name->column) : NULL;
		if (facts && facts->not_null) return true;
	}
	return block->tables.count == 1 && asked_for(block, name->column);
}

static bool right_may_be_null(const Reader *reader, const Place *place) {
	Span inside = {reader->words.items[place->open].span.end, reader->words.items[place->end - 1].span.start};
	const Statement *query = statement_parse(reader->arena, span_text(reader->arena, reader->text, inside));
	if (!query->parsed || query->blocks.count != 1) return true;
	const QueryBlock *block = &query->blocks.items[0];
	if (block->output.count != 1 || block->output.items[0].kind != OPERAND_COLUMN || block->grouping_sets) return true;
	return !never_null(reader, block, &block->output.items[0].name);
}

/* Told for columns of the outermost query. */
static bool left_may_be_null(const Reader *reader, const Place *place) {
	Span span = words_span(&reader->words, place->value, place->value_end);
	PredicateList *list = predicate_parse(reader->arena, arena_printf(reader->arena, "%s IS NULL", span_text(reader->arena, reader->text, span)), NULL);
	bool column = list && list->count == 1 && list->items[0].left.kind == OPERAND_COLUMN;
	return !column || !never_null(reader, &reader->statement->blocks.items[0], &list->items[0].left.name);
}

AntiJoin anti_join(Arena *arena, const Statement *statement, const Facts *facts) {
	AntiJoin join = {0};
	Reader reader = {.arena = arena, .statement = statement, .facts = facts, .text = statement->text, .words = sql_words(arena, statement->text)};
	EditList edits = {0};
	bool all = statement->parsed && statement->blocks.count;
	/* The name the rewrite gives the subqueries. */
	for (size_t i = 0; i < reader.words.count; i++) all = all && !at(&reader, i, "excluded");
	for (size_t i = 0; i < reader.words.count; i++) {
		Place place;
		if (!opens_place(&reader, i, &place)) continue;
		join.places++;
		join.alls += at(&reader, i, "all");
		bool can = statement->parsed && can_be_written(&reader, &place);
		all = all && can;
		join.left_null = join.left_null || !can || left_may_be_null(&reader, &place);
		join.right_null = join.right_null || !place.end || right_may_be_null(&reader, &place);
		if (!can) continue;
		*list_push(arena, &edits) = (Edit){words_span(&reader.words, place.first, place.end), written(&reader, &place)};
		i = place.end - 1; /* those inside its subquery stay */
	}
	if (all && edits.count) join.statement = text_edited(arena, statement->text, &edits);
	return join;
}
