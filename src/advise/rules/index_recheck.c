/* index_recheck.c: a GIN or GiST index finds rows that its condition does not hold for, and each has to be looked at. */
#include "advise/bitmap.h"
#include "advise/index_finding.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_SHARE 0.1 /* of the rows found: less is normal */
#define REMOVED_ROWS 1000.0
#define TIME_SHARE 0.1

/* An index of another kind for the same condition; `method` NULL: none, the words alone. */
typedef struct Better {
	const char *method, *opclass;
	const char *because, *notes;
} Better;

/* What the scan was found by. */
typedef struct Case {
	Advice *advice;
	const Rule *rule;
	const Scan *scan;
	const IndexFacts *index; /* NULL without a catalog */
	const Predicate *condition;
} Case;

static bool is_method(const Case *it, const char *method) {
	return it->index ? it->index->method && strcmp(it->index->method, method) == 0 : false;
}

static bool has_class(const Case *it, const char *opclass) {
	const char *have = it->index && it->index->opclasses ? it->index->opclasses[0] : NULL;
	return have && strcmp(have, opclass) == 0;
}

static bool is_operator(const Case *it, const char *name) {
	return it->condition->operator_name && strcmp(it->condition->operator_name, name) == 0;
}

static bool is_array(const Case *it) {
	const ColumnFacts *column = column_facts(it->scan->table, it->condition->left.name.column);
	const char *type = column ? column->type : it->condition->right.text;
	return type && strstr(type, "[]");
}

static bool is_word_search(const Case *it) {
	const ColumnFacts *column = column_facts(it->scan->table, it->condition->left.name.column);
	return column && column->type && strcmp(column->type, "tsvector") == 0;
}

static bool better_than(const Case *it, Better *better) {
	if (it->condition->kind == PREDICATE_EQUAL && is_array(it)) {
		*better = (Better){"btree", NULL,
		                   "GIN finds the arrays that hold all these elements, in whatever order and among others; whether they are equal "
		                   "is seen in the table.",
		                   "Where one element is looked for, @> by the GIN index stays right."};
		return true;
	}
	if (is_operator(it, "@>") && is_method(it, "gin") && !has_class(it, "jsonb_path_ops") && !is_array(it)) {
		*better = (Better){"gin", "jsonb_path_ops",
		                   "The operator class jsonb_ops keeps keys and values apart: it finds every document that has all of them, "
		                   "wherever they stand.",
		                   "jsonb_path_ops keeps each value with the path to it and is smaller; it serves @>, @? and @@ but not ?. The planner "
		                   "cannot be asked about it beforehand."};
		return true;
	}
	if (is_method(it, "gist") && (has_class(it, "gist_trgm_ops") || is_word_search(it))) {
		*better = (Better){"gin", is_word_search(it) ? NULL : "gin_trgm_ops",
		                   "GiST keeps a signature of each value, in which different values look alike.",
		                   "GIN is slower to write and larger; ORDER BY … <-> needs GiST. The planner cannot be asked about it beforehand."};
		return true;
	}
	if (it->condition->kind == PREDICATE_LIKE) {
		*better = (Better){NULL, NULL, "The pattern's trigrams stand in many other values too, or in another order.",
		                   "A longer pattern, or one with rarer letters, finds less in vain; whole words are better looked for as tsvector."};
		return true;
	}
	return false;
}

static void set_index(const Case *it, const Better *better, Finding *finding) {
	Arena *arena = it->advice->arena;
	IndexKey key = index_key_of(arena, &it->condition->left);
	IndexAdvice index = index_on_key(it->advice, it->scan, better->method, &key, better->opclass);
	finding->kind = REMEDY_INDEX;
	finding_set_indexes(arena, finding, &index, 1);
}

static void report(const Case *it, const Better *better) {
	Arena *arena = it->advice->arena;
	const Scan *scan = it->scan;
	double removed = scan->node->removed_by_recheck * scan->node->loops, share = removed / scan->rows_read;
	Finding finding = finding_new(it->rule->id);
	finding.node = scan->node->id;
	finding.relation = say_relation(arena, scan->schema, scan->name);
	finding.title = arena_printf(arena, "%s of the rows of %s that an index finds are not those wanted", say_part(arena, share),
	                             scan_title(arena, scan));
	finding.evidence = arena_printf(arena, "%s looks at %s and finds %s not true of %s of them: %s.", say_node(arena, scan->node),
	                                say_rows(arena, scan->rows_read), it->condition->text, format_rows(arena, removed),
	                                say_share(arena, it->advice->plan, scan->self_ms, scan->self_cost));
	finding.because = better->because;
	finding.notes = better->notes;
	if (better->method) set_index(it, better, &finding);
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, 1 - share);
	*list_push(arena, &it->advice->findings) = finding;
}

/* Pages a bitmap forgot the rows of are lossy-bitmap's, or brin-uncorrelated's. */
static bool worth_it(const Advice *advice, const Scan *scan) {
	double removed = scan->node->removed_by_recheck * scan->node->loops;
	if (!(removed > REMOVED_ROWS) || !(removed > REMOVED_SHARE * scan->rows_read) || bitmap_pages(scan->node).lossy > 0) return false;
	return !advice_table_is_small(scan) && advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE);
}

static void look_at(Advice *advice, const Rule *rule, const Scan *scan) {
	Better better;
	for (size_t i = 0; i < scan->lookup.count; i++) {
		Case it = {.advice = advice, .rule = rule, .scan = scan, .condition = &scan->lookup.items[i]};
		it.index = index_facts(scan->table, node_index(scan->node));
		if (it.condition->left.kind != OPERAND_COLUMN || !better_than(&it, &better)) continue;
		report(&it, &better);
		return;
	}
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->scans.count; i++)
		if (worth_it(advice, &advice->scans.items[i])) look_at(advice, rule, &advice->scans.items[i]);
}

const Rule rule_index_recheck = {
    .id = "index-recheck",
    .summary = "a GIN or GiST index finds many rows that are not those wanted",
    .fires = "An index's condition is checked again in the table and found untrue of more than 1,000 rows and 10% of those it found, "
	     "while no page of its bitmap was lossy; the scan takes at least 10% of the statement. Advised is a btree where whole "
	     "arrays are compared, jsonb_path_ops where documents are searched by path, GIN where GiST's signatures are to blame; of "
	     "trigrams it is said what makes them find too much. Silent where none of these is the cause, and for plans that were not "
	     "run. Never above info.",
    .run = run,
};
