/* run_parts.h: what a Run is inside, for its files: run_first.c takes a statement to its plan and advice, run_again.c runs it once more. */
#ifndef PGWHY_APP_RUN_PARTS_H
#define PGWHY_APP_RUN_PARTS_H

#include "app/check.h"
#include "app/prove.h"
#include "app/repeat.h"
#include "app/run.h"

/* The public part comes first, so a Run is a Running. */
typedef struct Running {
	Run run;
	Arena *arena;
	LIST(Arena *) held; /* arenas of replies: plans point into them */
	Work *work;
	Conn *conn; /* NULL when the plan is given */
	const Settings *settings;
	AdviseSettings advise;
	RunOptions options;
	const char *text;
	const char *search_path; /* that planning found its tables with: it is measured there, too; NULL: ours */
	Explain *explain;
	ExplainSpec spec; /* of the explain or check under way */
	Check *check;
	void (*checked)(struct Running *r); /* what comes after the check */
	void (*answered)(struct Running *r, bool yes); /* what is asked */
	bool asks_to_write; /* what is asked about needs a transaction that is not READ ONLY */
	bool allow_write; /* and the user said yes */
	bool may_lock; /* the user said yes to a function that may take locks */
	size_t rewriting; /* the finding whose rewrite is proved */
	ProofTask task;
	Prove *prove;
	Repeat *repeat;
	ExplainSpec other; /* the same under more settings, run in turn with it */
	const ExplainSetting *more; /* these */
	size_t more_count; /* 0: it is run alone */
	size_t runs; /* wanted of each */
	bool in_job; /* a background job has the arena */
	bool loading; /* facts are under way */
	bool cancelled, abandoned;
	size_t holders;
	RunFn changed;
	void *owner;
	/* what a job works on, and what it brought */
	const char *json;
	size_t json_len;
	Plan *plan;
	FindingList findings;
	IndexPool pool;
	Err job_err;
} Running;


static inline Running *run_parts(Run *run) {
	return (Running *)run;
}

void run_tell(Running *r, RunStage stage);
void run_finish(Running *r);
void run_ask(Running *r, const char *question, const char *warning, void (*answered)(Running *r, bool yes));
ExplainSpec run_spec_of(Running *r, bool analyze); /* what of it the user agreed to */

#endif
