/* ticket_watch.c: a chapter of the report: what to look at while the change is deployed, and after. */
#include "base/utf8.h"
#include "plan/value.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"
#include "sql/edit.h"
#include "sql/quote.h"

static void add_step(const Ticket *t, const char *when, const char *what, const char *sql) {
	markdown_add_gap(t->out);
	ticket_item(t, when, what);
	ticket_sql(t, sql);
}

/* ---- the statement ---- */

/* Up to its first constant: pg_stat_statements has $1 there, or a parameter, and keeps all other bytes. */
static const char *front_of(Arena *arena, const char *statement) {
	TokenList words = sql_words(arena, statement);
	size_t start = words.count ? words.items[0].span.start : 0, end = words.count ? words.items[words.count - 1].span.end : 0;
	for (size_t i = 0; i < words.count; i++)
		if (words.items[i].kind == TOKEN_STRING || words.items[i].kind == TOKEN_NUMBER || words.items[i].kind == TOKEN_PARAMETER) {
			end = words.items[i].span.start;
			break;
		}
	while (end > start && (statement[end - 1] == ' ' || statement[end - 1] == ';')) end--;
	return arena_copy_n(arena, statement + start, end - start);
}

/* One that is rewritten gets another id. */
static const char *which_statement(const Ticket *t) {
	const char *id = value_text(plan_field(t->report->plan->fields, "Query Identifier"));
	const char *statement = t->report->statement ? t->report->statement : t->report->plan->statement, *rewrite = NULL;
	for (size_t i = 0; !rewrite && ticket_finding(t, i); i++) rewrite = ticket_finding(t, i)->rewrite;
	if (rewrite) statement = rewrite;
	else if (id) return arena_printf(t->arena, "s.queryid = %s", id);
	if (!statement) return NULL;
	return arena_printf(t->arena, "starts_with(s.query, %s)", sql_literal(t->arena, utf8_clean_lines(t->arena, front_of(t->arena, statement))));
}

static const char *statement_sql(const Ticket *t) {
	const char *which = which_statement(t);
	if (!which) return NULL;
	return arena_printf(t->arena,
	    "SELECT s.calls, s.mean_exec_time AS mean_ms, s.rows / s.calls AS rows_per_call,\n"
	    "       (s.shared_blks_hit + s.shared_blks_read) / s.calls AS blocks_per_call,\n"
	    "       s.temp_blks_written / s.calls AS temp_blocks_per_call\n"
	    "  FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid\n"
	    " WHERE d.datname = current_database() AND s.calls > 0\n"
	    "   AND %s", which);
}

/* ---- its indexes ---- */

/* "to_regclass('public.a'), to_regclass('public.b')"; "" when it is about none. */
static const char *regclasses(const Ticket *t, bool of_tables) {
	const char *list = "";
	for (size_t i = 0; ticket_finding(t, i); i++)
		for (size_t k = 0; k < ticket_finding(t, i)->indexes.count; k++) {
			const IndexAdvice *index = &ticket_finding(t, i)->indexes.items[k];
			const char *one = arena_printf(t->arena, "to_regclass(%s)", sql_literal(t->arena, sql_qualified(t->arena, index->schema, of_tables ? index->table : index->name)));
			if (!strstr(list, one)) list = arena_printf(t->arena, "%s%s%s", list, *list ? ", " : "", one);
		}
	return list;
}

/* Partitions are built one by one: whatever is built is shown. */
static bool by_partition(const Ticket *t) {
	for (size_t i = 0; ticket_finding(t, i); i++)
		for (size_t k = 0; k < ticket_finding(t, i)->indexes.count; k++)
			if (ticket_finding(t, i)->indexes.items[k].partitioned) return true;
	return false;
}

static const char *progress_sql(const Ticket *t) {
	const char *which = by_partition(t) ? "datname = current_database()" : arena_printf(t->arena, "relid IN (%s)", regclasses(t, true));
	return arena_printf(t->arena,
	    "SELECT pid, relid::regclass AS on_table, phase, blocks_done, blocks_total, tuples_done, tuples_total,\n"
	    "       lockers_done, lockers_total, current_locker_pid\n"
	    "  FROM pg_stat_progress_create_index\n"
	    " WHERE %s", which);
}

static const char *usage_sql(const Ticket *t, const char *indexes) {
	const char *last = t->report->server_version >= 160000 ? ", s.last_idx_scan" : "";
	return arena_printf(t->arena,
	    "SELECT i.indexrelid::regclass AS index, i.indisvalid,\n"
	    "       pg_size_pretty(pg_total_relation_size(i.indexrelid)) AS size, s.idx_scan%s\n"
	    "  FROM pg_index AS i LEFT JOIN pg_stat_all_indexes AS s USING (indexrelid)\n"
	    " WHERE i.indexrelid IN (%s)", last, indexes);
}

void ticket_add_watch(const Ticket *t) {
	const char *indexes = regclasses(t, false);
	ticket_heading(t, "After deployment");
	if (*indexes) add_step(t, "while it is built", "how far it has come, and whom it waits for", progress_sql(t));
	add_step(t, "at once", arena_printf(t->arena, "make this report again for the same statement: the figures above are those of %s", report_id(t->arena, t->report)), NULL);
	if (*indexes) add_step(t, "at once, and within a month",
	                       "an index that is not valid is kept up and never used: drop it, try again. One that idx_scan does not count on by then, on the primary and on each replica, is only a burden: roll back",
	                       usage_sql(t, indexes));
	add_step(t, "within a day", "mean time, buffers and temporary files of the statement (pgwhy, pane Queries)", statement_sql(t));
}
