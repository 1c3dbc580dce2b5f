/* word_diff.c: :mark and :diff, the keys m and D by name. */
#include "app/word.h"

void word_mark(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_MARK;
}

void word_diff(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_DIFF;
}
