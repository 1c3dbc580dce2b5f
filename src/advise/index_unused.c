/* index_unused.c: an index that looks as if it answered a need, and why it does not. */
#include "advise/index_unused.h"

#include <ctype.h>

#include "advise/index_key.h"

/* One index held beside what is advised. */
typedef struct Rival {
	Arena *arena;
	const Scan *scan;
	const IndexFacts *index;
	const IndexAdvice *advised;
	const char *name; /* as SQL writes it */
	IndexKey wanted; /* the first key advised */
	IndexKey front; /* the first it has */
} Rival;

static bool same_front(const Rival *rival) {
	return index_key_same(&rival->front, &rival->wanted);
}

static bool same_keys(const Rival *rival) {
	if (rival->index->key_count < rival->advised->column_count) return false;
	for (size_t i = 0; i < rival->advised->column_count; i++) {
		IndexKey have = index_key_read(rival->arena, rival->index->keys[i]);
		IndexKey want = index_key_read(rival->arena, rival->advised->columns[i]);
		if (!index_key_same(&have, &want)) return false;
	}
	return true;
}

static bool is_btree(const Rival *rival) {
	return !rival->index->method || strcmp(rival->index->method, "btree") == 0;
}

/* ---- causes ---- */

static const char *invalid(const Rival *rival) {
	if (rival->index->valid || !same_keys(rival) || !is_btree(rival)) return NULL;
	return arena_printf(rival->arena, "%s has these keys but is INVALID, as a build that failed leaves it: no query uses it.",
	                    rival->name);
}

/* The query says the index's predicate itself: then it may use it, and had another reason not to. */
static bool is_asked_for(const Rival *rival, const char *predicate) {
	const PredicateList *lists[] = {&rival->scan->lookup, &rival->scan->filter};
	IndexKey wanted = {.text = predicate};
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++) {
			IndexKey said = {.text = lists[l]->items[i].text};
			if (index_key_same(&said, &wanted)) return true;
		}
	return false;
}

static const char *partial(const Rival *rival) {
	if (!rival->index->predicate || !same_front(rival) || !is_btree(rival)) return NULL;
	if (is_asked_for(rival, rival->index->predicate)) return NULL;
	return arena_printf(rival->arena, "%s holds only rows WHERE %s, and nothing in the query tells that it wants no others.",
	                    rival->name, rival->index->predicate);
}

static const char *method(const Rival *rival) {
	if (is_btree(rival) || !same_front(rival)) return NULL;
	if (strcmp(rival->index->method, "hash") == 0)
		return arena_printf(rival->arena, "%s is a hash index: it answers = on %s and nothing else.", rival->name,
		                    rival->front.text);
	if (strcmp(rival->index->method, "brin") != 0) return NULL;
	const ColumnFacts *column = column_facts(rival->scan->table, rival->front.column);
	double correlation = column ? fabs(column->correlation) : NAN;
	return arena_printf(rival->arena, "%s is a BRIN index: it leaves out pages only where values lie together%s.", rival->name,
	                    isnan(correlation)
	                        ? ""
	                        : arena_printf(rival->arena, ", and those of %s correlate with their place by %.2f",
	                                       rival->front.text, correlation));
}

static const char *operator_class(const Rival *rival) {
	const char *opclass = rival->index->opclasses ? rival->index->opclasses[0] : NULL;
	if (!opclass || !same_front(rival) || !is_btree(rival)) return NULL;
	return arena_printf(rival->arena, "%s sorts %s by %s, which serves other operators than those asked for.", rival->name,
	                    rival->front.text, opclass);
}

/* `title COLLATE "C"`, `lower((email)::text)` */
static bool mentions(const char *text, const char *column) {
	size_t length = strlen(column);
	for (const char *at = text; (at = strstr(at, column)); at++) {
		bool begins = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
		bool ends = !(isalnum((unsigned char)at[length]) || at[length] == '_');
		if (begins && ends) return true;
	}
	return false;
}

static const char *expression(const Rival *rival) {
	if (!rival->wanted.column || rival->front.column || !is_btree(rival) || !mentions(rival->front.text, rival->wanted.text))
		return NULL;
	if (strstr(rival->front.text, " COLLATE "))
		return arena_printf(rival->arena, "%s sorts by %s, another collation than the query compares by.", rival->name,
		                    rival->front.text);
	return arena_printf(rival->arena, "%s is on %s, and the query asks for %s itself.", rival->name, rival->front.text,
	                    rival->wanted.text);
}

static const char *column_in_front(const Rival *rival) {
	if (!is_btree(rival) || same_front(rival) || !rival->wanted.column) return NULL;
	for (size_t i = 0; i < rival->advised->column_count; i++) { /* compared too: it is used, but finds too much */
		IndexKey key = index_key_read(rival->arena, rival->advised->columns[i]);
		if (index_key_same(&key, &rival->front)) return NULL;
	}
	for (size_t i = 1; i < rival->index->key_count; i++) {
		IndexKey key = index_key_read(rival->arena, rival->index->keys[i]);
		if (!index_key_same(&key, &rival->wanted)) continue;
		return arena_printf(rival->arena,
		                    "%s has %s only behind %s, which nothing here is compared with: it has to be read from end "
		                    "to end, or value by value.",
		                    rival->name, rival->wanted.text, rival->front.text);
	}
	return NULL;
}

/* ---- the nearest ---- */

const char *index_why_unused(Arena *arena, const Scan *scan, const IndexAdvice *advised) {
	static const char *(*const causes[])(const Rival *) = {invalid, partial, method, operator_class, expression, column_in_front};
	if (!scan->table || !advised->column_count) return NULL;
	IndexKey wanted = index_key_read(arena, advised->columns[0]);
	for (size_t c = 0; c < sizeof causes / sizeof *causes; c++) {
		for (size_t i = 0; i < scan->table->indexes.count; i++) {
			const IndexFacts *index = &scan->table->indexes.items[i];
			if (!index->key_count || (!index->valid && causes[c] != invalid)) continue;
			Rival rival = {.arena = arena, .scan = scan, .index = index, .advised = advised, .wanted = wanted};
			rival.name = sql_identifier(arena, index->name);
			rival.front = index_key_read(arena, index->keys[0]);
			const char *cause = causes[c](&rival);
			if (cause) return cause;
		}
	}
	return NULL;
}
