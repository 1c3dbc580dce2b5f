/* implicit_cast.c: a value of another type makes the server cast the column, so that no index on it can be searched. */
#include "advise/computed_condition.h"
#include "advise/say.h"

static const char *type_of(const Computed *it) {
	const ColumnFacts *column = column_facts(it->scan->table, it->bare.column);
	return column && column->type ? column->type : "another type";
}

static void report(Advice *advice, const Rule *rule, const Computed *it) {
	Arena *arena = advice->arena;
	const Operand *left = &it->condition->left, *right = &it->condition->right;
	Finding finding = computed_finding(advice, rule, it);
	finding.title = arena_printf(arena, "%s is cast to %s for every row of %s", it->bare.column, left->type,
	                             scan_title(arena, it->scan));
	finding.because = arena_printf(arena,
	                               "%s is %s and %s is %s: the server casts the column to compare them, and an index "
	                               "holds only what is in the column. The value is what should be cast.",
	                               right->text, left->type, it->bare.column, type_of(it));
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	Computed computed;
	for (size_t i = 0; i < advice->scans.count; i++)
		if (computed_in_filter(advice, &advice->scans.items[i], &computed) && computed.implicit && computed.bare.condition)
			report(advice, rule, &computed);
}

const Rule rule_implicit_cast = {
    .id = "implicit-cast",
    .summary = "a value of another type makes the server cast the column, so an index on it is no use",
    .fires = "A filter compares a column, cast to the type of a value or parameter by nobody's wish, and throws away at "
	     "least 90% (and 1,000) of the rows read; the scan takes at least 10% of the statement. The statement is given "
	     "with the value cast in place of the column, and the index it needs if there is none. So it goes for integers "
	     "compared with numeric or double precision, numeric with double precision, and character(n) with text. Silent "
	     "for casts the statement itself writes (function-on-column), for those that cost nothing (varchar to text), "
	     "for types whose operators take both (integer and bigint, date and timestamp), and for tables under 1,000 "
	     "rows or 1 MB.",
    .sourced = true,
    .run = run,
};
