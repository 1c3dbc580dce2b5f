/* readline.h: readline for the files of this floor; its Keymap is not ours. */
#ifndef PGWHY_TERM_READLINE_H
#define PGWHY_TERM_READLINE_H

#include <stdio.h>

#define Keymap ReadlineKeymap /* view/keymap.h has one of its own */
#include <readline/history.h>
#include <readline/readline.h>
#undef Keymap

#endif
