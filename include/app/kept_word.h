/* kept_word.h: plans of the store as commands and :diff take them: @NAME, @12 as :plans numbers them, @mark. A file of such a name is
 * ./@NAME, so that neither is ever taken for the other. */
#ifndef PGWHY_APP_KEPT_WORD_H
#define PGWHY_APP_KEPT_WORD_H

#include "app/kept_plan.h"
#include "app/loop.h"
#include "app/settings.h"

bool kept_word(const char *word); /* does it name a plan of the store? */
bool kept_word_is_mark(const char *word); /* that which m marked, of whichever statement stands beside it */
void kept_word_hint(const char *word, Err *err); /* it was taken for a file, and there is none: perhaps a kept plan was meant */
/* Names that would be taken for something else are refused. */
bool kept_name_allowed(const char *name, Err *err);

/* For jobs. `beside`: the plan whose statement @mark is about; NULL: there is none. False: err says why there is no such plan. */
bool kept_word_fetch(Arena *arena, Store *store, const char *word, const KeptPlan *beside, KeptPlan *kept, Err *err);
/* For commands: waits, turning the loop. Nothing is created where nothing was ever kept. */
bool kept_word_find(Arena *arena, Loop *loop, const Settings *settings, const char *word, const KeptPlan *beside, KeptPlan *kept, Err *err);
/* The same way: all there are, the newest first. */
bool kept_plans_list(Arena *arena, Loop *loop, const Settings *settings, StoredPlans *plans, Err *err);

#endif
