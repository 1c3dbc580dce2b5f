/* applying_page.h: what :try and :apply are about to do, do, and did, as a page. Looks nothing up and changes nothing. */
#ifndef PGWHY_APP_APPLYING_PAGE_H
#define PGWHY_APP_APPLYING_PAGE_H

#include "advise/remedy.h"
#include "core/table.h"
#include "pg/apply.h"
#include "view/page.h"

typedef enum ApplyingStage { APPLYING_READING, APPLYING_ASKING, APPLYING_UNDER_WAY, APPLYING_AFTER, APPLYING_OVER } ApplyingStage;

typedef struct ApplyingShown {
	ApplyingStage stage;
	bool trial; /* built and rolled back */
	bool measurable; /* its statement can be run again */
	const Finding *finding; /* with what was found out about it */
	const char *database, *host;
	const RemedySteps *steps;
	const char *note; /* what to know about them; NULL */
	double lock_timeout_ms, statement_timeout_ms;
	double most_bytes; /* of a trial: no table larger than that is indexed */
	const Table *waits; /* queries/apply_waits.sql; NULL: not known (yet) */
	const char *waits_problem; /* why not; NULL */
	const ApplyState *state; /* of what stays; its ms are NULL before it began */
	const Table *progress; /* queries/apply_progress.sql; NULL: none */
	const char *doing; /* of a trial, or of looking after what was lost; NULL */
	const char *silence; /* why what is shown is of before; NULL: it is of now */
	double elapsed_ms; /* of the statement under way */
	const Err *err; /* why it ended early */
} ApplyingShown;

void applying_page(Page *page, const ApplyingShown *shown, int width);

#endif
