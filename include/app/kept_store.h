/* kept_store.h: the console's store: where its settings say, and what is said when there is none. */
#ifndef PGWHY_APP_KEPT_STORE_H
#define PGWHY_APP_KEPT_STORE_H

#include "app/state.h"

Keeper *kept_store(App *app); /* NULL: nothing is to be kept */
bool kept_store_had(App *app); /* or says why there is none */
/* :set has changed settings; says what follows for the store, once it is known. False: nothing does. */
bool kept_store_set(App *app, const Settings *before);

#endif
