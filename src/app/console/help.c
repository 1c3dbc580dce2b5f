/* help.c: the help screen, from the tables of panes, keys, columns, settings and commands. */
#include "app/help.h"

#include "app/views.h"
#include "app/words.h"
#include "view/help.h"

static void add_mistakes(Page *page, const App *app) {
	if (app->mistakes.count) page_heading(page, "mistakes in your files; the rest of them is used");
	for (size_t i = 0; i < app->mistakes.count; i++) {
		page_line(page);
		page_printf(page, ROLE_ERROR, "  %s", app->mistakes.items[i].what);
		page_line(page);
		page_indent(page, 4);
		page_printf(page, ROLE_TEXT, "    %s", app->mistakes.items[i].hint);
	}
}

/* 1-9 and Tab have no binding. */
static void add_panes(Page *page, const App *app) {
	size_t count = app->panes.count;
	if (count < 2) return;
	HelpEntry *entries = ARENA_ARRAY(page->arena, HelpEntry, count + 1);
	for (size_t i = 0; i < count; i++) {
		const Pane *pane = app->panes.items[i].pane;
		entries[i] = (HelpEntry){arena_printf(page->arena, "%d", pane->number), arena_printf(page->arena, "%s: %s", pane->title, pane->summary)};
	}
	entries[count] = (HelpEntry){"Tab", "the next pane"};
	help_entries(page, "panes", entries, count + 1);
}

static void add_mouse(Page *page, const App *app, const View *below) {
	static const HelpEntry pane[] = {
		{"wheel", "scroll the pane under the pointer"}, {"click", "go to that pane and row; on a heading, sort by it or turn the order round"}, {"twice", "as Enter"}};
	static const HelpEntry plan[] = {{"wheel", "next or previous node"}, {"click", "go to that node"}, {"twice", "as Enter"}};
	static const HelpEntry text[] = {{"wheel", "scroll"}};
	if (!setting_on(&app->settings, SETTING_MOUSE)) return;
	if (!below) help_entries(page, "mouse", pane, sizeof pane / sizeof *pane);
	else if (below->kind == VIEW_PLAN || below->kind == VIEW_DIFF) help_entries(page, "mouse", plan, sizeof plan / sizeof *plan);
	else help_entries(page, "mouse", text, sizeof text / sizeof *text);
}

static void add_settings(Page *page, const App *app) {
	HelpEntry entries[SETTING_COUNT];
	for (Setting s = 0; s < SETTING_COUNT; s++)
		entries[s] = (HelpEntry){arena_printf(page->arena, "%s=%s", setting_name(s), setting_text(&app->settings, s)), setting_help(s)};
	help_entries(page, "settings as they are (\\set NAME=VALUE at the prompt)", entries, SETTING_COUNT);
}

void help_open(App *app) {
	const View *top = app_view(app), copy = top ? *top : (View){0}, *below = top ? &copy : NULL; /* opening one moves the others */
	Context context = app_context(app);
	view_open(app, VIEW_PAGE, "help");
	View *view = app_view(app);
	Page *page = view->page = page_new(view->arena);
	add_mistakes(page, app);
	if (!below) add_panes(page, app);
	const bool readonly = app->options->readonly, left_out[ACTION_COUNT] = {[ACTION_CANCEL_SESSION] = readonly, [ACTION_TERMINATE] = readonly};
	help_keys(page, app->keymap, context, left_out);
	add_mouse(page, app, below);
	const Pane *listed = !below ? app_pane(app)->pane : below->rows ? below->rows->pane : NULL;
	if (listed) help_columns(page, arena_printf(view->arena, "columns of %s", listed->title), listed->columns, listed->column_count);
	words_page(page, app);
	add_settings(page, app);
}
