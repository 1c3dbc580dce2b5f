/* kept_list.c: the plans that were kept, a row each. */
#include "panes/kept_list.h"

#include <inttypes.h>
#include <time.h>

enum { NUMBER, TIME, NAME, DURATION, BLOCKS, SERVER, STATEMENT, MARKED, COST, VERSION, ROW_KEY, ROW_ORDER, COLUMN_COUNT, SHOWN = MARKED };

static const ListColumn columns[] = {
	{.id = "number", .title = "@", .type = CELL_INT, .width = 4, .descending = true, .help = "as pgwhy diff and pgwhy plan take it: @12"},
	{.id = "time", .title = "time", .type = CELL_TEXT, .width = 16, .descending = true, .help = "when it was planned or run"},
	{.id = "name", .title = "name", .type = CELL_TEXT, .width = 10, .help = "given by :keep NAME; pgwhy diff and pgwhy plan take it: @NAME"},
	{.id = "execution_ms", .title = "duration", .type = CELL_REAL, .unit = UNIT_MS, .width = 8, .descending = true, .help = "how long the statement took; nothing when it was only planned"},
	{.id = "shared_blocks", .title = "blocks", .type = CELL_REAL, .unit = UNIT_COUNT, .width = 6, .descending = true, .help = "read and hit"},
	{.id = "server", .title = "server", .type = CELL_TEXT, .width = 14, .named = true, .help = "host and database"},
	{.id = "statement", .title = "statement", .type = CELL_TEXT, .help = "how it begins"},
	{.id = "marked", .title = "marked", .type = CELL_BOOL, .help = "m made it the one before of its statement"},
	{.id = "cost", .title = "cost", .type = CELL_REAL, .unit = UNIT_COUNT, .help = "as planned"},
	{.id = "server_version", .title = "version", .type = CELL_INT, .help = "of the server, as it counts them: 150020"},
};

const Pane kept_list = {
	.name = "plans",
	.title = "kept plans",
	.summary = "plans that were run before",
	.columns = columns,
	.column_count = SHOWN,
	.sort = TIME,
	.quiet = "no plan is kept yet",
};

Table *kept_list_new(Arena *arena) {
	Table *table = table_new(arena, COLUMN_COUNT, 64);
	for (size_t i = 0; i < KEPT_LIST_PRINTED; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, ROW_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, ROW_ORDER, LIST_ROW_ORDER, CELL_INT);
	return table;
}

const char *kept_time(Arena *arena, int64_t at_ms) {
	enum { LENGTH = sizeof "-2147483648-11-21 19:30" };
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm local;
	char *text = arena_alloc(arena, LENGTH);
	if (!localtime_r(&seconds, &local) || !strftime(text, LENGTH, "%Y-%m-%d %H:%M", &local)) return "?";
	return text;
}

void kept_list_add(Arena *arena, Table *table, const KeptRow *kept) {
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, NUMBER, kept->id);
	table_set_text(table, row, TIME, kept_time(arena, kept->at_ms));
	table_set_text(table, row, SERVER, kept->server);
	table_set_real(table, row, DURATION, kept->execution_ms);
	table_set_real(table, row, BLOCKS, kept->shared_blocks);
	table_set_text(table, row, NAME, kept->name);
	table_set_text(table, row, STATEMENT, kept->statement);
	table_set_bool(table, row, MARKED, kept->marked);
	table_set_real(table, row, COST, kept->cost);
	if (kept->server_version) table_set_int(table, row, VERSION, kept->server_version);
	table_set_text(table, row, ROW_KEY, arena_printf(arena, "%" PRId64, kept->id));
	table_set_int(table, row, ROW_ORDER, -kept->id);
}

int64_t kept_list_id(const Table *table, size_t row) {
	return table_int(table, row, NUMBER, 0);
}
