/* marks.h: the plan kept as the one before. */
#ifndef PGWHY_APP_MARKS_H
#define PGWHY_APP_MARKS_H

#include "app/comparison.h"
#include "app/kept_plan.h"
#include "app/state.h"

struct Mark {
	Arena *arena;
	Run *run; /* held: plan, findings and facts live in it */
	ComparedSide side;
	bool offered; /* for the run at hand */
};

void mark_take(App *app); /* the plan on screen is the one before, from now on */
/* Another plan is the one before, by another console's mark, say; the arena of all of it is taken over. */
void mark_adopt(App *app, Arena *arena, const ComparedSide *side);
bool mark_is_shown(const App *app); /* the plan on screen is the one before itself */
bool mark_is_of_statement(const App *app); /* there is a mark, and it is of the statement on screen */
void mark_drop(App *app);
void mark_offer(App *app); /* a run is done: when it is of the statement that is marked, says so, once */
bool mark_settled(App *app); /* can the plan on screen be compared? False: it cannot, and that was said */
ComparedSide mark_side(Arena *arena, const App *app); /* the plan on screen */

#endif
