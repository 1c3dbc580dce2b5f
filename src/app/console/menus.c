/* menus.c: the menus that open over the screen. */
#include "app/menus.h"

#include "app/export.h"
#include "core/format.h"

enum { CTRL_C = 3, ENTER = 13, ESC = 27 };

/* ---- EXPLAIN options and timeouts ---- */

static const double timeouts_ms[] = {1000, 5000, 30000, 300000, 3600000};

typedef struct OptionRow {
	const char *label;
	const char *help;
	int since_version; /* 0: every server */
	bool *(*flag)(App *app); /* a switch, or */
	bool inverted; /* the flag says that it is off */
	Setting setting; /* a timeout that goes round timeouts_ms */
} OptionRow;

static bool *serialize(App *app) { return &app->serialize; }
static bool *memory(App *app) { return &app->memory; }
static bool *no_timing(App *app) { return &app->no_timing; }

static const OptionRow options[] = {
	{"SERIALIZE", "also convert the rows to text, as sending them would (17+)", 170000, serialize, false, 0},
	{"MEMORY", "also the planner's memory (17+)", 170000, memory, false, 0},
	{"TIMING", "a clock for each node; off: less overhead, but no self times", 0, no_timing, true, 0},
	{"statement_timeout", "longest run", 0, NULL, false, SETTING_STATEMENT_TIMEOUT},
	{"lock_timeout", "longest wait for one lock", 0, NULL, false, SETTING_LOCK_TIMEOUT},
};
enum { OPTION_ROWS = sizeof options / sizeof *options };

static bool offered(const App *app, const OptionRow *row) {
	const Server *server = app_server(app);
	return !row->since_version || (server && server->version >= row->since_version);
}

static const OptionRow *option_at(const App *app, size_t nth) {
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (offered(app, &options[i]) && !nth--) return &options[i];
	return NULL;
}

static void next_timeout(App *app, Setting setting) {
	double now = setting_number(&app->settings, setting), next = timeouts_ms[0];
	for (size_t i = sizeof timeouts_ms / sizeof *timeouts_ms; i--;)
		if (timeouts_ms[i] > now) next = timeouts_ms[i];
	settings_set(app->arena, &app->settings, setting_name(setting), arena_printf(app->arena, "%.0f", next), NULL);
}

static void choose_option(App *app) {
	const OptionRow *row = option_at(app, app->menu_cursor);
	if (!row) return;
	if (row->flag) *row->flag(app) = !*row->flag(app);
	else next_timeout(app, row->setting);
}

static void add_options(Arena *arena, App *app, MenuEntries *entries) {
	const OptionRow *row;
	for (size_t i = 0; (row = option_at(app, i)); i++) {
		const char *value = row->flag ? (*row->flag(app) != row->inverted ? "on" : "off") : format_ms(arena, setting_number(&app->settings, row->setting));
		*list_push(arena, entries) = (MenuEntry){.label = row->label, .value = value, .note = row->help};
	}
}

/* ---- columns to sort by ---- */

static void add_columns(Arena *arena, App *app, MenuEntries *entries) {
	const Pane *pane = app_list(app)->pane;
	for (size_t i = 0; i < pane->column_count; i++)
		*list_push(arena, entries) = (MenuEntry){.label = pane->columns[i].title, .note = pane->columns[i].help, .chosen = i == app_list(app)->list.sort};
}

static void choose_column(App *app) {
	PaneState *state = app_list(app);
	state->list.sort = app->menu_cursor;
	state->list.inverted = false;
	pane_order_rows(state, NULL);
	app->modal = MODAL_NONE;
}

/* ---- what to export as ---- */

static void add_exports(Arena *arena, App *app, MenuEntries *entries) {
	ExportChoice choice;
	for (size_t i = 0; export_choice(arena, app, i, &choice); i++) *list_push(arena, entries) = (MenuEntry){.label = choice.label, .note = choice.help};
}

static void choose_export(App *app) {
	Arena *arena = arena_new();
	ExportChoice choice;
	app->modal = MODAL_NONE;
	if (export_choice(arena, app, app->menu_cursor, &choice)) export_write(app, &choice);
	arena_free(arena);
}

/* ---- all of them ---- */

typedef struct MenuRow {
	const char *title;
	void (*add)(Arena *arena, App *app, MenuEntries *entries);
	void (*choose)(App *app);
	char key; /* that opened it closes it too */
} MenuRow;

static const MenuRow menus[] = {
	[MODAL_SORT] = {"sort by", add_columns, choose_column, 'S'},
	[MODAL_OPTIONS] = {"next EXPLAIN ANALYZE", add_options, choose_option, 'O'},
	[MODAL_EXPORT] = {"export as", add_exports, choose_export, 'x'},
};

static const MenuRow *menu_row(const App *app) {
	return app->modal < sizeof menus / sizeof *menus && menus[app->modal].title ? &menus[app->modal] : NULL;
}

MenuEntries menu_entries(Arena *arena, App *app) {
	MenuEntries entries = {0};
	menu_row(app)->add(arena, app, &entries);
	return entries;
}

const char *menu_title(const App *app) {
	return menu_row(app) ? menu_row(app)->title : NULL;
}

void menu_key(App *app, Key key) {
	Arena *arena = arena_new();
	size_t count = menu_entries(arena, app).count;
	arena_free(arena);
	if (key.code == (uint32_t)menu_row(app)->key) key.code = ESC;
	switch (key.code) {
	case 'j':
	case WHY_DOWN: app->menu_cursor = (app->menu_cursor + 1) % count; break;
	case 'k':
	case WHY_UP: app->menu_cursor = (app->menu_cursor + count - 1) % count; break;
	case ENTER:
	case ' ': menu_row(app)->choose(app); break;
	case ESC:
	case CTRL_C:
	case 'q': app->modal = MODAL_NONE; break;
	default: break;
	}
}
