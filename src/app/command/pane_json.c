/* pane_json.c: a pane as JSON. */
#include "app/pane_json.h"

#include "panes/locks.h"
#include "report/locks.h"
#include "report/server.h"
#include "report/table.h"

static const char *server_json(Arena *arena, const PaneInput *input, const Table *rows, bool one_line) {
	return report_server_json(arena, rows, input->cost, one_line);
}

static const char *locks_json(Arena *arena, const PaneInput *input, const Table *rows, bool one_line) {
	LockForest *forest = locks_forest(arena, input);
	LockNames names = locks_names(forest, input);
	(void)rows;
	return report_locks_json(arena, forest, &names, one_line);
}

/* Panes whose JSON is no list of rows. */
static const struct {
	const char *pane;
	const char *(*json)(Arena *arena, const PaneInput *input, const Table *rows, bool one_line);
} objects[] = {{"locks", locks_json}, {"server", server_json}};

const char *pane_json(Arena *arena, const Pane *pane, const PaneInput *input, const Table *rows, const ListRows *order, bool one_line) {
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		if (strcmp(pane->name, objects[i].pane) == 0) return objects[i].json(arena, input, rows, one_line);
	return report_table_json(arena, rows, order, pane->columns, pane->column_count, one_line);
}
