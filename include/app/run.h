/* run.h: one statement on its way: taken apart, planned, looked up, advised, perhaps asked about, measured, advised again.
 *
 * The console and `pgwhy explain` share it. A plan is always made first (nothing is executed), so a cancel, a timeout or a no
 * still leaves a plan with advice. `changed` is called whenever there is something new to show; the Run is read, never written,
 * by its owner. Everything it shows lives as long as the Run. */
#ifndef PGWHY_APP_RUN_H
#define PGWHY_APP_RUN_H

#include "advise/advise.h"
#include "advise/proof.h"
#include "advise/tried.h"
#include "app/kept_plan.h"
#include "app/settings.h"
#include "pg/explain.h"

typedef enum RunMode {
	RUN_PLAN, /* plan only */
	RUN_AUTO, /* a read under analyze.max_cost is measured at once, all else asks */
	RUN_MEASURE /* reads are measured whatever they cost; all else asks */
} RunMode;

typedef enum RunStage {
	RUN_PARSING,
	RUN_CONNECTING,
	RUN_PLANNING,
	RUN_LOOKING_UP, /* tables, indexes, statistics, functions */
	RUN_ADVISING,
	RUN_CHECKING, /* the planner is asked about the findings (HypoPG) */
	RUN_ASKING, /* `question` wants run_answer */
	RUN_MEASURING,
	RUN_PROVING, /* a rewrite: run_prove */
	RUN_REPEATING, /* run_repeat */
	RUN_DONE /* err says whether all of it worked; what was reached is there in any case */
} RunStage;

typedef struct RunOptions {
	RunMode mode;
	bool serialize, memory, no_timing;
	bool only_plan; /* no catalog, no advice: the plan is all that is wanted */
	bool elsewhere; /* somebody else's statement: its tables may stand on another search_path */
	const ExplainSetting *settings; /* :with */
	size_t setting_count;
	const char *notes; /* what its starter knows about the plan to come, NULL */
	const StatementUse *use; /* and about its calls, NULL */
} RunOptions;

RunOptions run_options_copy(Arena *arena, const RunOptions *options);

/* What the statement was run in turn with: its rewrite, or itself under other settings. */
typedef struct RunOther {
	const Plan *plans[2]; /* the statement's and the other one's, of runs that count */
	const char *name; /* "work_mem=64MB", "its rewrite" */
	const char *statement; /* NULL: the run's own */
	const Proof *proof; /* of a rewrite: were the rows compared, were they the same; NULL */
	const Repeated *repeated; /* both; NULL: each was run once */
} RunOther;

typedef struct Run {
	RunStage stage;
	const KeptPlan *given; /* that is shown: out of a file or of the store, of whatever server; NULL: it was made here and now */
	Statement *statement; /* NULL before it was taken apart */
	const Plan *plan; /* the best so far: measured, else planned; NULL */
	const char *json; /* it, as the server sent it; NULL: given */
	size_t json_len;
	const Server *server; /* that made it; NULL: given */
	const FindingList *findings; /* of that plan; NULL: not known yet */
	const Facts *facts; /* NULL: not known (yet) */
	const char *const *parameter_types; /* of $1 …, once a generic plan was made */
	size_t parameter_count; /* 0: not known */
	const char *question; /* RUN_ASKING: what would happen */
	const char *without_yes; /* and what comes of a no: "not proved" */
	const char *warning; /* and what a rollback does not undo */
	const char *notes; /* what to know about the plan shown; NULL */
	const char *given_notes; /* what of it its starter knew (options.notes); NULL */
	const Repeated *repeated; /* what several runs said of its time; NULL: nobody asked, or they are under way */
	const RunOther *other; /* the last one; NULL: there was none */
	int64_t measuring_since_ms; /* clock_ms */
	int plans_asked; /* RUN_CHECKING: which question to the planner this is */
	Err err; /* what stopped it, when something did */
} Run;

typedef void (*RunFn)(void *owner, Run *run);

/* The connection stays the caller's and must outlive the Run. Texts are copied. */
Run *run_start(Work *work, Conn *conn, const Settings *settings, const char *text, const RunOptions *options, RunFn changed, void *owner);
/* A plan that is not of now, with the arena it lives in, which becomes the Run's: it is shown with what was advised then, or else advised, and
 * that is all. No server is asked. */
Run *run_given(Work *work, const Settings *settings, Arena *arena, const KeptPlan *given, const char *notes, RunFn changed, void *owner);
void run_conn_changed(Run *run); /* to be called when the state of its connection changed */
void run_answer(Run *run, bool yes);
/* Runs the statement and the rewrite of one of its findings: the finding then says whether the rows are the same and how long each
 * took, of several runs the median. Asks before it calls VOLATILE functions. False: err says why it cannot be done. */
bool run_prove(Run *run, size_t finding, size_t runs, Err *err);
/* Runs the statement again and again, in turn with itself under more settings where some are given: `repeated` says what came of it. The
 * plan shown stays. Asks as for the first run, whatever was answered then. */
bool run_repeat(Run *run, size_t runs, const ExplainSetting *with, size_t with_count, Err *err);
/* What became of its indexes; while no job is under way. Takes over the arena that its plans are in. */
void run_tried(Run *run, size_t finding, const Tried *tried, Arena **arena);
void run_cancel(Run *run); /* what was reached stays */
bool run_busy(const Run *run); /* neither done nor asking */
bool run_executing(const Run *run); /* the statement itself is running */
int run_backend_pid(const Run *run); /* while measuring; 0 else */
const char *run_stage_text(Arena *arena, const Run *run); /* "planning …" */
void run_free(Run *run); /* at any time; no more calls to changed */

/* To ask the planner more about its statement (app/scenario.h): how it was planned, there where its tables were found, and by whom. The
 * spec borrows from the Run. False: there is no plan of a server's, not yet, or it is being run; err says which. */
bool run_spec(Run *run, Arena *arena, ExplainSpec *spec, Conn **conn, Err *err);
/* It and all it shows stay until it is let go, also when it is freed meanwhile. */
void run_hold(Run *run);
void run_let_go(Run *run);

#endif
