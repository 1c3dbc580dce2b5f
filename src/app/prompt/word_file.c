/* word_file.c: \e, \i, :open. */
#include "app/editor.h"
#include "app/opening.h"
#include "app/reel.h"
#include "app/word.h"

void word_edit(App *app, const char *rest) {
	if (*rest) editor_open_file(app, rest);
	else editor_open(app, app->run_text.text);
}

void word_file(App *app, const char *rest) {
	if (*rest) reel_open(app, rest);
	else app_say(app, ROLE_ERROR, "\\i wants the name of a file", "Tab completes it.");
}

void word_open(App *app, const char *rest) {
	if (*rest) opening_open(app, rest);
	else app_say(app, ROLE_ERROR, ":open wants the name of a file", "Tab completes it.");
}
