/* keymap.h: keys, actions, and which key means which action where.
 *
 * To add an action: a row here, a line in themes/default.keys, and its case in app/act.c (a test walks this table). From the row come
 * the help screen, the manual and the names users bind in their own file. */
#ifndef PGWHY_VIEW_KEYMAP_H
#define PGWHY_VIEW_KEYMAP_H

#include <stdint.h>

#include "base/config.h"

/* A key as the terminal sent it: a character, or one of KEY_*. */
typedef struct Key {
	uint32_t code;
	bool alt;
} Key;

enum { WHY_KEY_BASE = 0x110000 };
/* enum, name in key files */
#define SPECIAL_KEYS(X)                                                                                       \
	X(WHY_UP, "up") X(WHY_DOWN, "down") X(WHY_LEFT, "left") X(WHY_RIGHT, "right") X(WHY_PGUP, "pgup")     \
	X(WHY_PGDN, "pgdn") X(WHY_HOME, "home") X(WHY_END, "end") X(WHY_INSERT, "insert") X(WHY_DELETE, "delete") \
	X(WHY_BACKTAB, "backtab") X(WHY_F1, "f1") X(WHY_F2, "f2") X(WHY_F3, "f3") X(WHY_F4, "f4") X(WHY_F5, "f5") \
	X(WHY_F6, "f6") X(WHY_F7, "f7") X(WHY_F8, "f8") X(WHY_F9, "f9") X(WHY_F10, "f10") X(WHY_F11, "f11") X(WHY_F12, "f12")
enum {
	WHY_KEY_FIRST = WHY_KEY_BASE,
#define X(code, name) code,
	SPECIAL_KEYS(X)
#undef X
};
/* Control characters keep their code: ^D is 4, Tab 9, Enter 13, Esc 27, Backspace 127. In key files they are written ^D, tab, enter,
 * esc, backspace, and `alt-` may stand in front of any; some characters have a name too, for INI files: open-bracket hash semicolon … */

/* Where keys mean something: a context falls back to CONTEXT_ALL. */
#define CONTEXTS(X) X(CONTEXT_ALL, "all") X(CONTEXT_LIST, "list") X(CONTEXT_PLAN, "plan") X(CONTEXT_PAGE, "page")
typedef enum Context {
#define X(context, name) context,
	CONTEXTS(X)
#undef X
	CONTEXT_COUNT
} Context;

/* enum, name in key files, group in help, short hint, help sentence */
#define ACTIONS(X)                                                                                          \
	X(ACTION_NONE, "none", "", "", "nothing: takes a default binding away")                             \
	X(ACTION_DOWN, "down", "move", "down", "next row")                                                  \
	X(ACTION_UP, "up", "move", "up", "previous row")                                                    \
	X(ACTION_FIRST, "first", "move", "first", "first row")                                              \
	X(ACTION_LAST, "last", "move", "last", "last row")                                                  \
	X(ACTION_HALF_DOWN, "half-down", "move", "half page down", "half a page down")                      \
	X(ACTION_HALF_UP, "half-up", "move", "half page up", "half a page up")                              \
	X(ACTION_PAGE_DOWN, "page-down", "move", "page down", "a page down")                                \
	X(ACTION_PAGE_UP, "page-up", "move", "page up", "a page up")                                        \
	X(ACTION_SCROLL_LEFT, "scroll-left", "move", "columns left", "scroll columns (the first one stays) or plan levels to the left") \
	X(ACTION_SCROLL_RIGHT, "scroll-right", "move", "columns right", "scroll columns (the first one stays) or plan levels to the right") \
	X(ACTION_WHY, "why", "ask", "why", "why this row costs: what, evidence, because, do")               \
	X(ACTION_EXPLAIN, "explain", "ask", "explain", "plan the statement of this row and advise; nothing is run") \
	X(ACTION_ANALYZE, "analyze", "ask", "analyze", "run the statement under EXPLAIN ANALYZE, rolled back, and advise; asks first, also for values of parameters") \
	X(ACTION_EDIT, "edit", "ask", "edit", "take the statement to the prompt")                           \
	X(ACTION_OPTIONS, "options", "ask", "options", "EXPLAIN options and timeouts of the next run")      \
	X(ACTION_SORT_NEXT, "sort-next", "list", "sort", "sort by the next column")                         \
	X(ACTION_SORT_CHOOSE, "sort-choose", "list", "choose sort", "choose the column to sort by")         \
	X(ACTION_SORT_INVERT, "sort-invert", "list", "invert", "turn the order round")                      \
	X(ACTION_FILTER, "filter", "list", "find", "in a pane show rows that match: regex, !inverse, column:regex; in a text or plan search; Esc shows all again") \
	X(ACTION_SEARCH_NEXT, "search-next", "text", "next match", "next match of the search")              \
	X(ACTION_SEARCH_PREVIOUS, "search-previous", "text", "previous match", "previous match of the search") \
	X(ACTION_SINCE, "since", "list", "interval/reset", "figures of the last interval, or since statistics were reset") \
	X(ACTION_ZOOM, "zoom", "list", "zoom", "give the pane the whole screen, or let the others come back")  \
	X(ACTION_PAUSE, "pause", "time", "pause", "stop and go on refreshing")                              \
	X(ACTION_REFRESH, "refresh", "time", "refresh", "refresh now")                                      \
	X(ACTION_SLOWER, "slower", "time", "slower", "longer interval between refreshes")                   \
	X(ACTION_FASTER, "faster", "time", "faster", "shorter interval between refreshes")                  \
	X(ACTION_FINDING_NEXT, "finding-next", "plan", "finding", "the rest of the finding, then the next one") \
	X(ACTION_FINDING_PREVIOUS, "finding-previous", "plan", "previous finding", "back in the finding, then the one before") \
	X(ACTION_PROVE, "prove", "plan", "prove", "run the statement and this finding's rewrite: are the rows the same, and how much faster is it; Esc cancels") \
	X(ACTION_TREE, "tree", "list", "tree/list", "rows below those they belong to, or all in one order") \
	X(ACTION_TAG, "tag", "list", "tag", "tag the session or statement of this row, or take the tag off: C and K, or m, mean all that are tagged") \
	X(ACTION_AGE, "age", "list", "age", "age by statement, by transaction, by connection") \
	X(ACTION_IDLE, "idle", "list", "idle", "show sessions that run nothing, or leave them out") \
	X(ACTION_CANCEL_SESSION, "cancel-session", "act", "cancel", "cancel what the session runs (or all that are tagged); asks first, and says what that frees and what is lost") \
	X(ACTION_TERMINATE, "terminate-session", "act", "terminate", "end the session (or all that are tagged); asks first, and says what that frees and what is lost") \
	X(ACTION_FOLD, "fold", "move", "fold", "fold or unfold what stands below this row")                 \
	X(ACTION_WHATIF, "whatif", "plan", "what if", "plan it as if the finding's indexes were there, and those of :whatif (HypoPG); again: the real plan") \
	X(ACTION_MARK, "mark", "ask", "mark before", "keep this plan as the one before; in Queries: what all statements (or those tagged) have done so far") \
	X(ACTION_DIFF, "diff", "ask", "diff", "lay this plan beside the one before, what it was run in turn with, or the real one when it is pretended; in Queries: all since they were marked, against before") \
	X(ACTION_BAR, "bar", "plan", "bar", "what the bar shows: self time, rows, buffers, I/O time, cost")           \
	X(ACTION_VALUES, "values", "plan", "by values", "of a statement with $1: its plans for common, typical and rare values, and which a prepared statement keeps") \
	X(ACTION_WORKERS, "workers", "plan", "workers", "a row for each process that ran a node, or none")       \
	X(ACTION_TOTALS, "totals", "plan", "totals", "what tables, indexes and kinds of nodes cost together")    \
	X(ACTION_RAW, "raw", "plan", "raw text", "the plan as PostgreSQL's EXPLAIN prints it")                \
	X(ACTION_COPY, "copy", "text", "copy", "copy the SQL (statement, or the finding's remedy) to the clipboard (OSC 52)") \
	X(ACTION_COPY_ROW, "copy-row", "text", "copy row", "copy the row, or the plan as EXPLAIN prints it, to the clipboard") \
	X(ACTION_EXPORT, "export", "text", "export", "write the pane, the plan or the text to a file: choose the form") \
	X(ACTION_PROMPT, "prompt", "all", "prompt", "open the prompt")                                      \
	X(ACTION_PROMPT_BACKSLASH, "prompt-backslash", "all", "\\command", "open the prompt with a backslash") \
	X(ACTION_PSQL, "psql", "all", "psql", "psql with the same connection; \\q comes back")              \
	X(ACTION_CANCEL, "cancel-statement", "all", "cancel", "cancel the statement that runs; never ends the program") \
	X(ACTION_HELP, "help", "all", "help", "this help: keys, columns, rules")                            \
	X(ACTION_BACK, "back", "all", "back", "close what is open, innermost first")                        \
	X(ACTION_CLOSE, "close", "all", "close", "close the view; on the dashboard, quit")                  \
	X(ACTION_QUIT, "quit", "all", "quit", "quit")                                                       \
	X(ACTION_SUSPEND, "suspend", "all", "suspend", "suspend to the shell; fg comes back")               \
	X(ACTION_REDRAW, "redraw", "all", "redraw", "draw the whole screen again")

typedef enum Action {
#define X(action, name, group, hint, help) action,
	ACTIONS(X)
#undef X
	ACTION_COUNT
} Action;

const char *action_name(Action action);
const char *action_group(Action action);
const char *action_hint(Action action);
const char *action_help(Action action);

typedef struct Binding {
	Context context;
	Key key;
	Action action;
} Binding;

typedef struct Keymap {
	LIST(Binding) bindings; /* later ones win */
} Keymap;

/* The compiled-in bindings (themes/default.keys); then a user's on top: sections are contexts, lines `key = action`. */
Keymap *keymap_default(Arena *arena);
bool keymap_add(Keymap *keymap, Arena *arena, const Config *config, Err *err); /* false: err tells the first bad line, the rest is taken */
Action keymap_action(const Keymap *keymap, Context context, Key key);
/* Keys bound to an action there, first bound first, as people read them: "j, Down". Empty when none. */
bool keymap_key(const Keymap *keymap, Context context, Action action, Key *key); /* the first one; false: none */
const char *keymap_keys(Arena *arena, const Keymap *keymap, Context context, Action action);
const char *key_name(Arena *arena, Key key); /* "^D", "Enter", "PgDn", "x" */
bool key_parse(const char *name, Key *key);

#endif
