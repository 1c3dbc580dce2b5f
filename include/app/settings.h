/* settings.h: what can be set in ~/.config/pgwhy/config, by --set and at the prompt, from one table. */
#ifndef PGWHY_APP_SETTINGS_H
#define PGWHY_APP_SETTINGS_H

#include "advise/advise.h"
#include "base/config.h"
#include "base/err.h"

/* To add a setting: a row here. enum, name, default, least, most, help. Numbers have least < most; texts and switches have 0, 0. */
#define SETTINGS(X)                                                                                                               \
	X(SETTING_INTERVAL, "interval_s", "2", 0.25, 3600, "seconds between refreshes of a pane")                                  \
	X(SETTING_MAX_COST, "analyze.max_cost", "1e6", 0, 1e30, "a read planned dearer than this asks before it is run")           \
	X(SETTING_WAITS, "analyze.waits", "on", 0, 0, "off: explain opens no second connection, to see what a statement waits for that runs longer than a second") \
	X(SETTING_STATEMENT_TIMEOUT, "statement_timeout_ms", "30000", 1, 86400000, "longest run of a statement under EXPLAIN")     \
	X(SETTING_LOCK_TIMEOUT, "lock_timeout_ms", "1000", 1, 86400000, "longest wait of such a run for one lock")                 \
	X(SETTING_MIN_GAIN, "advice.min_gain", "0.05", 0, 1, "advice that saves less than this share of the statement is not given") \
	X(SETTING_MIN_MS, "advice.min_ms", "5", 0, 1e9, "a statement that takes less gets no advice, unless its calls take that much of a second (opened from Queries)") \
	X(SETTING_INCLUDE, "advice.include", "on", 0, 0, "off: no index is advised with INCLUDE columns")                            \
	X(SETTING_NAMING, "naming", "auto", 0, 0, "names of advised indexes: idx_table_cols, table_cols_idx, ix_table_cols, index_table_on_cols or the like; auto: as those that are there") \
	X(SETTING_MIGRATION, "migration", "sql", 0, 0, "the tool that :migration writes for when it names none: sql, goose, alembic, flyway or rails, and the folder for x: goose:db/migrations") \
	X(SETTING_CONSTANTS, "report.constants", "on", 0, 0, "off: reports in Markdown have ? for the constants of a statement, which may be somebody's data") \
	X(SETTING_BUDGET, "advice.budget_ms", "5000", 10, 3600000, "longest time the planner is asked about advice; the best found by then is given") \
	X(SETTING_BUDGET_PLANS, "advice.budget_plans", "40", 1, 10000, "most plans it is asked for about one statement")             \
	X(SETTING_PROVE_ROWS, "prove.max_rows", "1e6", 1, 1e12, "no more rows are compared of a statement and its rewrite")             \
	X(SETTING_STORE, "store", "on", 0, 0, "off: no plan that is run is kept for :plans, and no mark for the next console")                                                \
	X(SETTING_STORE_PATH, "store.path", "plans.db", 0, 0, "file they are kept in: a name in ~/.local/state/pgwhy, or a path; empty: none is kept") \
	X(SETTING_STORE_DAYS, "store.days", "90", 0.01, 36500, "older ones go, but for those with a name or a mark")              \
	X(SETTING_STORE_ROWS, "store.rows", "10000", 1, 1e6, "no more than that are kept: the oldest without a name go")                \
	X(SETTING_STORE_BYTES, "store.bytes", "256e6", 1e5, 1e12, "room for them: the oldest without a name make it")                     \
	X(SETTING_TRY_MB, "try.max_mb", "1024", 0, 1e9, "no index is tried (:try) on a table larger than that: writes wait while it is built")   \
	X(SETTING_APPLY_LOCK_TIMEOUT, "apply.lock_timeout_ms", "2000", 1, 86400000, "longest wait for a lock of a statement of :apply that others would wait behind") \
	X(SETTING_OWN_STATEMENTS, "own_statements", "off", 0, 0, "on: the Queries pane shows what pgwhy itself asks, too")            \
	X(SETTING_IDLE, "activity.idle", "off", 0, 0, "on: the Activity pane shows idle sessions from the start, too; i in it turns that round") \
	X(SETTING_THEME, "theme", "default", 0, 0, "looks: default, light, dark, high-contrast, mono, solarized, solarized-light, nord, or your ~/.config/pgwhy/themes/NAME.theme") \
	X(SETTING_ASCII, "ascii", "off", 0, 0, "on: lines, bars and marks in 7-bit characters") \
	X(SETTING_MOUSE, "mouse", "off", 0, 0, "on: the wheel scrolls, a click goes to a pane and row, on a heading sorts, twice is Enter; selecting text takes Shift")

typedef enum Setting {
#define X(setting, name, standard, least, most, help) setting,
	SETTINGS(X)
#undef X
	SETTING_COUNT
} Setting;

typedef struct Settings {
	const char *texts[SETTING_COUNT]; /* as set, or the default */
	double numbers[SETTING_COUNT]; /* NaN for texts */
} Settings;

void settings_default(Settings *settings);
/* By name; what makes no sense is an error (ERR_USAGE) that lists what would. */
bool settings_set(Arena *arena, Settings *settings, const char *name, const char *value, Err *err);
/* "name=value", as after --set. */
bool settings_assign(Arena *arena, Settings *settings, const char *assignment, Err *err);
/* A file of `name = value`; a missing file is fine. False: the first bad line is in err, the others are taken. */
bool settings_read(Arena *arena, Settings *settings, const char *path, Err *err);
AdviseSettings settings_advise(const Settings *settings);
double setting_number(const Settings *settings, Setting setting);
bool setting_on(const Settings *settings, Setting setting);
const char *setting_text(const Settings *settings, Setting setting);
const char *setting_name(Setting setting);
bool setting_named(const char *name, Setting *setting); /* false: there is none of that name */
const char *setting_default(Setting setting);
const char *setting_help(Setting setting);
bool setting_is_switch(Setting setting); /* takes on and off */

/* "$XDG_CONFIG_HOME/pgwhy/NAME", or under ~/.config; likewise for state (history). */
const char *config_path(Arena *arena, const char *name);
const char *state_path(Arena *arena, const char *name);

#endif
