/* help.c: the help screen, from the tables. */
#include "view/help.h"

#include "base/utf8.h"

enum { MOST_TERM_CELLS = 24, MARGIN_CELLS = 2, GAP_CELLS = 2 };

/* A term and what it means, in two columns. */
static void add_entry(Page *page, const char *term, int width, const char *meaning) {
	int cells = (int)utf8_cells(term), gap = (cells < width ? width - cells : 0) + GAP_CELLS;
	page_line(page);
	page_indent(page, MARGIN_CELLS + width + GAP_CELLS);
	page_printf(page, ROLE_TEXT, "%*s", MARGIN_CELLS, "");
	page_add(page, ROLE_KEY, term);
	page_printf(page, ROLE_TEXT, "%*s%s", gap, "", meaning);
}

static int wider(int width, const char *term) {
	int cells = (int)utf8_cells(term);
	return cells > width && cells <= MOST_TERM_CELLS ? cells : width;
}

static bool group_begins(Action action) {
	for (int i = 0; i < (int)action; i++)
		if (strcmp(action_group((Action)i), action_group(action)) == 0) return false;
	return *action_group(action);
}

void help_entries(Page *page, const char *title, const HelpEntry *entries, size_t count) {
	int width = 0;
	for (size_t i = 0; i < count; i++) width = wider(width, entries[i].term);
	page_heading(page, title);
	for (size_t i = 0; i < count; i++) add_entry(page, entries[i].term, width, entries[i].meaning);
}

void help_keys(Page *page, const Keymap *keymap, Context context, const bool *left_out) {
	const char *keys[ACTION_COUNT];
	int width = 0;
	for (int i = 0; i < ACTION_COUNT; i++) width = wider(width, keys[i] = keymap_keys(page->arena, keymap, context, (Action)i));
	for (int first = 0; first < ACTION_COUNT; first++) {
		if (!group_begins((Action)first)) continue;
		const char *group = action_group((Action)first);
		bool headed = false;
		for (int i = first; i < ACTION_COUNT; i++) {
			if (!*keys[i] || (left_out && left_out[i]) || strcmp(action_group((Action)i), group) != 0) continue;
			if (!headed) page_heading(page, group);
			headed = true;
			add_entry(page, keys[i], width, action_help((Action)i));
		}
	}
}

void help_columns(Page *page, const char *title, const ListColumn *columns, size_t count) {
	HelpEntry *entries = ARENA_ARRAY(page->arena, HelpEntry, count);
	for (size_t i = 0; i < count; i++) entries[i] = (HelpEntry){columns[i].title, columns[i].help};
	help_entries(page, title, entries, count);
}
