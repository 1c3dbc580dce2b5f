/* index_obstacle.c: what keeps an index from being any use, gravest first. */
#include "advise/index_obstacle.h"

#include "advise/bare_condition.h"
#include "advise/index_key.h"
#include "advise/volatility.h"
#include "sql/quote.h"

#define TOGETHER 0.9 /* of correlation: below it a BRIN index leaves out little */

typedef struct Why {
	Arena *arena;
	const IndexCase *is;
	const CreateIndex *index;
	const TableFacts *table;
	const CreateIndexKey *first; /* its leading key */
} Why;

static bool is_word(const char *text, const char *word) {
	return text && strcmp(text, word) == 0;
}

PRINTF_LIKE(5, 6)
static bool tell(const Why *why, UnusedCause *cause, const char *word, const char *remedy, const char *format, ...) {
	va_list args;
	va_start(args, format);
	*cause = (UnusedCause){.word = word, .text = arena_vprintf(why->arena, format, args), .remedy = remedy};
	va_end(args);
	return true;
}

static bool ends_with(const char *text, const char *end) {
	size_t len = strlen(text), end_len = strlen(end);
	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* ---- keys and what is asked ---- */

static IndexKey key_of(const CreateIndexKey *key) {
	return (IndexKey){.text = key->text, .column = key->column};
}

static bool is_key(Arena *arena, const CreateIndexKey *key, const Operand *operand) {
	IndexKey wanted = key_of(key), found = index_key_of(arena, operand);
	return found.text && index_key_same(&wanted, &found);
}

static bool compares(const Why *why, const CreateIndexKey *key) {
	for (size_t i = 0; i < why->is->asked->compared.count; i++)
		if (is_key(why->arena, key, why->is->asked->compared.items[i].operand)) return true;
	return false;
}

static bool sorts(const Why *why, const CreateIndexKey *key) {
	for (size_t i = 0; i < why->is->asked->sorted.count; i++)
		if (is_key(why->arena, key, &why->is->asked->sorted.items[i].operand)) return true;
	return false;
}

static bool mentions(const Operand *operand, const char *column) {
	for (size_t i = 0; column && i < operand->column_count; i++)
		if (strcmp(operand->columns[i].column, column) == 0) return true;
	return false;
}

static const char *keys_text(const Why *why) {
	const char *text = "";
	for (size_t i = 0; i < why->index->keys.count; i++)
		text = arena_printf(why->arena, "%s%s%s", text, i ? ", " : "", why->index->keys.items[i].text);
	return text;
}

static bool is_there(const Why *why, const char *method, const char *keys) {
	const char *end = arena_printf(why->arena, " USING %s (%s)", *method ? method : "btree", keys);
	for (size_t i = 0; why->table && i < why->table->indexes.count; i++) {
		const IndexFacts *index = &why->table->indexes.items[i];
		if (index->valid && index->definition && ends_with(index->definition, end)) return true;
	}
	return false;
}

/* The same index, other keys; `where` as it is. NULL: there is one already. */
static const char *other_index(const Why *why, const char *method, const char *keys) {
	if (is_there(why, method, keys)) return NULL;
	const char *schema = why->table && why->table->schema ? why->table->schema : why->index->table.schema;
	const char *name = sql_identifier(why->arena, why->index->table.name);
	bool concurrently = !why->table || why->table->kind != 'p';
	return arena_printf(why->arena, "CREATE INDEX %sON %s%s%s%s%s (%s)%s%s", concurrently ? "CONCURRENTLY " : "",
	                    schema ? sql_identifier(why->arena, schema) : "", schema ? "." : "", name, *method ? " USING " : "",
	                    method, keys, why->index->where ? " WHERE " : "", why->index->where ? why->index->where : "");
}

/* ---- what keeps it from being any use, gravest first ---- */

static bool is_invalid(const Why *why, UnusedCause *cause) {
	const IndexFacts *known = why->is->known;
	if (!known || known->valid) return false;
	const char *name = sql_qualified(why->arena, why->table ? why->table->schema : NULL, known->name);
	return tell(why, cause, "invalid", arena_printf(why->arena, "REINDEX INDEX CONCURRENTLY %s", name),
	            "%s is INVALID: a CREATE INDEX CONCURRENTLY that has not ended yet, or has failed. Writes keep it up to date, "
	            "reads never use it.",
	            why->is->name);
}

/* Is this part of the index's predicate a condition of the statement, or plainly follows from one? */
static const Asked *asked_like(const Why *why, const Predicate *part, bool exactly) {
	for (size_t i = 0; i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		const Operand *one = asked->operand, *other = &part->left;
		bool same = one->kind == OPERAND_COLUMN && other->kind == OPERAND_COLUMN
		                ? strcmp(one->name.column, other->name.column) == 0
		                : is_word(one->text, other->text);
		if (!same || asked->either) continue;
		if (!exactly) return asked;
		bool strict = part->kind == PREDICATE_NOT_NULL && asked->condition->kind != PREDICATE_NULL;
		bool equal = asked->condition->kind == part->kind && asked->condition->negated == part->negated &&
		             is_word(asked->condition->operator_name ? asked->condition->operator_name : "",
		                     part->operator_name ? part->operator_name : "");
		if (strict ||
		    (equal && is_word(asked->with->text ? asked->with->text : "", part->right.text ? part->right.text : "")))
			return asked;
	}
	return NULL;
}

static bool lacks_predicate(const Why *why, UnusedCause *cause) {
	PredicateList *parts =
	    why->index->where && !why->is->forced ? predicate_parse(why->arena, why->index->where, NULL) : NULL;
	for (size_t i = 0; parts && i < parts->count; i++) {
		const Predicate *part = &parts->items[i];
		if (asked_like(why, part, true)) continue;
		const Asked *near = asked_like(why, part, false);
		const char *reason = "and nothing in the query tells that it wants no others";
		if (near && near->with->kind == OPERAND_PARAMETER)
			reason = arena_printf(why->arena, "and the query has a parameter there (%s), which may be anything when it is planned", near->condition->text);
		else if (near)
			reason = arena_printf(why->arena, "which does not follow from what the query says: %s", near->condition->text);
		return tell(why, cause, "predicate-not-implied", NULL, "%s holds only rows WHERE %s, %s.", why->is->name,
		            why->is->known && why->is->known->predicate ? why->is->known->predicate : why->index->where, reason);
	}
	return false;
}

/* What an operator class or access method can look for. */
static bool fits(const Why *why, const Predicate *condition) {
	const char *method = why->index->method, *opclass = why->first->opclass;
	bool equal = condition->kind == PREDICATE_EQUAL || condition->kind == PREDICATE_IN || condition->kind == PREDICATE_JOIN;
	bool nulls = condition->kind == PREDICATE_NULL || condition->kind == PREDICATE_NOT_NULL;
	if (is_word(method, "hash")) return equal;
	if (is_word(method, "gin")) return condition->kind == PREDICATE_CONTAINS || condition->kind == PREDICATE_LIKE;
	if (!is_word(method, "btree") && !is_word(method, "brin")) return condition->kind != PREDICATE_NOT_EQUAL;
	if (opclass && strstr(opclass, "_pattern_ops")) return equal || nulls || condition->kind == PREDICATE_LIKE;
	return equal || nulls || condition->kind == PREDICATE_RANGE || condition->kind == PREDICATE_BOOLEAN;
}

/* 'abc%' has a beginning, '%abc' has none; of a parameter nobody knows. */
static bool begins_with_wildcard(const Operand *pattern) {
	const char *text = pattern->text;
	return text && text[0] == '\'' && (text[1] == '%' || text[1] == '_');
}

static bool say_like(const Why *why, const Asked *asked, UnusedCause *cause) {
	const char *operator_name = asked->condition->operator_name;
	bool any_case = strcmp(operator_name, "~~") != 0;
	if (any_case || begins_with_wildcard(asked->with))
		return tell(why, cause, "leading-wildcard",
		            other_index(why, "gin", arena_printf(why->arena, "%s gin_trgm_ops", why->first->text)),
		            "%s: a %s knows where a text begins, not what is in it. Trigrams do (extension pg_trgm).",
		            asked->condition->text, why->index->method);
	return tell(
	    why, cause, "opclass", other_index(why, "", arena_printf(why->arena, "%s text_pattern_ops", why->first->text)),
	    "%s: by the rules of a language a text's beginning says nothing about where it is sorted, so LIKE needs an index "
	    "with the operator class text_pattern_ops (or COLLATE \"C\").%s",
	    asked->condition->text,
	    asked->with->kind == OPERAND_PARAMETER ? " And the pattern is a parameter: it might begin with %." : "");
}

static bool say_unfit(const Why *why, const Asked *asked, UnusedCause *cause) {
	const Predicate *condition = asked->condition;
	if (condition->kind == PREDICATE_LIKE) return say_like(why, asked, cause);
	if (condition->kind == PREDICATE_NOT_EQUAL)
		return tell(why, cause, "not-equal", NULL,
		            "%s: an index finds what is equal, less or greater; all but one value is nearly all of it.",
		            condition->text);
	if (condition->kind == PREDICATE_CONTAINS && is_word(why->index->method, "btree"))
		return tell(why, cause, "index-type", other_index(why, "gin", why->first->text),
		            "%s: a btree knows the order of whole values, not what is in them. GIN does (GiST for ranges and "
		            "shapes).",
		            condition->text);
	if (why->first->opclass && is_word(why->index->method, "btree"))
		return tell(why, cause, "opclass", other_index(why, "", why->first->text),
		            "%s sorts %s by %s, which serves other operators than that of %s.", why->is->name, why->first->text, why->first->opclass,
		            condition->text);
	if (is_word(why->index->method, "hash"))
		return tell(why, cause, "index-type", other_index(why, "", why->first->text), "%s is a hash index: it answers = on %s and nothing else.",
		            why->is->name, why->first->text);
	return tell(why, cause, "index-type",
	            condition->kind == PREDICATE_EQUAL || condition->kind == PREDICATE_RANGE
	                ? other_index(why, "", why->first->text)
	                : NULL,
	            "A %s index cannot look for %s.", why->index->method, condition->text);
}

/* All that is compared with its leading key is compared in ways it does not know. */
static bool has_unfit_operators(const Why *why, UnusedCause *cause) {
	const Asked *unfit = NULL;
	for (size_t i = 0; i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		if (!is_key(why->arena, why->first, asked->operand)) continue;
		bool fit = fits(why, asked->condition);
		if (fit && why->is->forced) return false; /* else it is what another index makes of LIKE 'x%' */
		if (!fit && !unfit) unfit = asked;
	}
	return unfit && say_unfit(why, unfit, cause);
}

static bool is_cast(const TableFacts *table, const Operand *operand) {
	return (operand->function && strncmp(operand->function, "::", 2) == 0) || bare_hides_cast(table, operand);
}

static const char *type_of(const Why *why, const char *column) {
	const ColumnFacts *facts = column_facts(why->table, column);
	return facts && facts->type ? facts->type : "another type";
}

static bool has_cast(const Why *why, UnusedCause *cause) {
	for (size_t i = 0; why->first->column && i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		if (!mentions(asked->operand, why->first->column) || !is_cast(why->table, asked->operand)) continue;
		Bare bare = bare_condition(why->arena, why->table, asked->condition);
		tell(why, cause, "cast", NULL,
		     "The column is %s, but it is compared as %s: %s. Every row is converted first, and the index holds what "
		     "was there before.",
		     type_of(why, why->first->column), asked->operand->type ? asked->operand->type : "another type",
		     asked->condition->text);
		cause->condition = bare.condition;
		return true;
	}
	return false;
}

/* The condition written on the bare column, or else an index on what is computed. */
static bool add_remedy(const Why *why, const Asked *asked, UnusedCause *cause) {
	cause->condition = bare_condition(why->arena, why->table, asked->condition).condition;
	bool allowed =
	    asked->operand->key && operand_immutable(why->arena, why->is->facts, why->table, asked->operand) != IMMUTABLE_NO;
	if (!cause->condition && allowed) cause->remedy = other_index(why, "", asked->operand->key);
	return true;
}

static bool has_function(const Why *why, UnusedCause *cause) {
	for (size_t i = 0; why->first->column && i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		bool computed = asked->operand->kind == OPERAND_EXPRESSION && mentions(asked->operand, why->first->column);
		if (!computed || is_cast(why->table, asked->operand)) continue;
		tell(why, cause, "function-on-column", NULL,
		     "The statement does not compare %s but something computed from it: %s. The index knows only what the "
		     "column holds.",
		     why->first->column, asked->condition->text);
		return add_remedy(why, asked, cause);
	}
	return false;
}

static bool is_on_expression(const Why *why, UnusedCause *cause) {
	PredicateList *read = why->first->column ? NULL : predicate_parse(why->arena, why->first->text, NULL);
	for (size_t i = 0; read && read->count && i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		const Operand *key = &read->items[0].left;
		if (asked->operand->kind != OPERAND_COLUMN || !mentions(key, asked->operand->name.column)) continue;
		return tell(why, cause, "expression", NULL,
		            "%s is on %s, and the query asks for %s itself.", why->is->name, why->first->text, asked->operand->text);
	}
	return false;
}

static const char *collation_words(const Why *why) {
	const char *name = why->first->collation;
	return name ? arena_printf(why->arena, "collation %s", sql_identifier(why->arena, name)) : "the column's own collation";
}

static bool say_collation(const Why *why, const char *place, const char *remedy, UnusedCause *cause) {
	return tell(why, cause, "collation", remedy, "%s is sorted by %s, and the query goes by another collation: %s.", why->is->name,
	            collation_words(why), place);
}

/* Is it not the index's? Both may be left to the column. */
static bool is_other_collation(const Why *why, const char *written) {
	const char *unquoted = written ? sql_name_part(why->arena, &written) : NULL;
	while (written && *written) unquoted = sql_name_part(why->arena, &written);
	return unquoted ? !is_word(why->first->collation, unquoted) : why->first->collation != NULL;
}

static bool has_other_collation(const Why *why, UnusedCause *cause) {
	for (size_t i = 0; !why->is->forced && i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		bool written = is_word(asked->operand->function, "collate") && mentions(asked->operand, why->first->column);
		bool left_to_column =
		    why->first->collation && is_key(why->arena, why->first, asked->operand) && fits(why, asked->condition);
		if (written || left_to_column)
			return say_collation(why, asked->condition->text,
			                     written ? NULL : other_index(why, "", why->first->text), cause);
	}
	for (size_t i = 0; i < why->is->asked->sorted.count; i++) {
		const SortKey *sort = &why->is->asked->sorted.items[i];
		if (!is_key(why->arena, why->first, &sort->operand) || !is_other_collation(why, sort->collation)) continue;
		return say_collation(why,
		                     arena_printf(why->arena, "ORDER BY %s%s%s", sort->operand.text,
		                                  sort->collation ? " COLLATE " : "", sort->collation ? sort->collation : ""),
		                     NULL, cause);
	}
	return false;
}

static bool is_one_of_several(const Why *why, UnusedCause *cause) {
	const Asked *found = NULL;
	for (size_t i = 0; i < why->is->asked->compared.count; i++) {
		const Asked *asked = &why->is->asked->compared.items[i];
		if (!is_key(why->arena, why->first, asked->operand)) continue;
		if (!asked->either) return false;
		found = asked;
	}
	return found && tell(why, cause, "or-condition", NULL,
	                     "%s is one side of an OR: rows that pass by the other side are not found by it. Both sides need "
	                     "an index, or two SELECTs with UNION.",
	                     found->condition->text);
}

static bool lacks_leading_column(const Why *why, UnusedCause *cause) {
	if (compares(why, why->first) || sorts(why, why->first)) return false;
	for (size_t i = 1; i < why->index->keys.count; i++) {
		const CreateIndexKey *key = &why->index->keys.items[i];
		if (!compares(why, key)) continue;
		return tell(why, cause, "leading-column", other_index(why, "", key->text),
		            "%s has %s only behind %s, which nothing here is compared with: it has to be read from end to end, or value by value.",
		            why->is->name, key->text, why->first->text);
	}
	return false;
}

static const char *way(bool descending, bool nulls_first) {
	return descending ? nulls_first ? "DESC" : "DESC NULLS LAST" : nulls_first ? "ASC NULLS FIRST" : "ASC";
}

/* One way or all the other way round: mixed, or with the nulls at the other end, it is of no use. */
static bool has_other_order(const Why *why, UnusedCause *cause) {
	if (compares(why, why->first) || !sorts(why, why->first)) return false;
	size_t forward = 0, backward = 0, count = 0;
	const char *wanted = "";
	for (size_t i = 0; i < why->index->keys.count && i < why->is->asked->sorted.count; i++) {
		const CreateIndexKey *key = &why->index->keys.items[i];
		const SortKey *sort = &why->is->asked->sorted.items[i];
		if (!is_key(why->arena, key, &sort->operand)) break;
		forward += key->descending == sort->descending && key->nulls_first == sort->nulls_first;
		backward += key->descending != sort->descending && key->nulls_first != sort->nulls_first;
		wanted = arena_printf(why->arena, "%s%s%s %s", wanted, i ? ", " : "", key->text,
		                      way(sort->descending, sort->nulls_first));
		count++;
	}
	if (!count || forward == count || backward == count) return false;
	return tell(why, cause, "order", other_index(why, "", wanted),
	            "The statement wants the order %s, which this index (%s) has neither forward nor backward.", wanted,
	            keys_text(why));
}

static bool is_not_asked_for(const Why *why, UnusedCause *cause) {
	if (why->is->forced || compares(why, why->first) || sorts(why, why->first)) return false;
	return tell(why, cause, "not-asked-for", NULL, "Nothing in this statement is found, joined or sorted by %s.",
	            keys_text(why));
}

static bool (*const obstacles[])(const Why *why, UnusedCause *cause) = {
    is_invalid,       lacks_predicate,   has_other_collation,  has_unfit_operators, has_cast,         has_function,
    is_on_expression, is_one_of_several, lacks_leading_column, has_other_order,     is_not_asked_for,
};

/* BRIN tells pages that cannot have a value, which helps where values lie together. */
static bool leaves_out_little(const Why *why, UnusedCause *cause) {
	const ColumnFacts *column = column_facts(why->table, why->first->column);
	return is_word(why->index->method, "brin") && column && fabs(column->correlation) < TOGETHER &&
	       tell(why, cause, "brin-uncorrelated", NULL,
	            "%s is a BRIN index: it leaves out pages only where values lie together, and those of %s correlate with their place by %.2f.",
	            why->is->name, column->name, column->correlation);
}

/* ---- the contract ---- */

static Why why_of(Arena *arena, const IndexCase *is) {
	const CreateIndex *index = is->index;
	return (Why){.arena = arena, .is = is, .index = index, .table = is->table, .first = index && index->keys.count ? &index->keys.items[0] : NULL};
}

bool index_obstacle(Arena *arena, const IndexCase *is, UnusedCause *cause) {
	Why why = why_of(arena, is);
	for (size_t i = 0; why.first && i < sizeof obstacles / sizeof *obstacles; i++)
		if (obstacles[i](&why, cause)) return true;
	return false;
}

bool index_leaves_out_little(Arena *arena, const IndexCase *is, UnusedCause *cause) {
	Why why = why_of(arena, is);
	return why.first && leaves_out_little(&why, cause);
}

bool index_is_of_use(Arena *arena, const IndexCase *is, const PredicateList *searched) {
	Why why = why_of(arena, is);
	for (size_t i = 0; why.first && i < searched->count; i++)
		if (is_key(arena, why.first, &searched->items[i].left) || is_key(arena, why.first, &searched->items[i].right)) return true;
	UnusedCause order;
	return why.first && !searched->count && sorts(&why, why.first) && !has_other_order(&why, &order) && !has_other_collation(&why, &order);
}
