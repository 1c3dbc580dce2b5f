/* editor.h: $EDITOR on what stands at the prompt; the screen is its own meanwhile, connections go on. */
#ifndef PGWHY_APP_EDITOR_H
#define PGWHY_APP_EDITOR_H

#include "app/state.h"

void editor_open(App *app, const char *text);
void editor_open_file(App *app, const char *path); /* what it holds at the end goes to the prompt */

#endif
