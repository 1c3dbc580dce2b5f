/* chrome.c: what stands around panes and views. */
#include "view/chrome.h"

#include "base/utf8.h"
#include "view/page.h"

static int cells(const char *text) {
	return (int)utf8_cells(text);
}

/* As much of a text as fits in whole words, the rest told by `…`; "" when not even one word does. */
static const char *whole_words(Arena *arena, const char *text, int width) {
	text = utf8_clean(arena, text);
	if (cells(text) <= width) return text;
	if (width < 2) return "";
	size_t fits = utf8_fit(text, (size_t)width - 1), end = fits;
	while (end > 0 && text[end] != ' ') end--;
	while (end > 0 && text[end - 1] == ' ') end--;
	return end ? arena_printf(arena, "%.*s…", (int)end, text) : "";
}

/* ---- status line ---- */

#define STATUS_GAP "  "
#define STATUS_LINE " │ "

typedef enum Form { FORM_WHOLE, FORM_BRIEF, FORM_GONE } Form;

static const char *form_text(const StatusPart *part, Form form) {
	return form == FORM_BRIEF ? part->brief : part->text;
}

/* A group's line goes with the last of its parts. */
static const char *part_gap(const StatusPart *parts, const Form *forms, size_t i) {
	bool group = parts[i].group;
	while (!group && i > 0 && forms[i - 1] == FORM_GONE) group = parts[--i].group;
	return group ? STATUS_LINE : STATUS_GAP;
}

static int status_cells(const StatusPart *parts, const Form *forms, size_t count) {
	int width = 0;
	for (size_t i = 0; i < count; i++) {
		if (forms[i] == FORM_GONE) continue;
		width += cells(form_text(&parts[i], forms[i])) + (width ? cells(part_gap(parts, forms, i)) : 0);
	}
	return width;
}

/* Which part gives way next; count when the last one is left, as brief as it can be. */
static size_t least_wanted(const StatusPart *parts, const Form *forms, size_t count) {
	size_t found = count, left = 0;
	for (size_t i = 0; i < count; i++) {
		if (forms[i] == FORM_GONE) continue;
		left++;
		if (found == count || parts[i].priority <= parts[found].priority) found = i;
	}
	return left > 1 || (left && forms[found] == FORM_WHOLE && parts[found].brief) ? found : count;
}

/* What went before a long one got shorter may have room again: the one most wanted of those that fit. */
static bool take_back(const StatusPart *parts, Form *forms, size_t count, int width) {
	size_t best = count;
	for (size_t i = 0; i < count; i++) {
		if (forms[i] != FORM_GONE || !*parts[i].text || (best < count && parts[i].priority <= parts[best].priority)) continue;
		forms[i] = parts[i].brief ? FORM_BRIEF : FORM_WHOLE;
		if (status_cells(parts, forms, count) <= width) best = i;
		forms[i] = FORM_GONE;
	}
	if (best < count) forms[best] = parts[best].brief ? FORM_BRIEF : FORM_WHOLE;
	return best < count;
}

void status_draw(Canvas *canvas, Box box, const StatusPart *parts, size_t count) {
	Box before = canvas_clip(canvas, box);
	StatusPart *clean = ARENA_ARRAY(canvas->arena, StatusPart, count);
	Form *forms = ARENA_ARRAY(canvas->arena, Form, count);
	for (size_t i = 0; i < count; i++) {
		clean[i] = parts[i];
		clean[i].text = utf8_clean(canvas->arena, parts[i].text);
		if (parts[i].brief) clean[i].brief = utf8_clean(canvas->arena, parts[i].brief);
		if (!*clean[i].text) forms[i] = FORM_GONE;
	}
	while (status_cells(clean, forms, count) > box.width) {
		size_t i = least_wanted(clean, forms, count);
		if (i == count) break;
		forms[i] = forms[i] == FORM_WHOLE && clean[i].brief ? FORM_BRIEF : FORM_GONE;
	}
	while (take_back(clean, forms, count, box.width)) continue;
	canvas_fill(canvas, box, ' ', ROLE_STATUS);
	int x = box.x;
	for (size_t i = 0; i < count; i++) {
		if (forms[i] == FORM_GONE) continue;
		if (x > box.x) x = canvas_text(canvas, x, box.y, part_gap(clean, forms, i), ROLE_FRAME);
		const char *text = whole_words(canvas->arena, form_text(&clean[i], forms[i]), box.x + box.width - x);
		x = canvas_text(canvas, x, box.y, text, clean[i].role);
	}
	canvas_clip(canvas, before);
}

/* ---- frames ---- */

#define NOTE_GAP " ─ "

/* The notes that fit, joined; "" when none does. */
static const char *notes_that_fit(Arena *arena, const char *const *notes, int width) {
	const char *joined = "";
	for (; notes && *notes; notes++) {
		const char *longer = arena_printf(arena, "%s%s%s", joined, *joined ? NOTE_GAP : "", utf8_clean(arena, *notes));
		if (cells(longer) > width) break;
		joined = longer;
	}
	return joined;
}

Box frame_draw(Canvas *canvas, Box box, const Frame *frame) {
	Box before = canvas_clip(canvas, box);
	Role line = frame->focused ? ROLE_FRAME_FOCUS : ROLE_FRAME;
	canvas_frame(canvas, box, line);
	int room = box.width - 4; /* corners and a blank beside each text */
	const char *number = frame->number ? arena_printf(canvas->arena, "%d ", frame->number) : "";
	const char *title = whole_words(canvas->arena, frame->title, room - cells(number));
	int x = box.x + 1;
	if (*title) {
		x = canvas_text(canvas, x, box.y, number, ROLE_KEY);
		x = canvas_text(canvas, x, box.y, title, frame->focused ? ROLE_TITLE_FOCUS : ROLE_TITLE);
		x = canvas_text(canvas, x, box.y, " ", line);
	}
	int right = box.x + box.width - 2; /* a piece of line before the corner */
	const char *notes = notes_that_fit(canvas->arena, frame->notes, right - x - 3);
	if (*notes) canvas_printf(canvas, right - cells(notes) - 2, box.y, line, " %s ", notes);
	canvas_clip(canvas, before);
	return layout_inside(box);
}

/* ---- the line at the foot ---- */

void keys_draw(Canvas *canvas, Box box, const KeyHint *keys, size_t count) {
	Box before = canvas_clip(canvas, box);
	int x = box.x, right = box.x + box.width;
	canvas_fill(canvas, box, ' ', ROLE_HINT);
	for (size_t i = 0; i < count; i++) {
		if (x + cells(keys[i].key) + 1 + cells(keys[i].meaning) > right) break;
		x = canvas_text(canvas, x, box.y, keys[i].key, ROLE_KEY);
		x = canvas_text(canvas, x + 1, box.y, keys[i].meaning, ROLE_HINT) + 2;
	}
	canvas_clip(canvas, before);
}

void hints_draw(Canvas *canvas, Box box, const Keymap *keymap, Context context, const Action *actions, size_t count, HintWords *words) {
	KeyHint *keys = ARENA_ARRAY(canvas->arena, KeyHint, count);
	size_t bound = 0;
	for (size_t i = 0; i < count; i++) {
		Key key;
		if (keymap_key(keymap, context, actions[i], &key)) keys[bound++] = (KeyHint){key_name(canvas->arena, key), words(actions[i])};
	}
	keys_draw(canvas, box, keys, bound);
}

enum { LEAST_HINT_CELLS = 20 }; /* fewer say nothing */

static const Page *message_page(Arena *arena, Role role, const char *text, const char *hint) {
	Page *page = page_new(arena);
	page_add(page, role, utf8_clean(arena, text));
	if (hint) page_add(page, ROLE_TEXT, "  ");
	if (hint) page_add(page, ROLE_HINT, utf8_clean(arena, hint));
	return page;
}

int message_height(Arena *arena, int width, const char *text, const char *hint) {
	return (int)page_height(message_page(arena, ROLE_TEXT, text, hint), width);
}

static void draw_line(Canvas *canvas, Box box, Role role, const char *text, const char *hint) {
	const char *said = whole_words(canvas->arena, text, box.width);
	int x = *said ? canvas_text(canvas, box.x, box.y, said, role)
	              : canvas_field(canvas, box.x, box.y, box.width, text, ALIGN_LEFT, role); /* half a word is better than none */
	int room = box.x + box.width - x - 2;
	if (hint && (room >= LEAST_HINT_CELLS || cells(hint) <= room))
		canvas_text(canvas, x + 2, box.y, whole_words(canvas->arena, hint, room), ROLE_HINT);
}

void message_draw(Canvas *canvas, Box box, Role role, const char *text, const char *hint) {
	Box before = canvas_clip(canvas, box);
	canvas_fill(canvas, box, ' ', ROLE_TEXT);
	if (box.height > 1) page_draw_beginning(canvas, box, message_page(canvas->arena, role, text, hint));
	else draw_line(canvas, box, role, text, hint);
	canvas_clip(canvas, before);
}

void error_draw(Canvas *canvas, Box box, const Err *err) {
	message_draw(canvas, box, ROLE_ERROR, err->message.text, err->hint.text);
}

void too_small_draw(Canvas *canvas) {
	Box screen = {0, 0, canvas->width, canvas->height};
	canvas_fill(canvas, screen, ' ', ROLE_TEXT);
	const char *text = arena_printf(canvas->arena, "terminal too small: %dx%d, pgwhy needs %dx%d", canvas->width, canvas->height,
	                                LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
	if (cells(text) > canvas->width) text = "terminal too small";
	if (cells(text) > canvas->width) text = "too small";
	canvas_field(canvas, 0, canvas->height / 2, canvas->width, text, ALIGN_CENTRE, ROLE_WARNING);
}
