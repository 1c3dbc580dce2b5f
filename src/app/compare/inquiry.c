/* inquiry.c: "why is my index not used", asked at the prompt, answered on a page. */
#include "app/inquiry.h"

#include "app/scenario.h"
#include "app/views.h"
#include "panes/why.h"

typedef struct Inquiry {
	App *app;
	Arena *arena;
	Scenario *scenario; /* NULL: its run is over */
} Inquiry;

static View *view_of(const Inquiry *inquiry) {
	for (size_t i = 0; i < inquiry->app->views.count; i++)
		if (inquiry->app->views.items[i].maker == inquiry) return &inquiry->app->views.items[i];
	return NULL;
}

static void say(Inquiry *inquiry, Role role, const char *text, const char *hint) {
	View *view = view_of(inquiry);
	view->page = page_new(view->arena);
	page_add(view->page, role, text);
	if (!hint || !*hint) return;
	page_line(view->page);
	page_add(view->page, ROLE_TEXT, hint);
}

static void changed(void *owner, Scenario *scenario) {
	Inquiry *inquiry = owner;
	if (err_is(&scenario->err)) {
		say(inquiry, ROLE_ERROR, scenario->err.message.text, scenario->err.hint.text);
		return;
	}
	if (!scenario->why) return;
	int width, height;
	screen_size(inquiry->app->screen, &width, &height);
	View *view = view_of(inquiry);
	LabelledLines lines = unused_lines(view->arena, scenario->why);
	view->page = page_new(view->arena);
	page_add(view->page, ROLE_TITLE, unused_title(view->arena, scenario->why));
	why_labelled(view->page, &lines, width - 4);
}

static void stop(void *maker) {
	Inquiry *inquiry = maker;
	scenario_free(inquiry->scenario);
	arena_free(inquiry->arena);
}

static void run_ends(View *view) {
	Inquiry *inquiry = view->maker;
	bool waits = inquiry->scenario && !inquiry->scenario->done;
	scenario_free(inquiry->scenario);
	inquiry->scenario = NULL;
	if (waits) say(inquiry, ROLE_DIM, "another statement took its place before there was an answer", NULL);
}

static bool can_ask(App *app, const char *index) {
	if (!*index) app_say(app, ROLE_ERROR, ":why wants the name of an index", "Tab completes it.");
	else if (!app->run || !app->run->plan)
		app_say(app, ROLE_ERROR, "there is no plan on screen that could do without an index", "Type a statement first, then :why INDEX.");
	return *index && app->run && app->run->plan;
}

void word_why(App *app, const char *rest) {
	if (!can_ask(app, rest)) return;
	Arena *arena = arena_new();
	Inquiry *inquiry = ARENA_NEW(arena, Inquiry);
	*inquiry = (Inquiry){.app = app, .arena = arena};
	view_open(app, VIEW_PAGE, arena_printf(arena, "why not %s", rest));
	app_view(app)->maker = inquiry;
	app_view(app)->maker_free = stop;
	app_view(app)->run_ends = run_ends;
	say(inquiry, ROLE_DIM, "asking the planner …", NULL);
	const ScenarioWish wish = {.why = rest};
	inquiry->scenario = scenario_start(loop_work(app->loop), app->run, &wish, changed, inquiry);
}
