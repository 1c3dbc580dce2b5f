/* applying_page.h: what :try and :apply are about to do, do, and did, as a page. Looks nothing up and changes nothing. */
#ifndef PGWHY_APP_APPLYING_PAGE_H
#define PGWHY_APP_APPLYING_PAGE_H

#include "advise/remedy.h"
#include "core/table.h"
#include "pg/apply.h"
#include "view/page.h"

typedef enum ApplyingStage { APPLYING_READING, APPLYING_ASKING, APPLYING_UNDER_WAY, APPLYING_OVER } ApplyingStage;

typedef struct ApplyingShown {
	ApplyingStage stage;
	bool trial; /* built and rolled back */
	const Finding *finding; /* with what was found out about it */
	const char *database, *host;
	const RemedySteps *steps;
	double lock_timeout_ms, statement_timeout_ms;
	const Table *waits; /* queries/apply_waits.sql; NULL: not known (yet) */
	const char *waits_problem; /* why not; NULL */
	const ApplyState *state; /* of what stays; its ms are NULL before it began */
	const Table *progress; /* queries/index_progress.sql; NULL: none */
	const char *doing; /* of a trial */
	double elapsed_ms; /* of the statement under way */
	const Err *err; /* why it ended early */
} ApplyingShown;

void applying_page(Page *page, const ApplyingShown *shown, int width);
/* The modes that conflict with those of the steps, as an array of pg_locks' words. */
const char *const *applying_conflicts(Arena *arena, const RemedySteps *steps, size_t *count);

#endif
