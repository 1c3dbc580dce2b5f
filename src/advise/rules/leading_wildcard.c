/* leading_wildcard.c: LIKE '%…' finds few rows, but no btree knows where to begin; trigrams do. */
#include <ctype.h>

#include "advise/advise.h"
#include "advise/index_finding.h"
#include "advise/say.h"

#define CANDIDATES 3.0 /* rows that have all trigrams, for each one that matches: they are fetched and checked */
enum { TRIGRAM = 3 };

typedef struct Case {
	Advice *advice;
	const Scan *scan;
	const Predicate *condition;
	bool prefix; /* LIKE 'x%': a btree by bytes serves */
} Case;

/* ---- the pattern ---- */

/* What stands between the quotes of a literal, `'%it''s'::text`; NULL for parameters and the like. */
static const char *literal(Arena *arena, const Operand *operand) {
	if (operand->kind != OPERAND_CONSTANT || !operand->text || operand->text[0] != '\'') return NULL;
	char *text = arena_copy(arena, operand->text + 1), *to = text;
	for (const char *from = text; *from && (*from != '\'' || from[1] == '\''); from++) {
		from += *from == '\'';
		*to++ = *from;
	}
	*to = '\0';
	return text;
}

static bool is_like(const Predicate *condition) {
	return condition->operator_name[1] == '~';
}

/* A match of each has all trigrams of its longest run of letters and digits; of alternatives and the like nobody knows. */
static bool has_trigram(const char *pattern, bool like) {
	size_t run = 0;
	if (!like && strpbrk(pattern, "|?*+{[(\\")) return false;
	for (const char *at = pattern; *at; at++) {
		bool word = isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80;
		run = word ? run + ((unsigned char)*at < 0x80 || (unsigned char)*at >= 0xC0) : 0;
		if (run >= TRIGRAM) return true;
	}
	return false;
}

static bool begins_plainly(const Predicate *condition, const char *pattern) {
	bool any_case = strchr(condition->operator_name, '*') != NULL;
	if (any_case) return false;
	if (!is_like(condition)) return pattern[0] == '^' && isalnum((unsigned char)pattern[1]);
	return pattern[0] && !strchr("%_\\", pattern[0]);
}

/* ---- the column ---- */

static bool is_text(const TableFacts *table, const Operand *operand) {
	for (size_t i = 0; table && i < operand->column_count; i++) {
		const ColumnFacts *column = column_facts(table, operand->columns[i].column);
		if (!column || !column->type) continue;
		if (strcmp(column->type, "text") != 0 && strncmp(column->type, "character varying", strlen("character varying")) != 0) return false;
	}
	return true;
}

/* One with trigrams, or for a prefix one that goes by bytes, that the planner did not take all the same. */
static bool is_there(const Case *it) {
	const TableFacts *table = it->scan->table;
	IndexKey key = index_key_of(it->advice->arena, &it->condition->left);
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		for (size_t k = 0; k < index->key_count; k++) {
			const char *opclass = index->opclasses ? index->opclasses[k] : NULL;
			IndexKey have = index_key_read(it->advice->arena, index->keys[k]);
			if (!opclass || !index_key_same(&have, &key)) continue;
			if (strstr(opclass, "trgm_ops") || (it->prefix && k == 0 && strstr(opclass, "_pattern_ops"))) return true;
		}
	}
	return false;
}

/* ---- the finding ---- */

static const char *because(const Case *it) {
	return it->prefix ? "A btree serves LIKE 'x%' only when it sorts by bytes: in the collation \"C\" or by text_pattern_ops."
	                  : "A btree finds what begins alike; a match that may stand anywhere, or in any case, has no beginning to look for.";
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Scan *scan = it->scan;
	Finding finding = finding_new(rule->id);
	const Server *server = it->advice->facts ? it->advice->facts->server : NULL;
	finding.node = scan->node->id;
	const Operand *left = &it->condition->left;
	IndexKey key = index_key_of(arena, left);
	IndexAdvice index = it->prefix ? index_on_key(it->advice, scan, "btree", &key, "text_pattern_ops")
	                               : index_on_key(it->advice, scan, "gin", &key, "gin_trgm_ops");
	const char *what = left->kind == OPERAND_COLUMN ? left->name.column : left->key;
	finding.kind = REMEDY_INDEX;
	finding.title = arena_printf(arena, "%s is read whole to search %s for a pattern", scan_title(arena, scan), what);
	finding.evidence = say_waste(arena, it->advice->plan, scan, it->condition->text);
	finding.because = because(it);
	if (!it->prefix) {
		if (!server || !server_has_extension(server, "pg_trgm")) finding.before = "CREATE EXTENSION IF NOT EXISTS pg_trgm";
		finding.notes = "A GIN index of trigrams serves LIKE, ILIKE and regular expressions wherever the match stands; what is searched "
		                "for has to have three letters or digits in a row. It is slower to write than a btree, and two to three times as "
		                "large as the text in it. The planner cannot be asked about it beforehand.";
	} else {
		finding.notes = "It serves LIKE and = but not ORDER BY and < in the database's own collation.";
	}
	finding_set_indexes(arena, &finding, &index, 1);
	double remains = index_lookups_left(it->advice->plan, scan, it->prefix ? 1 : TRIGRAM, it->prefix ? 1 : CANDIDATES);
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, remains);
	*list_push(arena, &it->advice->findings) = finding;
}

static bool applies(Case *it) {
	const Predicate *condition = it->condition;
	const Operand *left = &condition->left;
	if (condition->kind != PREDICATE_LIKE || !scan_owns_all(it->scan, left) || !is_text(it->scan->table, left)) return false;
	if (left->kind != OPERAND_COLUMN && (left->kind != OPERAND_EXPRESSION || !left->key)) return false;
	const char *pattern = literal(it->advice->arena, &condition->right);
	if (!pattern) return false;
	it->prefix = begins_plainly(condition, pattern);
	return (it->prefix || has_trigram(pattern, is_like(condition))) && !is_there(it);
}

static bool tell(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *condition) {
	Case it = {.advice = advice, .scan = scan, .condition = condition};
	if (!applies(&it)) return false;
	report(&it, rule);
	return true;
}

static void run(Advice *advice, const Rule *rule) {
	advice_on_filters(advice, rule, tell);
}

const Rule rule_leading_wildcard = {
    .id = "leading-wildcard",
    .summary = "LIKE '%…' reads the whole table, where an index of trigrams would find the few rows",
    .fires = "A table is read whole, and a LIKE, ILIKE or regular expression throws away at least 90% (and 1,000) of the rows; "
	     "the scan takes at least 10% of the statement. A GIN index by pg_trgm is advised, for LIKE 'x%' a btree by "
	     "text_pattern_ops. Silent when the pattern is a parameter or has no three letters or digits in a row, for "
	     "columns that are no text, tables under 1,000 rows or 1 MB, when such an index exists, and when an index for another "
	     "condition of the scan saves as much.",
    .sourced = true,
    .run = run,
};
