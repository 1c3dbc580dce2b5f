/* completer.c: candidates for what stands before the cursor. */
#include "term/completer.h"

#include <strings.h>

#include "base/str.h"
#include "base/utf8.h"
#include "term/charset.h"
#include "term/readline.h"

Completer completer_new(CandidatesFn ask, void *owner) {
	return (Completer){.arena = arena_new(), .ask = ask, .owner = owner};
}

void completer_release(Completer *completer) {
	arena_free(completer->arena);
}

void completer_close(Completer *completer) {
	completer->shown = completer->late = false;
	completer->chosen = completer->found.count;
}

bool completer_choosing(const Completer *completer) {
	return completer->shown && completer->chosen < completer->found.count;
}

/* ---- asking ---- */

static int locale_bytes(const char *text, size_t len) {
	Str bytes = STR_INIT;
	charset_from_utf8(&bytes, text, len);
	int count = (int)bytes.len;
	str_release(&bytes);
	return count;
}

static bool look(Completer *completer) {
	Str text = STR_INIT;
	charset_to_utf8(&text, rl_line_buffer, (size_t)rl_point);
	size_t cursor = text.len;
	charset_to_utf8(&text, rl_line_buffer + rl_point, (size_t)(rl_end - rl_point));
	arena_clear(completer->arena);
	completer->found = completer->ask ? completer->ask(completer->owner, completer->arena, text.text, cursor) : (Candidates){0};
	size_t start = completer->found.start < cursor ? completer->found.start : cursor;
	completer->start = locale_bytes(text.text, start);
	completer->end = rl_point;
	completer->chosen = completer->found.count;
	str_release(&text);
	return completer->found.count > 0;
}

/* ---- putting in ---- */

static void put(Completer *completer, const char *text, size_t len) {
	Str bytes = STR_INIT;
	charset_from_utf8(&bytes, text, len);
	rl_begin_undo_group();
	rl_delete_text(completer->start, completer->end);
	rl_point = completer->start;
	rl_insert_text(bytes.text);
	rl_end_undo_group();
	completer->end = rl_point;
	str_release(&bytes);
}

static size_t common_length(const Candidates *found) {
	const char *first = found->items[0].text;
	size_t len = strlen(first);
	for (size_t i = 1; i < found->count; i++) {
		size_t same = 0;
		while (same < len && first[same] == found->items[i].text[same]) same++;
		len = same;
	}
	while (len && ((unsigned char)first[len] & 0xC0) == 0x80) len--; /* whole characters */
	return len;
}

/* What all have in common goes in, unless that would take away something typed. */
static void put_common(Completer *completer) {
	const char *common = completer->found.items[0].text;
	size_t len = common_length(&completer->found), typed = (size_t)(completer->end - completer->start);
	if (len >= typed && strncasecmp(common, rl_line_buffer + completer->start, typed) == 0) put(completer, common, len);
}

static void put_chosen(Completer *completer) {
	const char *text = completer->found.items[completer->chosen].text;
	put(completer, text, strlen(text));
}

void completer_complete(Completer *completer) {
	bool any = look(completer);
	completer->late = completer->found.late;
	completer->shown = completer->kept = any && completer->found.count > 1;
	if (completer->shown) put_common(completer);
	else if (any) {
		completer->chosen = 0;
		put_chosen(completer);
		completer->late = false;
	}
}

void completer_choose(Completer *completer, int by) {
	if (!completer->shown && !look(completer)) return;
	size_t count = completer->found.count;
	if (completer->chosen == count) completer->chosen = by > 0 ? 0 : count - 1;
	else completer->chosen = (completer->chosen + (by > 0 ? 1 : count - 1)) % count;
	put_chosen(completer);
	completer->shown = completer->kept = count > 1;
	completer->late = false;
}
