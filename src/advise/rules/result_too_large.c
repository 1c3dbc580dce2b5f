/* result_too_large.c: more rows are returned than anybody looks at, and clients keep them all in memory. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/edit.h"

#define RETURNED_ROWS 100000.0
#define RETURNED_BYTES (100.0 * 1024 * 1024) /* a client holds the whole result, unless it is told otherwise */
#define SENT_SHARE 0.2 /* of the statement is spent on writing rows out, where EXPLAIN (SERIALIZE) measured it */
#define EXPORT_ROWS 10000.0 /* a LIMIT of so many is no page */

/* The one who asks gets them: no CREATE TABLE AS, cursor or COPY. */
static const QueryBlock *query_of(const Statement *statement) {
	return statement->parsed && statement->kind == STATEMENT_SELECT && statement->blocks.count ? &statement->blocks.items[0] : NULL;
}

static bool is_export_in_pages(const QueryBlock *block, double rows) {
	return block->limit_rows >= EXPORT_ROWS && rows >= EXPORT_ROWS;
}

static bool is_too_large(const Plan *plan, const QueryBlock *block, double rows) {
	bool sent_long = plan->other.serialization_ms >= SENT_SHARE * plan_statement_ms(plan);
	return !block->has_limit && rows >= RETURNED_ROWS && (rows * plan->root->plan_width >= RETURNED_BYTES || sent_long);
}

/* All pages of an export at once. */
static const char *without_pages(Arena *arena, const char *text, const QueryBlock *block) {
	Span first = block->limit_span, second = block->offset_span;
	if (!block->has_offset || first.end == first.start || second.end == second.start) return text;
	if (second.start < first.start) {
		first = block->offset_span;
		second = block->limit_span;
	}
	EditList edits = {0};
	*list_push(arena, &edits) = (Edit){span_with_blanks(text, first), ""};
	*list_push(arena, &edits) = (Edit){span_with_blanks(text, second), ""};
	return text_edited(arena, text, &edits);
}

static void remedy(const Advice *advice, const QueryBlock *block, Finding *finding) {
	const Statement *statement = advice->statement;
	bool copied = !statement->locks_rows && !statement->writes && !statement->parameter_count;
	const char *text = without_pages(advice->arena, statement->text, block);
	if (copied) finding->sql = arena_printf(advice->arena, "COPY (%s\n) TO STDOUT (FORMAT csv, HEADER)", text);
	finding->kind = copied ? REMEDY_REWRITE : REMEDY_NONE;
	finding->notes = copied ? "COPY sends all rows as they come, and the client writes them out one by one (psql: \\copy … to a file). A program "
				  "that works on them reads them through a cursor, DECLARE … CURSOR and FETCH 10000, or in its driver's "
				  "streaming mode. Where people look at them, page by key and return only what is shown."
				: "Read them through a cursor, DECLARE … CURSOR and FETCH 10000, or in the driver's streaming mode. Where people "
				  "look at them, page by key and return only what is shown.";
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	const QueryBlock *block = query_of(advice->statement);
	double rows = node_rows(plan, plan->root), sent_ms = plan->other.serialization_ms;
	bool paged = block && is_export_in_pages(block, rows);
	if (!block || !(paged || is_too_large(plan, block, rows))) return;
	Finding finding = finding_new(rule->id);
	const char *size = format_bytes(arena, rows * plan->root->plan_width);
	finding.node = plan->root->id;
	finding.title = arena_printf(arena, paged ? "%s at once are an export, not a page" : "%s are returned, all at once", say_rows(arena, rows));
	finding.evidence = arena_printf(arena, "%s %s %s, about %s%s.", say_node(arena, plan->root), plan->analyzed ? "gives" : "would give",
	                                say_rows(arena, rows), size,
	                                sent_ms > 0 ? arena_printf(arena, "; writing them out takes %s", say_share(arena, plan, sent_ms, NAN)) : "");
	finding.because = "EXPLAIN does not tell how long the network and the client take for them; most clients wait for the last row, and keep all "
			  "in memory, before they show the first.";
	remedy(advice, block, &finding);
	if (sent_ms > 0) finding_weigh(plan, &finding, sent_ms, NAN, 0.5);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_result_too_large = {
    .id = "result-too-large",
    .summary = "more rows are returned than anybody looks at, and the client waits for the last of them",
    .fires = "A SELECT without LIMIT returns 100,000 rows or more that make 100 MB or more, or whose writing out takes 20% of the "
	     "statement by EXPLAIN (SERIALIZE); or a LIMIT asks for 10,000 rows or more and gets them: that is an export. It is "
	     "written out as COPY. Told for information, after all else, for no plan tells how long sending takes. Silent for CREATE "
	     "TABLE AS, cursors and INSERT … SELECT, and without the statement's text.",
    .last = true,
    .run = run,
};
