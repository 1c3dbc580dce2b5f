/* own_cost.h: what pgwhy itself costs the server. */
#ifndef PGWHY_APP_OWN_COST_H
#define PGWHY_APP_OWN_COST_H

#include "app/state.h"

void own_cost_update(App *app); /* app->cost, as of now */

#endif
