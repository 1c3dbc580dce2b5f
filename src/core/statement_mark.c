/* statement_mark.c: the statements as they stood when they were marked as before. */
#include "core/statement_mark.h"

#include <math.h>

StatementMark *statement_mark_take(const History *history, const char *const *tags, size_t tag_count) {
	if (!history_count(history)) return NULL;
	Arena *arena = arena_new();
	StatementMark *mark = ARENA_NEW(arena, StatementMark);
	*mark = (StatementMark){.arena = arena, .server = arena_copy(arena, history_server(history)), .sample = statement_sample_hold(history_newest(history))};
	for (size_t i = 0; i + 1 < history_count(history); i++) *list_push(arena, &mark->earlier) = statement_sample_hold(history_at(history, i));
	for (size_t i = 0; i < tag_count; i++) *list_push(arena, &mark->tags) = arena_copy(arena, tags[i]);
	return mark;
}

void statement_mark_free(StatementMark *mark) {
	if (!mark) return;
	statement_sample_let_go(mark->sample);
	for (size_t i = 0; i < mark->earlier.count; i++) statement_sample_let_go(mark->earlier.items[i]);
	arena_free(mark->arena);
}

bool statement_mark_is_about(const StatementMark *mark, const char *key) {
	for (size_t i = 0; i < mark->tags.count; i++)
		if (strcmp(mark->tags.items[i], key) == 0) return true;
	return !mark->tags.count;
}

const StatementSample *statement_mark_before(const StatementMark *mark, double span_ms) {
	const StatementSample *best = NULL;
	double least = INFINITY;
	for (size_t i = 0; i < mark->earlier.count; i++) {
		double span = (double)(mark->sample->at_ms - mark->earlier.items[i]->at_ms), off = fabs(log(fmax(span, 1) / fmax(span_ms, 1)));
		if (span <= 0 || off >= least) continue;
		least = off;
		best = mark->earlier.items[i];
	}
	return best;
}
