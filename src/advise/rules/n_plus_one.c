/* n_plus_one.c: a statement is called once for each row that another one returned. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/written_condition.h"
#include "core/format.h"

enum { ASKER_SHOWN = 160 }; /* bytes of the other statement's text */

static bool looks_up(const Predicate *condition) {
	bool value = condition->right.kind == OPERAND_PARAMETER || condition->right.kind == OPERAND_CONSTANT;
	return condition->kind == PREDICATE_EQUAL && condition->left.kind == OPERAND_COLUMN && value;
}

/* The one column whose value differs from call to call; of several nobody can tell which. */
static const Predicate *key_of(const QueryBlock *block) {
	const Predicate *key = NULL;
	for (size_t i = 0; i < block->where.count; i++) {
		if (!looks_up(&block->where.items[i])) continue;
		if (key) return NULL;
		key = &block->where.items[i];
	}
	return key;
}

/* For many keys at once it gives the same rows: nothing is counted, cut off or ordered across them. */
static bool can_be_asked_once(const Statement *statement) {
	const QueryBlock *block = statement->blocks.count ? &statement->blocks.items[0] : NULL;
	return block && statement->kind == STATEMENT_SELECT && !statement->locks_rows && !block->aggregates && !block->windows && !block->distinct &&
	       !block->set_operation && !block->has_limit && !block->has_offset;
}

static void remedy(const Advice *advice, Finding *finding) {
	Arena *arena = advice->arena;
	const Predicate *key = can_be_asked_once(advice->statement) ? key_of(&advice->statement->blocks.items[0]) : NULL;
	finding->notes = "Join it to that statement, or ask for all keys at once. What is saved is mostly the way to the server and back, each time; "
			 "the server's own figures do not show that.";
	if (!key) return;
	const char *instead = arena_printf(arena, "%s = ANY ($1)", key->left.text);
	finding->sql = statement_with_condition(arena, advice->statement, key, instead);
	if (!finding->sql) return;
	finding->kind = REMEDY_REWRITE;
	finding->notes = arena_printf(arena, "$1 is an array of the values of %s; select %s too, to tell the rows apart. Or join it to that statement. "
	                                     "What is saved is mostly the way to the server and back, each time; the server's own figures do "
	                                     "not show that.", key->left.text, key->left.text);
}

static const char *shown(Arena *arena, const char *text) {
	size_t length = strlen(text);
	if (length <= ASKER_SHOWN) return text;
	size_t end = ASKER_SHOWN;
	while (end && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
	return arena_printf(arena, "%.*s …", (int)end, text);
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const StatementUse *use = advice->facts ? advice->facts->use : NULL;
	if (!use || !use->asker || advice->statement->writes) return;
	Finding finding = finding_new(rule->id);
	finding.title = arena_printf(arena, "it is called once for each of the %s of another statement", say_rows(arena, use->asker_rows));
	finding.evidence = arena_printf(arena, "%s calls, %s each; and in %s calls of the same role %s came from: %s", format_rows(arena, use->calls),
	                                say_rows(arena, use->rows_per_call), format_rows(arena, use->asker_calls), say_rows(arena, use->asker_rows),
	                                shown(arena, use->asker));
	finding.because = "As many calls as rows, to within 2%: whoever reads those rows seems to ask for this with each of them (N+1).";
	remedy(advice, &finding);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_n_plus_one = {
    .id = "n-plus-one",
    .summary = "a read is called once for each row that another one returned",
    .fires = "Of a statement planned from the Queries pane: it was called 100 times or more, and another read of the same role and database, "
	     "with 5 rows a call at least, returned as many rows, to within 2%. Where it looks rows up by one column it is written for all "
	     "keys at once. Told whatever it saves, after all else: the way to the server and back is no part of a plan. Silent for "
	     "statements that write, and for those called often by nobody in particular: many users look one row up each. Never above info.",
    .last = true,
    .short_too = true,
    .run = run,
};
