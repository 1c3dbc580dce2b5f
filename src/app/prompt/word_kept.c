/* word_kept.c: :plans, :keep, :forget. */
#include "app/kept_view.h"
#include "app/word.h"

void word_plans(App *app, const char *rest) {
	(void)rest;
	kept_view_open(app);
}

void word_keep(App *app, const char *rest) {
	kept_name(app, *rest ? rest : NULL);
}

void word_forget(App *app, const char *rest) {
	(void)rest;
	kept_forget(app);
}
