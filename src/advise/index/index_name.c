/* index_name.c: what a new index is called. */
#include "advise/index_name.h"

#include "advise/index_key.h"
#include "base/utf8.h"

/* before TABLE between COLUMN joiner COLUMN after */
typedef struct Style {
	const char *before, *between, *joiner, *after;
} Style;

static const Style styles[] = {
    {"", "_", "_", "_idx"}, /* PostgreSQL's default: the first, so it wins a tie */
    {"idx_", "_", "_", ""},          {"ix_", "_", "_", ""}, /* SQLAlchemy, Entity Framework */
    {"index_", "_on_", "_and_", ""}, /* Rails */
    {"", "_", "_", "_index"}, /* Ecto, Laravel */
    {"", "_", "_", "_ix"},
};
enum { STYLES = sizeof styles / sizeof *styles };

static bool ends_with(const char *text, const char *end) {
	size_t length = strlen(text), tail = strlen(end);
	while (length && text[length - 1] >= '0' && text[length - 1] <= '9' && *end) length--; /* orders_status_idx1 */
	return length >= tail && strncmp(text + length - tail, end, tail) == 0;
}

static bool in_style(const char *name, const Style *style) {
	if (!*style->after && strstr(style->between, "on") && !strstr(name, style->between)) return false;
	return strncmp(name, style->before, strlen(style->before)) == 0 && ends_with(name, style->after);
}

/* Names somebody chose: a constraint's index has its name from the constraint. */
static void vote(const TableFacts *table, size_t votes[STYLES]) {
	for (size_t i = 0; i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		if (index->constraint || index->primary) continue;
		for (size_t s = 0; s < STYLES; s++) {
			if (!in_style(index->name, &styles[s])) continue;
			votes[s]++;
			break;
		}
	}
}

static const Style *most_voted(const size_t votes[STYLES]) {
	size_t best = 0;
	for (size_t s = 1; s < STYLES; s++)
		if (votes[s] > votes[best]) best = s;
	return votes[best] ? &styles[best] : NULL;
}

static const Style *style_of(const Facts *facts, const TableFacts *table) {
	size_t votes[STYLES] = {0};
	if (table) vote(table, votes);
	const Style *style = most_voted(votes);
	if (style) return style;
	for (size_t i = 0; facts && table && i < facts->tables.count; i++) {
		const TableFacts *other = &facts->tables.items[i];
		if (other->schema && table->schema && strcmp(other->schema, table->schema) == 0) vote(other, votes);
	}
	style = most_voted(votes);
	return style ? style : &styles[0];
}

/* ---- as somebody wants it ---- */

static const char table_word[] = "table", cols_word[] = "cols";

static bool is_free(const char *naming) {
	return !naming || strcmp(naming, "auto") == 0;
}

static bool naming_read(Arena *arena, const char *naming, Style *style) {
	const char *table = strstr(naming, table_word), *cols = table ? strstr(table + strlen(table_word), cols_word) : NULL;
	if (!cols) return false;
	const char *between = table + strlen(table_word);
	if (!arena) return true;
	*style = (Style){
	    .before = arena_copy_n(arena, naming, (size_t)(table - naming)),
	    .between = arena_copy_n(arena, between, (size_t)(cols - between)),
	    .after = cols + strlen(cols_word),
	};
	style->joiner = strcmp(style->between, "_on_") == 0 ? "_and_" : "_"; /* Rails */
	return true;
}

bool index_naming_valid(const char *naming) {
	enum { MOST_AROUND = 30 };
	return is_free(naming) || (strlen(naming) <= MOST_AROUND && utf8_valid(naming, strlen(naming)) && naming_read(NULL, naming, NULL));
}

static const char *column_words(Arena *arena, const IndexAdvice *index, const char *joiner) {
	const char *words = "";
	for (size_t i = 0; i < index->column_count && strlen(words) < INDEX_NAME_BYTES; i++) {
		IndexKey key = index_key_read(arena, index->columns[i]);
		words = arena_printf(arena, "%s%s%s", words, i ? joiner : "", index_key_word(arena, &key));
	}
	return words;
}

/* The longest front of text within `bytes` that ends at a character's end. */
static size_t clip(const char *text, size_t bytes) {
	size_t at = 0;
	while (text[at]) {
		uint32_t point;
		size_t step = utf8_decode(text + at, strlen(text + at), &point);
		if (at + step > bytes) break;
		at += step;
	}
	return at;
}

/* As PostgreSQL does it: the longer of table and columns gives way. */
static const char *in_bounds(Arena *arena, const Style *style, const char *table, const char *words, const char *number) {
	size_t table_room = strlen(table), words_room = strlen(words);
	size_t frame = strlen(style->before) + strlen(style->between) + strlen(style->after) + strlen(number);
	while (table_room + words_room + frame > INDEX_NAME_BYTES) {
		if (table_room > words_room) table_room--;
		else words_room--;
	}
	return arena_printf(arena, "%s%.*s%s%.*s%s%s", style->before, (int)clip(table, table_room), table, style->between,
	                    (int)clip(words, words_room), words, style->after, number);
}

bool index_name_taken(const Facts *facts, const char *schema, const char *name) {
	for (size_t i = 0; facts && i < facts->tables.count; i++) {
		const TableFacts *table = &facts->tables.items[i];
		if (schema && table->schema && strcmp(schema, table->schema) != 0) continue;
		if (strcmp(table->name, name) == 0) return true;
		for (size_t k = 0; k < table->indexes.count; k++)
			if (strcmp(table->indexes.items[k].name, name) == 0) return true;
	}
	return false;
}

const char *index_name_in(Arena *arena, const char *naming, const Facts *facts, const IndexAdvice *index, int number) {
	Style wanted = styles[0];
	bool told = !is_free(naming) && naming_read(arena, naming, &wanted);
	const Style *style = told ? &wanted : style_of(facts, table_facts(facts, index->schema, index->table));
	const char *words = column_words(arena, index, style->joiner), *name;
	do {
		name = in_bounds(arena, style, index->table, words, number ? arena_printf(arena, "%d", number) : "");
		number++;
	} while (index_name_taken(facts, index->schema, name));
	return name;
}

const char *index_name(Arena *arena, const Facts *facts, const IndexAdvice *index, int number) {
	return index_name_in(arena, "auto", facts, index, number);
}

/* ---- different indexes of one name ---- */

typedef LIST(const IndexAdvice *) IndexList;

static bool called_like_another(const IndexList *seen, const IndexAdvice *index) {
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->items[i]->name, index->name) == 0 && !index_same(seen->items[i], index)) return true;
	return false;
}

/* Different indexes of one name (partial and not, say) get different numbers. */
static void tell_apart(Arena *arena, const char *naming, const Facts *facts, IndexList *seen, IndexAdvice *index) {
	if (!is_free(naming)) index->name = index_name_in(arena, naming, facts, index, 0);
	for (int number = 1; called_like_another(seen, index); number++)
		index->name = index_name_in(arena, naming, facts, index, number);
	*list_push(arena, seen) = index;
}

void index_names_apart(Arena *arena, const char *naming, const Facts *facts, FindingList *findings) {
	IndexList seen = {0};
	for (size_t i = 0; i < findings->count; i++) {
		Finding *finding = &findings->items[i];
		for (size_t k = 0; k < finding->indexes.count; k++)
			tell_apart(arena, naming, facts, &seen, &finding->indexes.items[k]);
		for (size_t k = 0; k < finding->alternatives.count; k++)
			tell_apart(arena, naming, facts, &seen, &finding->alternatives.items[k]);
		if (finding->indexes.count)
			finding_set_indexes(arena, finding, finding->indexes.items, finding->indexes.count);
	}
}
