/* describing.c: asks the catalog about relations, and shows what it says as a page. */
#include "app/describing.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/views.h"
#include "panes/describe.h"
#include "sql/name_pattern.h"

enum { MOST_WHOLE = 20 }; /* more than so many are listed, a line each */

static const char *const queries[] = {"describe_columns", "describe_indexes", "describe_constraints", "describe_triggers", "describe_definitions"};
enum { QUERY_COUNT = sizeof queries / sizeof *queries };

typedef struct Describing Describing;

/* One answer; who it belongs to, so that one callback serves all. */
typedef struct Part {
	Describing *describing;
	Arena *arena;
	Table *table;
} Part;

struct Describing {
	App *app;
	Conn *conn;
	Arena *arena;
	DescribeWish wish;
	const char *pattern;
	Part relations, parts[QUERY_COUNT];
	size_t waiting;
	Err err;
};

static View *view_of(Describing *describing) {
	App *app = describing->app;
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].maker == describing) return &app->views.items[i];
	return NULL;
}

static int page_width(const App *app) {
	int width, height;
	screen_size(app->screen, &width, &height);
	return width - 4;
}

static Page *fresh_page(Describing *describing) {
	View *view = view_of(describing);
	return view->page = page_new(view->arena);
}

static void say(Describing *describing, Role role, const char *text, const char *hint) {
	Page *page = fresh_page(describing);
	page_add(page, role, text);
	if (!hint || !*hint) return;
	page_line(page);
	page_add(page, ROLE_TEXT, hint);
}

static void show_whole(Describing *describing) {
	const Described described = {
		.relations = describing->relations.table, .columns = describing->parts[0].table, .indexes = describing->parts[1].table, .constraints = describing->parts[2].table,
		.triggers = describing->parts[3].table, .definitions = describing->parts[4].table,
		.problem = err_is(&describing->err) ? describing->err.message.text : NULL, .more = describing->wish.more,
	};
	describe_page(fresh_page(describing), &described, page_width(describing->app));
}

static void take(Part *part, Reply *reply) {
	Describing *describing = part->describing;
	if (!reply->table) {
		if (!err_is(&describing->err)) err_move(&describing->err, reply->err);
		return;
	}
	part->table = reply->table;
	part->arena = reply->arena;
	reply->arena = NULL;
}

static void part_came(void *owner, Reply *reply) {
	Part *part = owner;
	take(part, reply);
	if (--part->describing->waiting == 0) show_whole(part->describing);
}

static void ask_parts(Describing *describing) {
	const Table *relations = describing->relations.table;
	Str oids = STR_INIT;
	for (size_t i = 0; i < relations->row_count; i++)
		str_printf(&oids, "%s%" PRId64, i ? "," : "{", table_int(relations, i, table_column(relations, "oid"), 0));
	str_add_char(&oids, '}');
	const char *const param = oids.text;
	describing->waiting = QUERY_COUNT;
	for (size_t i = 0; i < QUERY_COUNT; i++) conn_catalog(describing->conn, queries[i], &param, 1, part_came, &describing->parts[i]);
	str_release(&oids);
}

static void relations_came(void *owner, Reply *reply) {
	Part *part = owner;
	Describing *describing = part->describing;
	take(part, reply);
	if (!part->table) say(describing, ROLE_ERROR, describing->err.message.text, describing->err.hint.text);
	else if (!part->table->row_count && *describing->pattern)
		say(describing, ROLE_ERROR, arena_printf(describing->arena, "did not find any relation named \"%s\"", describing->pattern), "Tab completes names; * stands for any text: \\d shop.*");
	else if (!part->table->row_count) say(describing, ROLE_DIM, "there are none of one's own here", NULL);
	else if (describing->wish.list || part->table->row_count > MOST_WHOLE)
		describe_list_page(fresh_page(describing), part->table, describing->wish.indexes, page_width(describing->app));
	else ask_parts(describing);
}

static void ask_relations(Describing *describing) {
	NamePattern pattern = name_pattern_read(describing->arena, describing->pattern);
	const char *const params[] = {pattern.schema, pattern.name, describing->wish.kinds, conn_schemas(describing->conn), *describing->pattern ? "true" : "false"};
	conn_catalog(describing->conn, "describe_relations", params, sizeof params / sizeof *params, relations_came, &describing->relations);
}

/* Its view is closed. */
static void stop(void *maker) {
	Describing *describing = maker;
	conn_forget(describing->conn, &describing->relations);
	arena_free(describing->relations.arena);
	for (size_t i = 0; i < QUERY_COUNT; i++) {
		conn_forget(describing->conn, &describing->parts[i]);
		arena_free(describing->parts[i].arena);
	}
	err_release(&describing->err);
	arena_free(describing->arena);
}

void describing_open(App *app, const DescribeWish *wish, const char *pattern) {
	if (app_conn_state(app) != CONN_READY) {
		app_say(app, ROLE_ERROR, "there is no connection to ask", NULL);
		return;
	}
	Arena *arena = arena_new();
	Describing *describing = ARENA_NEW(arena, Describing);
	*describing = (Describing){.app = app, .conn = app->pane_conn, .arena = arena, .wish = *wish, .err = ERR_INIT};
	describing->pattern = arena_copy(arena, pattern);
	describing->relations.describing = describing;
	for (size_t i = 0; i < QUERY_COUNT; i++) describing->parts[i].describing = describing;
	view_open(app, VIEW_PAGE, arena_printf(arena, "\\%s %s", wish->word, pattern));
	app_view(app)->maker = describing;
	app_view(app)->maker_free = stop;
	say(describing, ROLE_DIM, "reading …", NULL);
	ask_relations(describing);
}
