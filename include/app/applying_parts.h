/* applying_parts.h: what the files of :try and :apply share: one finding on its way. For src/app/applying*.c.
 *
 *     APPLYING_READING   what is there where it is to go (applying_site.c)
 *     APPLYING_ASKING    statements, locks, whom they would wait for; a name is typed (applying_look.c, applying.c)
 *     APPLYING_UNDER_WAY sent, watched, cancelled (applying_send.c, applying_look.c)
 *     APPLYING_AFTER     what became of it, where the connection was lost, or parts make a whole? (applying_after.c)
 *     APPLYING_OVER      told */
#ifndef PGWHY_APP_APPLYING_PARTS_H
#define PGWHY_APP_APPLYING_PARTS_H

#include "advise/tried.h"
#include "app/applying_page.h"
#include "app/state.h"
#include "pg/tryout.h"

struct Applying {
	App *app;
	Arena *arena, *page_arena, *looked; /* of what was looked up last */
	Run *run; /* held; it need not be the console's any more. NULL: the finding is a pane's */
	size_t nth;
	Finding finding;
	bool trial;
	ApplyingStage stage;
	RemedySite site;
	Facts *taken; /* names; the site's */
	RemedySteps steps;
	const char *note; /* about its steps; NULL */
	const char *expected; /* to be typed */
	const char *database, *host;
	Conn *watch; /* for looking, before, meanwhile and after */
	Conn *conn; /* for changing; NULL: not yet */
	bool sent;
	bool looking;
	int64_t next_look_ms;
	Table *waits, *progress;
	const char *waits_problem;
	Apply *apply;
	ApplyState state;
	Tryout *tryout;
	ExplainSpec spec; /* of a trial */
	const char *doing;
	TryoutReply tried; /* and its arena */
	Tried figures;
	bool in_job, abandoned;
	Err err;
};

/* applying.c */
void applying_refresh(Applying *a);
void applying_ask(Applying *a); /* its steps are known */
void applying_finish(Applying *a); /* err says whether all of it worked */
bool applying_under_way(const Applying *a);
void applying_destroy(Applying *a); /* an abandoned one, whose job is over */
/* The same way in as `other`. */
Conn *applying_connect(Applying *a, const Conn *other, void (*changed)(void *owner, Conn *conn));
const char *applying_why_no_conn(const Conn *conn);

/* applying_site.c */
void applying_read_site(Applying *a); /* once the watch is ready: asks, or ends */

/* applying_send.c */
void applying_send(Applying *a);
void applying_stop(Applying *a); /* what is under way is cancelled */

/* applying_look.c */
void applying_look(Applying *a); /* when it is time to */

/* applying_after.c */
bool applying_wonders(const Applying *a); /* is there an index of which nobody knows? */
void applying_wonder(Applying *a); /* asks what became of it */

#endif
