/* state.h: the state of the console: one value, changed by what update.c calls, drawn by draw.c. */
#ifndef PGWHY_APP_STATE_H
#define PGWHY_APP_STATE_H

#include "app/demo.h"
#include "app/keeper.h"
#include "app/loop.h"
#include "app/options.h"
#include "app/pulse.h"
#include "app/run_waits.h"
#include "app/sampler.h"
#include "app/scenario.h"
#include "panes/pane.h"
#include "panes/plan_view.h"
#include "term/prompt.h"
#include "term/screen.h"
#include "view/keymap.h"
#include "view/layout.h"

typedef struct Namer Namer;
typedef struct Abroad Abroad;
typedef struct Listing Listing;
typedef struct Reel Reel;
typedef struct Ending Ending;
typedef struct Mark Mark;
typedef struct Applying Applying;

/* The user said by its name that writes may wait there (:try). */
typedef struct SafeDatabase {
	const char *host, *database;
} SafeDatabase;

/* A pane as it stands on the screen. */
typedef struct PaneState {
	const Pane *pane;
	Sampler *sampler;
	List list;
	bool since_reset;
	PaneAge age;
	bool idle_turned; /* what activity.idle says */
	Arena *arena, *order; /* of table and of rows; cleared when they are made again */
	PaneInput input;
	Table *table; /* NULL: no sample yet */
	ListRows rows;
	size_t texts_missing; /* of the rows that a filter would look at */
	Box box; /* where it stands, while on_screen */
	bool on_screen, was_on_screen; /* before the last look */
	int height; /* rows on screen at the last draw */
	const Cost *cost; /* the App's */
	const WaitProfile *waits; /* the App's */
	const Settings *settings; /* the App's */
	const StatementMark *mark; /* of a list that compares, with what is held against it */
	const StatementSample *now;
} PaneState;

/* In a file of the user's. */
typedef struct Mistake {
	const char *what, *hint; /* path:line: …, and what would be right */
} Mistake;

typedef enum ViewKind { VIEW_WHY, VIEW_PLAN, VIEW_PAGE, VIEW_LIST, VIEW_VALUES, VIEW_DIFF } ViewKind;

typedef struct App App;

/* What stands in a list before it has rows. */
typedef struct ViewNews {
	const char *what, *hint; /* hint: NULL none */
	bool failed;
} ViewNews;

/* What lies over the panes; the last one is on top. */
typedef struct View View;
struct View {
	ViewKind kind;
	const char *title;
	Arena *arena; /* of title and page */
	Page *page; /* VIEW_PAGE, VIEW_WHY, VIEW_VALUES; above the rows of a VIEW_LIST */
	PageView scroll;
	Box body; /* where the page was drawn last */
	PaneState *rows; /* VIEW_LIST, VIEW_VALUES: its maker's; without a sampler */
	Str row_key; /* VIEW_WHY: the row it is about, and */
	PaneState *about; /* the list that has it */
	void *maker; /* what makes the page; NULL */
	void (*maker_free)(void *maker); /* called when it is closed */
	void (*pick)(App *app); /* VIEW_LIST: Enter on a row */
	ViewNews (*news)(Arena *arena, const View *view); /* VIEW_LIST: without a table */
	void (*rebuild)(View *view); /* something came to be known; NULL */
	void (*run_ends)(View *view); /* it was made of the run, which goes away; NULL: it was not */
	void (*conn_goes)(View *view, const Conn *conn); /* one of the connections is closed, whichever; NULL */
};

/* What takes the keys before everything else. */
typedef enum Modal {
	MODAL_NONE,
	MODAL_RUN, /* y/n: run what a Run asks about */
	MODAL_END, /* y/n: cancel or terminate sessions */
	MODAL_QUIT, /* y/n: quit while a statement runs */
	MODAL_SORT, /* a menu of columns */
	MODAL_OPTIONS, /* a menu of EXPLAIN options */
	MODAL_EXPORT, /* a menu of forms to export in */
	MODAL_PARAMETERS, /* a form: the values of a statement's parameters */
	MODAL_NAME, /* a line: the name of what :try and :apply are to change */
	MODAL_FILTER, /* a line: filter of a pane, search of a text */
	MODAL_PASSWORD
} Modal;

typedef struct Parameters Parameters; /* app/parameters.h */

struct App {
	Arena *arena; /* the session's */
	const Options *options;
	Settings settings;
	Loop *loop;
	Screen *screen;
	Input *input;
	Prompt *prompt;
	Keymap *keymap;
	Theme *theme;
	bool ascii;
	LIST(Mistake) mistakes; /* found at the start */
	Demo *demo; /* NULL: the server is somebody's own */
	int demo_watched; /* its descriptor, as given to the loop */
	bool demo_said; /* how to reach it was told */

	Conn *pane_conn; /* for what refreshes; NULL while the demo's server comes up */
	bool connect_said; /* that the panes have no server was said */
	Conn *run_conn; /* for statements of the prompt; opened when first needed */
	Conn *other_conn; /* the same, in another row's database */
	const char *other_database;
	Conn *next_conn; /* \c: takes the place of all of these once it is ready */
	void (*conn_changed)(void *app, Conn *conn); /* of all of them */
	Namer *namer; /* the names to complete with */
	Abroad *abroad; /* what things are called in other databases */
	Listing *listing; /* files to complete with: of the folder asked for last; NULL */
	Reel *reel; /* \i: statements still to come; NULL */
	Str password; /* typed; for the connections opened later */
	Conn *password_conn; /* the one that asks for it; NULL: -W asks before there is one */

	LIST(PaneState) panes;
	size_t focus;
	bool zoomed; /* the focused pane has the whole screen */
	bool paused;
	Pulse pulse;
	Cost cost;
	Arena *cost_arena;
	int64_t started_at_ms; /* clock_ms */
	int64_t next_tick_ms;
	ConnCost cost_before; /* pane_conn's at the last tick, for pgwhy's own cost */
	double tick_ms, tick_bytes;

	LIST(View) views;
	PlanView plan_view;
	const Plan *plan_viewed; /* plan_view belongs to it */
	Mark *mark; /* the plan before (app/diffs.h); NULL: none */
	const RunOther *other_offered; /* of the run at hand: D was offered for it; NULL: none was */
	History *history; /* of the statements; NULL: none was read yet */
	StatementMark *statement_mark; /* the statements before (app/traffic_view.h); NULL: none */
	const char *mark_sought; /* the server whose mark the store was asked for (app/kept_statements.h); NULL: none yet */
	Scenario *scenario; /* its plan is shown in the place of the run's; NULL */
	Scenario *scenario_next; /* to be shown once it has one; NULL */
	PlanView plan_view_real; /* of the run's plan, while a scenario is shown */
	LIST(PretenceIndex) wished; /* :whatif */
	bool wish_is_new; /* the last one was not pretended yet */

	Run *run; /* the last statement; NULL none yet */
	void (*run_done)(App *app); /* called when it is, each time */
	Str run_row; /* pane_row_name of the row it is about; empty: from the prompt */
	Str run_text; /* the statement as given */
	const char *run_database; /* NULL: ours */
	const StatementUse *run_use; /* of the row it came from; NULL */
	int64_t run_queryid; /* 0: none is known */
	Keeper *keeper; /* NULL: nothing was kept yet, or may be */
	const Plan *kept_plan; /* of the run, given to the store; NULL: not yet */
	const FindingList *kept_findings; /* with what was advised on it so far */
	int64_t kept_id; /* of the plan on screen, in the store; 0: it is not there (yet) */
	Parameters *parameters; /* of the statements that were run with values; NULL: none was */
	RunWaits run_waits; /* of the backend that runs it, by the panes' connection */
	bool serialize, memory, no_timing; /* EXPLAIN options chosen with O */
	LIST(ExplainSetting) with; /* :with */

	Applying *applying; /* :try, :apply; NULL */
	LIST(SafeDatabase) safe; /* of this session */

	Modal modal;
	size_t keys; /* pressed so far */
	size_t menu_cursor;
	Str entry; /* MODAL_FILTER, MODAL_PASSWORD */
	bool prompt_open;
	Str entered; /* what the prompt gave, until words_take */
	bool entered_waits, entered_to_edit;
	Action wanted; /* what a word of the prompt asks for; ACTION_NONE */
	Ending *ending; /* sessions to be cancelled or terminated; NULL */
	WaitProfile *waits; /* of the last minute */
	bool waits_asked;
	int64_t waits_at_ms; /* clock_ms of the last look; 0: none */
	CostRead waits_cost;
	bool stale; /* pages have to be made again: there is a new sample, or a run went on */
	bool away; /* another program has the terminal */
	Str message;
	Str message_hint;
	Role message_role;
	bool quit;
	int exit_status;
};

PaneState *app_pane(const App *app); /* the focused one */
PaneState *app_list(const App *app); /* the list that lies over the panes, or else the focused one of them */
Context app_context(const App *app); /* where keys go that nothing else takes */
View *app_view(const App *app); /* the one on top; NULL: the panes show */
ConnState app_conn_state(const App *app); /* of pane_conn */
const Server *app_server(const App *app); /* NULL: not connected yet */
bool app_running(const App *app); /* a statement is under way */
void app_say(App *app, Role role, const char *message, const char *hint); /* replaces the message */
void app_say_err(App *app, const Err *err);

void pane_make_rows(PaneState *state); /* table and rows from the newest sample, list settled */
void pane_order_rows(PaneState *state, Err *err); /* the same table, otherwise sorted, filtered or folded */
void pane_want_texts(PaneState *state); /* of the rows on screen, or that a filter looks for */
PaneAbroad pane_texts_abroad(Arena *arena, const PaneState *state); /* that the rows on screen lack */
bool pane_row_of(const PaneState *state, const char *key, size_t *row); /* the table row with that row_key */
View *app_subject(const App *app); /* the why, the plan or the list on top, whatever text lies over it; NULL: a row of the panes */
bool app_row(App *app, size_t *row); /* the row under the cursor, or the one that the why on top is about; false: there is none */
void app_say_row_is_gone(App *app); /* nothing happened to it of late: the list dropped it */
const char *pane_row_name(Arena *arena, const PaneState *state, size_t row); /* among the rows of all panes: run_row */
PaneStatement pane_statement(Arena *arena, const PaneState *state, size_t row);

#endif
