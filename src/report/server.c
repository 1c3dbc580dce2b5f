/* server.c: what the Server pane knows as one JSON object. */
#include "report/server.h"

#include <math.h>

#include "report/json_value.h"
#include "view/list.h"

/* The columns of the pane's rows. */
typedef struct Columns {
	size_t fact, value, note, path, number, flag, absent, role, remedy, how;
} Columns;

static Columns columns_of(const Table *rows) {
	return (Columns){
		.fact = table_column(rows, "fact"),
		.value = table_column(rows, "value"),
		.note = table_column(rows, "note"),
		.path = table_column(rows, "path"),
		.number = table_column(rows, "number"),
		.flag = table_column(rows, "flag"),
		.absent = table_column(rows, "absent"),
		.role = table_column(rows, LIST_ROW_ROLE),
		.remedy = table_column(rows, "remedy"),
		.how = table_column(rows, "how"),
	};
}

static json_t *text_at(const Table *rows, size_t row, size_t column) {
	return json_of_text(table_text(rows, row, column, NULL));
}

static json_t *value_of(const Table *rows, size_t row, const Columns *columns) {
	if (table_bool(rows, row, columns->absent, false)) return json_null();
	if (!table_null(rows, row, columns->number)) return json_of_count(table_real(rows, row, columns->number, NAN));
	if (!table_null(rows, row, columns->flag)) return json_boolean(table_bool(rows, row, columns->flag, false));
	return text_at(rows, row, columns->value);
}

/* The object of that name within another, made where there is none yet. */
static json_t *object_in(json_t *object, const char *name) {
	json_t *inner = json_object_get(object, name);
	if (json_is_object(inner)) return inner;
	json_put(object, name, json_object());
	return json_object_get(object, name);
}

static void put_at(Arena *arena, json_t *object, const char *path, json_t *value) {
	const char *slash;
	for (; (slash = strchr(path, '/')); path = slash + 1) object = object_in(object, arena_copy_n(arena, path, (size_t)(slash - path)));
	json_put(object, path, value);
}

static json_t *problem_of(const Table *rows, size_t row, const Columns *columns) {
	json_t *problem = json_object();
	json_put(problem, "fact", text_at(rows, row, columns->fact));
	json_put(problem, "problem", text_at(rows, row, columns->note));
	json_put(problem, "remedy", text_at(rows, row, columns->remedy));
	json_put(problem, "hint", text_at(rows, row, columns->how));
	return problem;
}

static json_t *conns_of(const Cost *cost) {
	json_t *list = json_array();
	for (size_t i = 0; i < cost->conns.count; i++) {
		const CostConn *conn = &cost->conns.items[i];
		json_t *object = json_object();
		json_put(object, "purpose", json_of_text(conn->purpose));
		json_put(object, "pid", conn->backend_pid ? json_integer(conn->backend_pid) : json_null());
		json_put(object, "database", json_of_text(conn->database));
		json_put(object, "state", json_of_text(conn->state));
		json_push(list, object);
	}
	return list;
}

static json_t *reads_of(const Cost *cost) {
	json_t *list = json_array();
	for (size_t i = 0; i < cost->reads.count; i++) {
		const CostRead *read = &cost->reads.items[i];
		json_t *object = json_object();
		json_put(object, "pane", json_of_text(read->name));
		json_put(object, "reads", json_integer((json_int_t)read->count));
		json_put(object, "total_ms", json_of_real(read->total_ms));
		json_put(object, "last_ms", json_of_real(read->last_ms));
		json_put(object, "total_bytes", json_integer((json_int_t)read->total_bytes));
		json_put(object, "last_bytes", json_integer((json_int_t)read->last_bytes));
		json_put(object, "every_s", json_of_real(read->every_s));
		json_push(list, object);
	}
	return list;
}

static json_t *own_cost(const Cost *cost) {
	json_t *object = json_object();
	json_put(object, "connections", conns_of(cost));
	json_put(object, "reads", reads_of(cost));
	json_put(object, "over_s", json_of_real(cost->over_s));
	json_put(object, "budget_share", json_of_real(cost->budget_share));
	return object;
}

const char *report_server_json(Arena *arena, const Table *rows, const Cost *cost, bool one_line) {
	Columns columns = columns_of(rows);
	json_t *object = json_object(), *problems = json_array();
	for (size_t row = 0; row < rows->row_count; row++) {
		const char *path = table_text(rows, row, columns.path, NULL);
		if (!path) continue;
		put_at(arena, object, path, value_of(rows, row, &columns));
		if (table_int(rows, row, columns.role, ROLE_TEXT) == ROLE_WARNING) json_push(problems, problem_of(rows, row, &columns));
	}
	if (cost) json_put(object, "pgwhy", own_cost(cost));
	json_put(object, "problems", problems);
	return arena_printf(arena, "%s\n", json_print(arena, object, one_line ? 0 : JSON_INDENT(2)));
}
