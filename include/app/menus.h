/* menus.h: the menus that open over the screen: sort column, EXPLAIN options. */
#ifndef PGWHY_APP_MENUS_H
#define PGWHY_APP_MENUS_H

#include "app/state.h"
#include "view/popup.h"

typedef LIST(MenuEntry) MenuEntries;

MenuEntries menu_entries(Arena *arena, App *app); /* of the menu that is open */
const char *menu_title(const App *app);
void menu_key(App *app, Key key); /* moves, chooses, closes */

#endif
