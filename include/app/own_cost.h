/* own_cost.h: what pgwhy itself costs the server. */
#ifndef PGWHY_APP_OWN_COST_H
#define PGWHY_APP_OWN_COST_H

#include "app/state.h"

#define OWN_COST_BUDGET_SHARE 0.01 /* of a core, for all costly readings together */

void own_cost_update(App *app); /* app->cost, as of now */

#endif
