/* statements.c: what the panes of statements know of each. */
#include "panes/statements.h"

#include "panes/why.h"
#include "sql/quote.h"

const char *const statement_parts[] = {[STATEMENT_PART_INFO] = "statements_info", [STATEMENT_PART_NAMES] = "names", NULL};

StatementNames statement_names(Arena *arena, const PaneInput *input) {
	StatementNames names = {0};
	const Table *table = input->parts[STATEMENT_PART_NAMES];
	if (!table) return names;
	size_t oid = table_column(table, "oid"), name = table_column(table, "name"), database = table_column(table, "database");
	for (size_t row = 0; row < table->row_count; row++)
		texts_put(arena, table_bool(table, row, database, false) ? &names.databases : &names.roles, table_int(table, row, oid, 0),
		          table_text(table, row, name, ""));
	return names;
}

const char *statement_text(const PaneInput *input, int64_t queryid) {
	if (!queryid) return "hidden: what another role ran";
	return input->texts ? texts_get(input->texts, queryid) : NULL;
}

bool statement_is_ours(const char *text) {
	static const char mark[] = "/* pgwhy: ";
	return text && strncmp(text, mark, sizeof mark - 1) == 0;
}

Keys statement_texts_missing(Arena *arena, const Table *rows, const size_t *shown, size_t count) {
	Keys keys = {0};
	size_t query = table_column(rows, "query"), queryid = table_column(rows, "queryid");
	for (size_t i = 0; i < count; i++)
		if (table_null(rows, shown[i], query) && !table_null(rows, shown[i], queryid)) *list_push(arena, &keys) = table_int(rows, shown[i], queryid, 0);
	return keys;
}

PaneStatement statement_of_row(Arena *arena, const PaneInput *input, const Table *rows, size_t row) {
	PaneStatement statement = {
		.text = table_text(rows, row, table_column(rows, "query"), NULL),
		.database = table_text(rows, row, table_column(rows, "database"), NULL),
		.user = table_text(rows, row, table_column(rows, "user"), NULL),
	};
	if (table_null(rows, row, table_column(rows, "queryid"))) {
		statement.text = NULL;
		statement.problem = arena_printf(arena, "the statements of role %s are hidden from role %s", statement.user ? statement.user : "?", input->server->user);
	} else if (!statement.text) {
		statement.problem = "the statement's text has not arrived yet";
	}
	return statement;
}

const char *statement_pane_problem(const Server *server, const char **remedy) {
	*remedy = server->statements_remedy;
	return server->statements_problem;
}

void statement_what(Page *page, const PaneStatement *statement, int width) {
	page_heading(page, "what");
	if (statement->text) page_sql(page, statement->text, (size_t)width);
	else page_printf(page, ROLE_WARNING, "%s", statement->problem);
	page_line(page);
	page_printf(page, ROLE_DIM, "role %s, database %s", statement->user ? statement->user : "?", statement->database ? statement->database : "?");
}

void statement_hidden_because(Page *page) {
	why_cause(page, ROLE_TEXT, "without pg_read_all_stats (pg_monitor has it) a role reads its own statements only");
}

void statement_hidden_do(Page *page, const PaneInput *input, int width) {
	page_sql(page, arena_printf(page->arena, "GRANT pg_read_all_stats TO %s", sql_identifier(page->arena, input->server->user)), (size_t)width);
}
