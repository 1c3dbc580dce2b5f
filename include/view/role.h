/* role.h: what a piece of screen means. Themes give roles their looks; code never names a colour.
 *
 * To add a role: a row here and a line in themes/default.theme (a test holds every theme against this table; a theme may leave
 * one out, its fallback's looks then serve). */
#ifndef PGWHY_VIEW_ROLE_H
#define PGWHY_VIEW_ROLE_H

/* enum, name in themes, fallback, meaning */
#define ROLES(X)                                                                              \
	X(ROLE_TEXT, "text", ROLE_TEXT, "ordinary text")                                      \
	X(ROLE_DIM, "dim", ROLE_TEXT, "what matters less: units, guides, ages")               \
	X(ROLE_STRONG, "strong", ROLE_TEXT, "what matters more")                              \
	X(ROLE_TITLE, "title", ROLE_STRONG, "title of a pane or view")                        \
	X(ROLE_TITLE_FOCUS, "title-focus", ROLE_TITLE, "title of the pane that has the keys") \
	X(ROLE_FRAME, "frame", ROLE_DIM, "lines around panes")                                \
	X(ROLE_FRAME_FOCUS, "frame-focus", ROLE_FRAME, "lines around the pane that has the keys") \
	X(ROLE_STATUS, "status", ROLE_STRONG, "status line")                                  \
	X(ROLE_STATUS_WARN, "status-warn", ROLE_WARNING, "status line: something is wrong")   \
	X(ROLE_HEADER, "header", ROLE_DIM, "column headings")                                 \
	X(ROLE_HEADER_SORT, "header-sort", ROLE_STRONG, "heading of the column sorted by")    \
	X(ROLE_SELECTED, "selected", ROLE_TEXT, "the row under the cursor, in the focused pane") \
	X(ROLE_KEY, "key", ROLE_STRONG, "a key to press, in hints and help")                  \
	X(ROLE_HINT, "hint", ROLE_DIM, "the line of hints")                                   \
	X(ROLE_BAR, "bar", ROLE_TEXT, "bars: share of the whole")                             \
	X(ROLE_GOOD, "good", ROLE_TEXT, "better, fine")                                       \
	X(ROLE_INFO, "info", ROLE_DIM, "finding: good to know")                               \
	X(ROLE_WARNING, "warning", ROLE_STRONG, "finding: costs something")                   \
	X(ROLE_CRITICAL, "critical", ROLE_WARNING, "finding: costs most of it; errors")       \
	X(ROLE_ERROR, "error", ROLE_CRITICAL, "an error message")                             \
	X(ROLE_STALE, "stale", ROLE_DIM, "figures of a server that is gone")                  \
	X(ROLE_MATCH, "match", ROLE_STRONG, "what a search or filter found")                  \
	X(ROLE_SQL_KEYWORD, "sql-keyword", ROLE_STRONG, "SQL: key words")                     \
	X(ROLE_SQL_STRING, "sql-string", ROLE_TEXT, "SQL: text literals")                     \
	X(ROLE_SQL_NUMBER, "sql-number", ROLE_TEXT, "SQL: numbers and parameters")            \
	X(ROLE_SQL_COMMENT, "sql-comment", ROLE_DIM, "SQL: comments")                         \
	X(ROLE_PROMPT, "prompt", ROLE_STRONG, "the prompt before what is typed")              \
	X(ROLE_POPUP, "popup", ROLE_TEXT, "menus and completions over the screen")            \
	X(ROLE_POPUP_SELECTED, "popup-selected", ROLE_SELECTED, "chosen entry of a popup")

typedef enum Role {
#define X(role, name, fallback, meaning) role,
	ROLES(X)
#undef X
	ROLE_COUNT
} Role;

const char *role_name(Role role);
const char *role_meaning(Role role);
Role role_fallback(Role role);

#endif
