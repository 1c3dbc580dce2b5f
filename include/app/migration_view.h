/* migration_view.h: the advice of the plan on screen as migrations: on a page, from which x writes and y copies them, or into a folder at once. */
#ifndef PGWHY_APP_MIGRATION_VIEW_H
#define PGWHY_APP_MIGRATION_VIEW_H

#include "app/migration_wish.h"
#include "app/state.h"

/* What is wanted: "goose 2 db/migrations". */
typedef struct MigrationRequest {
	MigrationWish wish;
	size_t only; /* that finding; 0: all of them */
} MigrationRequest;

bool migration_can(App *app, const MigrationRequest *request); /* is there advice on screen to write out? False: there is not, and that was said */
void migration_show(App *app, const MigrationRequest *request);
void migration_to_folder(App *app, const MigrationRequest *request); /* a job: the message says what was written */
/* The tool as `migration` is set, or another one: then the working directory. */
MigrationWish migration_wish_set(Arena *arena, const App *app, const MigrationFormat *format);

/* What the page on top was made of; NULL: it is another page. */
const MigrationRequest *migration_view_request(const View *view);
const char *migration_view_text(const View *view);

#endif
