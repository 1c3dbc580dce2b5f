/* candidate_list.c: candidates being collected: what fits what is typed. */
#include "app/candidate_list.h"

#include "base/utf8.h"
#include "sql/quote.h"

/* A name with control characters or broken bytes in it nobody could see, nor type the rest of. */
static bool could_be_typed(const char *name) {
	size_t len = strlen(name);
	if (!len || !utf8_valid(name, len)) return false;
	for (size_t at = 0; at < len;) {
		uint32_t point;
		at += utf8_decode(name + at, len - at, &point);
		if (utf8_hostile(point)) return false;
	}
	return true;
}

static char lower(char byte) {
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

bool candidate_fits(const CandidateList *list, const char *name) {
	for (size_t i = 0; list->typed[i]; i++)
		if (list->exactly ? name[i] != list->typed[i] : lower(name[i]) != lower(list->typed[i])) return false;
	return could_be_typed(name);
}

void candidate_add(CandidateList *list, const char *text, const char *note) {
	if (list->items.count < MOST_CANDIDATES) *list_push(list->arena, &list->items) = (Candidate){text, note};
}

void candidate_add_name(CandidateList *list, const char *name, const char *note) {
	if (!candidate_fits(list, name)) return;
	const char *text = sql_identifier(list->arena, name);
	if (list->exactly && *text != '"') text = arena_printf(list->arena, "\"%s\"", text);
	candidate_add(list, text, note);
}

void candidate_add_word(CandidateList *list, const char *word, const char *note) {
	if (candidate_fits(list, word)) candidate_add(list, word, note);
}
