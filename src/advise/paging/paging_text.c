/* paging_text.c: the texts of a statement that pages. */
#include "advise/paging_text.h"

#include "advise/index_key.h"
#include "sql/clause.h"
#include "sql/edit.h"

enum { PARTS_MOST = 10 }; /* two keys that may be null, and an id; more are nothing to read */

static const QueryBlock *block_of(const PagedText *text) {
	return &text->statement->blocks.items[0];
}

static const char *direction(Arena *arena, const PagingKey *key) {
	const char *nulls = key->nulls_first == key->descending ? "" : key->nulls_first ? " NULLS FIRST" : " NULLS LAST";
	return arena_printf(arena, "%s%s", key->descending ? " DESC" : "", nulls);
}

/* ", id DESC": what ORDER BY lacks; "" nothing. */
static const char *tie_breakers(const PagedText *text) {
	const char *more = "";
	for (size_t i = 0; i < text->keys->count; i++) {
		const PagingKey *key = &text->keys->items[i];
		if (key->added) more = arena_printf(text->arena, "%s, %s%s", more, key->text, direction(text->arena, key));
	}
	return more;
}

/* ---- the clauses of one page ---- */

typedef struct Page {
	const PagedText *text;
	const char *source; /* the user's words */
	TokenList words;
	EditList edits; /* in the order of the clauses */
} Page;

static Page page_of(const PagedText *text) {
	const char *source = text->statement->text;
	return (Page){.text = text, .source = source, .words = sql_words(text->arena, source)};
}

static void put(Page *page, size_t start, size_t end, const char *words) {
	*list_push(page->text->arena, &page->edits) = (Edit){{start, end}, words};
}

static bool holds_or(const PredicateList *where) {
	for (size_t i = 0; i < where->count; i++)
		if (where->items[i].kind == PREDICATE_OR) return true;
	return false;
}

static bool has_where(const QueryBlock *block) {
	return block->where_span.end > block->where_span.start;
}

static void add_condition(Page *page, const char *condition) {
	const QueryBlock *block = block_of(page->text);
	Arena *arena = page->text->arena;
	size_t end = words_end(&page->words, block->where_goes);
	if (!has_where(block)) {
		put(page, end, end, arena_printf(arena, " WHERE %s", condition));
		return;
	}
	bool either = holds_or(&block->where);
	size_t begin = words_start(&page->words, block->where_span.start + strlen("where"));
	if (either) put(page, begin, begin, "(");
	put(page, end, end, arena_printf(arena, "%s AND %s", either ? ")" : "", condition));
}

static void break_ties(Page *page) {
	size_t end = words_end(&page->words, block_of(page->text)->order_span.end);
	put(page, end, end, tie_breakers(page->text));
}

static void drop(Page *page, Span span) {
	if (span.end <= span.start) return;
	span = span_with_blanks(page->source, span);
	put(page, span.start, span.end, "");
}

static const char *finished(const Page *page) {
	return text_edited(page->text->arena, page->source, &page->edits);
}

const char *paging_first_page(const PagedText *text) {
	Page page = page_of(text);
	break_ties(&page);
	drop(&page, block_of(text)->offset_span);
	return finished(&page);
}

/* ---- the page that OFFSET returns, and the row before it ---- */

const char *paging_ordered(const PagedText *text) {
	Page page = page_of(text);
	break_ties(&page);
	return finished(&page);
}

/* The word FROM of the outermost query, but not that of IS DISTINCT FROM; words.count: there is none. */
static size_t find_from(const Page *page) {
	size_t from = clause_verb(page->source, &page->words, 0);
	do from = words_find(page->source, &page->words, from + 1, page->words.count, "from");
	while (from < page->words.count && tokens_have(page->source, &page->words, from - 1, "distinct"));
	return from;
}

/* With names of their own: those of columns ORDER BY might take for something else. */
static const char *key_columns(const PagedText *text) {
	const char *columns = "";
	for (size_t i = 0; i < text->keys->count; i++)
		columns = arena_printf(text->arena, "%s, %s AS pgwhy_key_%zu", columns, text->keys->items[i].text, i + 1);
	return columns;
}

/* Pages WITH TIES end elsewhere than OFFSET thinks. */
const char *paging_last_row(const PagedText *text) {
	const QueryBlock *block = block_of(text);
	Page page = page_of(text);
	size_t from = find_from(&page);
	if (from >= page.words.count || !block->output.count || !block->offset || block->with_ties) return NULL;
	size_t list_end = page.words.items[from - 1].span.end;
	put(&page, list_end, list_end, key_columns(text));
	break_ties(&page);
	Span limit = block->limit_span, offset = block->offset_span;
	bool limit_first = limit.start < offset.start;
	if (limit_first) drop(&page, limit);
	put(&page, offset.start, offset.end, arena_printf(text->arena, "LIMIT 1 OFFSET ((%s) - 1)", block->offset));
	if (!limit_first) drop(&page, limit);
	return finished(&page);
}

/* ---- ORDER BY turned round ---- */

PagingKeys paging_keys_turned(Arena *arena, const PagingKeys *keys) {
	PagingKeys turned = *keys;
	turned.items = ARENA_ARRAY(arena, PagingKey, keys->count);
	for (size_t i = 0; i < keys->count; i++) {
		turned.items[i] = keys->items[i];
		turned.items[i].descending = !keys->items[i].descending;
		turned.items[i].nulls_first = !keys->items[i].nulls_first;
	}
	return turned;
}

/* Up to the comma that ends the sort key which begins at `from`, or to `end`. */
static size_t key_end(const Page *page, size_t from, size_t end) {
	size_t depth = 0;
	for (; from < end; from++) {
		if (!depth && tokens_have(page->source, &page->words, from, ",")) break;
		if (tokens_have(page->source, &page->words, from, "(") || tokens_have(page->source, &page->words, from, "[")) depth++;
		if (tokens_have(page->source, &page->words, from, ")") || tokens_have(page->source, &page->words, from, "]")) depth--;
	}
	return from;
}

/* Without the words that tell its direction. */
static size_t expression_end(const Page *page, size_t from, size_t end) {
	const char *source = page->source;
	bool nulls = end > from + 2 && tokens_have(source, &page->words, end - 2, "nulls") &&
	             (tokens_have(source, &page->words, end - 1, "first") || tokens_have(source, &page->words, end - 1, "last"));
	if (nulls) end -= 2;
	bool way = end > from + 1 && (tokens_have(source, &page->words, end - 1, "asc") || tokens_have(source, &page->words, end - 1, "desc"));
	return way ? end - 1 : end;
}

static size_t word_at(const TokenList *words, size_t place) {
	size_t nth = 0;
	while (nth < words->count && words->items[nth].span.start < place) nth++;
	return nth;
}

/* The page's keys are turned ones. False: the words do not tell how. */
static bool turn_order(Page *page) {
	Span order = block_of(page->text)->order_span;
	size_t from = word_at(&page->words, order.start) + 2, end = word_at(&page->words, order.end), nth = 0;
	for (size_t last = 0; from < end; from = last + 1, nth++) {
		last = key_end(page, from, end);
		if (last == from || nth >= page->text->keys->count || page->text->keys->items[nth].added) return false;
		if (words_find(page->source, &page->words, from, last, "using") < last) return false;
		size_t behind = page->words.items[expression_end(page, from, last) - 1].span.end;
		put(page, behind, page->words.items[last - 1].span.end, direction(page->text->arena, &page->text->keys->items[nth]));
	}
	bool all = nth == page->text->keys->count || page->text->keys->items[nth].added;
	break_ties(page);
	return all;
}

/* ---- the rows behind one, or before it ---- */

static const char *limited_page(const PagedText *text, const char *condition, bool turned) {
	Page page = page_of(text);
	add_condition(&page, condition);
	if (turned && !turn_order(&page)) return NULL;
	if (!turned) break_ties(&page);
	drop(&page, block_of(text)->offset_span);
	return finished(&page);
}

static bool gives_key(const QueryBlock *block, const Operand *output, const PagingKey *key) {
	if (output->text && strcmp(output->text, key->text) == 0) return true;
	if (!key->column || output->kind != OPERAND_COLUMN || strcmp(output->name.column, key->column) != 0) return false;
	const char *qualifier = output->name.qualifier;
	return !qualifier || block->tables.count == 1 || strncmp(key->text, qualifier, strlen(qualifier)) == 0;
}

/* How ORDER BY around the statement names a key: its place in the select list, or its name behind a star over one table. */
static const char *output_name(Arena *arena, const QueryBlock *block, const PagingKey *key) {
	for (size_t i = 0; i < block->output.count; i++) {
		const Operand *output = &block->output.items[i];
		bool star = output->kind == OPERAND_OTHER && output->text && strchr(output->text, '*');
		bool only = key->column && block->output.count == 1 && block->sources == 1;
		if (star) return only ? sql_identifier(arena, key->column) : NULL;
		if (gives_key(block, output, key)) return arena_printf(arena, "%zu", i + 1);
	}
	return NULL;
}

/* NULL: the select list does not hold all keys. */
static const char *outer_order(const PagedText *text, const PagingKeys *keys) {
	const char *order = "";
	for (size_t i = 0; i < keys->count; i++) {
		const char *name = output_name(text->arena, block_of(text), &keys->items[i]);
		if (!name) return NULL;
		order = arena_printf(text->arena, "%s%s%s%s", order, i ? ", " : "", name, direction(text->arena, &keys->items[i]));
	}
	return order;
}

/* Each part is a range of the index, so none skips rows. */
static const char *union_of_parts(const PagedText *text, const PagingCondition *condition, bool turned) {
	const QueryBlock *block = block_of(text);
	Arena *arena = text->arena;
	bool possible = condition->parts.count && condition->parts.count <= PARTS_MOST && block->limit && !text->statement->locks_rows;
	const char *order = possible ? outer_order(text, text->keys) : NULL, *all = NULL;
	for (size_t i = 0; order && i < condition->parts.count; i++) {
		const char *part = limited_page(text, condition->parts.items[i], turned);
		if (!part) return NULL;
		all = all ? arena_printf(arena, "%s\nUNION ALL\n(%s\n)", all, part) : arena_printf(arena, "(%s\n)", part);
	}
	if (!all) return NULL;
	const char *limit = block->with_ties ? arena_printf(arena, "FETCH FIRST (%s) ROWS WITH TIES", block->limit)
	                                     : arena_printf(arena, "LIMIT %s", block->limit);
	return arena_printf(arena, "%s\nORDER BY %s\n%s", all, order, limit);
}

const char *paging_next_page(const PagedText *text, const PagingCondition *condition, bool *in_parts) {
	const char *parts = union_of_parts(text, condition, false);
	*in_parts = parts != NULL;
	return parts ? parts : limited_page(text, condition->rows, false);
}

const char *paging_page_before(const PagedText *text, const PagingKeys *turned, const PagingCondition *condition, bool *reversed) {
	PagedText back = {text->arena, text->statement, turned};
	if (!block_of(text)->limit) return NULL;
	const char *parts = union_of_parts(&back, condition, true), *order = outer_order(text, text->keys);
	const char *rows = parts ? parts : limited_page(&back, condition->rows, true);
	*reversed = !order;
	return rows && order ? arena_printf(text->arena, "SELECT * FROM (\n%s\n) AS page\nORDER BY %s", rows, order) : rows;
}

/* ---- any page by its number ---- */

/* The words of FROM when they name one table and nothing else; an empty span when not. */
static Span only_table(const Page *page) {
	static const char *const others[] = {",", "(", "join", "tablesample", NULL};
	size_t verb = words_find(page->source, &page->words, 0, page->words.count, "select");
	size_t from = words_find(page->source, &page->words, verb, page->words.count, "from");
	size_t end = word_at(&page->words, words_end(&page->words, has_where(block_of(page->text)) ? block_of(page->text)->where_span.start
	                                                                                           : block_of(page->text)->where_goes));
	if (verb || from >= end || tokens_have(page->source, &page->words, from - 1, "distinct")) return (Span){0};
	for (size_t i = from; i < end; i++)
		if (tokens_have_any(page->source, &page->words, i, others)) return (Span){0};
	return (Span){page->words.items[from].span.start, page->words.items[end - 1].span.end};
}

static const char *joined_names(Arena *arena, const IndexFacts *key) {
	const char *names = "";
	for (size_t i = 0; i < key->key_count; i++) {
		const char *column = index_key_read(arena, key->keys[i]).column;
		names = arena_printf(arena, "%s%s%s", names, i ? ", " : "", sql_identifier(arena, column));
	}
	return names;
}

/* `SELECT id FROM … WHERE … ORDER BY … LIMIT … OFFSET …`, the order by the keys' own words: places and output names have no
 * meaning there. */
static const char *keys_of_page(const Page *page, const char *names, Span from) {
	const PagedText *text = page->text;
	const QueryBlock *block = block_of(text);
	Arena *arena = text->arena;
	const char *where = has_where(block) ? span_text(arena, page->source, block->where_span) : "", *order = "";
	for (size_t i = 0; i < text->keys->count; i++)
		order = arena_printf(arena, "%s%s%s%s", order, i ? ", " : "", text->keys->items[i].text, direction(arena, &text->keys->items[i]));
	return arena_printf(arena, "SELECT %s %s%s%s ORDER BY %s LIMIT %s OFFSET %s", names, span_text(arena, page->source, from), *where ? " " : "",
	                    where, order, block->limit, block->offset);
}

static const TableFacts *table_of(const PagingKeys *keys) {
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i].table) return keys->items[i].table;
	return NULL;
}

const char *paging_page_by_number(const PagedText *text) {
	const QueryBlock *block = block_of(text);
	Page page = page_of(text);
	Arena *arena = text->arena;
	Span from = only_table(&page);
	const IndexFacts *key = block->tables.count == 1 ? table_unique_key(arena, table_of(text->keys)) : NULL;
	if (!key || !from.end || !block->limit || block->with_ties || block->distinct || block->aggregates || text->statement->locks_rows) return NULL;
	const char *names = joined_names(arena, key);
	const char *side = key->key_count > 1 ? arena_printf(arena, "(%s)", names) : names;
	const char *found = arena_printf(arena, "WHERE %s IN (\n%s\n)", side, keys_of_page(&page, names, from));
	size_t end = words_end(&page.words, block->where_goes);
	if (has_where(block)) put(&page, block->where_span.start, end, found);
	else put(&page, end, end, arena_printf(arena, " %s", found));
	break_ties(&page);
	Span limit = block->limit_span, offset = block->offset_span;
	drop(&page, limit.start < offset.start ? limit : offset);
	drop(&page, limit.start < offset.start ? offset : limit);
	return finished(&page);
}
