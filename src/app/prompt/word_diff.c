/* word_diff.c: :mark and :diff, the keys m and D by name, and diff with a kept plan. */
#include "app/kept_view.h"
#include "app/kept_word.h"
#include "app/word.h"

void word_mark(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_MARK;
}

void word_diff(App *app, const char *rest) {
	if (!*rest) app->wanted = ACTION_DIFF;
	else if (kept_word(rest)) kept_diff(app, rest);
	else app_say(app, ROLE_ERROR, ":diff takes a kept plan, as @NAME or @12", ":plans lists them; alone it takes the plan that m marked.");
}
