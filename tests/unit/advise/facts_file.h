/* facts_file.h: a server's catalog as a readable file, for tests.
 *
 *     version = 150000
 *     hash_mem_multiplier = 2
 *     work_mem_kb = 4096
 *     [public.orders]
 *     rows = 1000000
 *     pages = 15411
 *     partitioned by = RANGE (created_at)
 *     column status = text; not null; distinct 4; nulls 0.1; width 5; correlation 0.7; top 0.85; top value done
 *     index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary
 *     foreign key orders_customer_id_fkey = customer_id, shop_id; refers customers; indexed
 *     function slugify = immutable
 *
 * What is not written is unknown. Included by test programs: a unit test is one file, so its functions are static. */
#ifndef PGWHY_TESTS_FACTS_FILE_H
#define PGWHY_TESTS_FACTS_FILE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/facts.h"
#include "base/config.h"

/* A whole file; NULL when it cannot be opened. */
static inline char *file_text(Arena *arena, const char *path) {
	FILE *file = fopen(path, "rb");
	if (!file) return NULL;
	Str text = STR_INIT;
	for (int byte; (byte = getc(file)) != EOF;) str_add_char(&text, (char)byte);
	fclose(file);
	char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

/* The next piece of a "; " list, taken off the front. */
static const char *facts_piece(Arena *arena, const char **rest) {
	if (!*rest || !**rest) return NULL;
	const char *end = strstr(*rest, "; ");
	const char *piece = end ? arena_copy_n(arena, *rest, (size_t)(end - *rest)) : *rest;
	*rest = end ? end + 2 : "";
	return piece;
}

static bool facts_word(const char *piece, const char *word, double *value) {
	size_t length = strlen(word);
	if (strncmp(piece, word, length) != 0 || piece[length] != ' ') return false;
	*value = strtod(piece + length, NULL);
	return true;
}

static void facts_add_column(Arena *arena, TableFacts *table, const char *name, const char *value) {
	ColumnFacts column = {.name = name, .type = facts_piece(arena, &value), .distinct = NAN, .null_share = 0, .width_bytes = NAN, .correlation = NAN, .top_share = NAN, .rare_share = NAN};
	for (const char *piece; (piece = facts_piece(arena, &value));) {
		if (strcmp(piece, "not null") == 0) column.not_null = true;
		else if (strncmp(piece, "top value ", 10) == 0) column.top_value = piece + 10;
		else if (strncmp(piece, "middle value ", 13) == 0) column.middle_value = piece + 13;
		else if (strncmp(piece, "rare value ", 11) == 0) column.rare_value = piece + 11;
		else if (strncmp(piece, "low value ", 10) == 0) column.low_value = piece + 10;
		else if (strncmp(piece, "high value ", 11) == 0) column.high_value = piece + 11;
		else if (facts_word(piece, "distinct", &column.distinct) || facts_word(piece, "nulls", &column.null_share) ||
		         facts_word(piece, "width", &column.width_bytes) || facts_word(piece, "correlation", &column.correlation) ||
		         facts_word(piece, "top", &column.top_share) || facts_word(piece, "rare", &column.rare_share))
			continue;
	}
	*list_push(arena, &table->columns) = column;
}

/* The texts between commas of a parenthesis, which is taken off the front of *text. */
static const char *const *facts_list(Arena *arena, const char **text, size_t *count) {
	LIST(const char *) list = {0};
	const char *start = ++*text;
	for (int depth = 1; depth; ++*text) {
		depth += (**text == '(') - (**text == ')');
		if (depth && !(depth == 1 && **text == ',')) continue;
		*list_push(arena, &list) = arena_copy_n(arena, start, (size_t)(*text - start));
		start = *text + 1 + (**text == ',');
	}
	*count = list.count;
	return list.items;
}

/* A key as it stands between the commas -> the key itself, its direction and operator class. */
static const char *facts_key(Arena *arena, const char *text, bool *descending, bool *nulls_first, const char **opclass) {
	const char *desc = strstr(text, " DESC"), *nulls = strstr(text, " NULLS ");
	*descending = desc != NULL;
	*nulls_first = nulls ? strstr(nulls, "FIRST") != NULL : *descending;
	const char *end = desc ? desc : nulls ? nulls : text + strlen(text), *last = end;
	while (last > text && last[-1] != ' ' && last[-1] != ')') last--;
	bool named = last > text && last[-1] == ' ' && end - last > 4 && strncmp(end - 4, "_ops", 4) == 0;
	*opclass = named ? arena_copy_n(arena, last, (size_t)(end - last)) : NULL;
	if (named) end = last - 1;
	return arena_copy_n(arena, text, (size_t)(end - text));
}

static void facts_add_index(Arena *arena, TableFacts *table, const char *name, const char *value) {
	IndexFacts index = {.name = name, .definition = facts_piece(arena, &value), .valid = true, .bytes = NAN, .scans = 0};
	for (const char *piece; (piece = facts_piece(arena, &value));) {
		if (strcmp(piece, "primary") == 0) index.primary = index.constraint = true;
		if (strcmp(piece, "constraint") == 0) index.constraint = true;
		if (strcmp(piece, "invalid") == 0) index.valid = false;
	}
	const char *at = strstr(index.definition, " USING ") + strlen(" USING ");
	const char *open = strchr(at, '(');
	index.unique = strncmp(index.definition, "CREATE UNIQUE", 13) == 0;
	index.method = arena_copy_n(arena, at, (size_t)(open - at - 1));
	const char *const *keys = facts_list(arena, &open, &index.key_count);
	const char **names = ARENA_ARRAY(arena, const char *, index.key_count), **opclasses = ARENA_ARRAY(arena, const char *, index.key_count);
	bool *descending = ARENA_ARRAY(arena, bool, index.key_count), *nulls_first = ARENA_ARRAY(arena, bool, index.key_count);
	for (size_t i = 0; i < index.key_count; i++) names[i] = facts_key(arena, keys[i], &descending[i], &nulls_first[i], &opclasses[i]);
	index.keys = names;
	index.opclasses = opclasses;
	index.descending = descending;
	index.nulls_first = nulls_first;
	if (strncmp(open, " INCLUDE (", 10) == 0) {
		open += 9;
		index.include = facts_list(arena, &open, &index.include_count);
	}
	if (strncmp(open, " WHERE ", 7) == 0) index.predicate = open + 7;
	*list_push(arena, &table->indexes) = index;
}

static void facts_add_foreign_key(Arena *arena, Facts *facts, const TableFacts *table, const char *name, const char *value) {
	ForeignKeyFacts key = {.name = name, .schema = table->schema, .table = table->name, .referred = "", .partitioned = table->kind == 'p'};
	const char *list = arena_printf(arena, "(%s)", facts_piece(arena, &value));
	key.columns = facts_list(arena, &list, &key.column_count);
	for (const char *piece; (piece = facts_piece(arena, &value));) {
		if (strncmp(piece, "refers ", 7) == 0) key.referred = piece + 7;
		if (strcmp(piece, "indexed") == 0) key.indexed = true;
	}
	*list_push(arena, &facts->foreign_keys) = key;
}

static TableFacts *facts_table(Arena *arena, Facts *facts, const char *section) {
	const char *dot = strchr(section, '.');
	const char *schema = arena_copy_n(arena, section, (size_t)(dot - section));
	for (size_t i = 0; i < facts->tables.count; i++)
		if (strcmp(facts->tables.items[i].schema, schema) == 0 && strcmp(facts->tables.items[i].name, dot + 1) == 0) return &facts->tables.items[i];
	TableFacts *table = list_push(arena, &facts->tables);
	*table = (TableFacts){.schema = schema, .name = dot + 1, .kind = 'r', .rows = -1, .pages = NAN, .all_visible_pages = NAN, .bytes = NAN, .parallel_workers = NAN,
	                      .live_rows = NAN, .dead_rows = NAN, .modified_since_analyze = NAN, .updates = NAN, .hot_updates = NAN,
	                      .inserts = NAN, .deletes = NAN, .analyzed_at_s = NAN};
	return table;
}

static void facts_set(Arena *arena, Facts *facts, const ConfigEntry *entry) {
	if (strncmp(entry->name, "function ", 9) == 0) {
		*list_push(arena, &facts->functions) = (FunctionFacts){.schema = "public", .name = entry->name + 9, .volatility = *entry->value};
		return;
	}
	TableFacts *table = facts_table(arena, facts, entry->section);
	const struct { const char *name; double *value; } figures[] = {
	    {"rows", &table->rows},       {"pages", &table->pages},     {"visible", &table->all_visible_pages},
	    {"updates", &table->updates}, {"hot_updates", &table->hot_updates}, {"modified", &table->modified_since_analyze}, {"parallel_workers", &table->parallel_workers},
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		if (strcmp(entry->name, figures[i].name) == 0) *figures[i].value = strtod(entry->value, NULL);
	if (strcmp(entry->name, "kind") == 0) table->kind = *entry->value;
	if (strcmp(entry->name, "partitioned by") == 0) table->partition_key = entry->value;
	if (strcmp(entry->name, "temporary") == 0) table->temporary = true;
	if (strcmp(entry->name, "analyzed") == 0 && strcmp(entry->value, "never") != 0) table->analyzed_at_s = 1;
	if (strncmp(entry->name, "column ", 7) == 0) facts_add_column(arena, table, entry->name + 7, entry->value);
	if (strncmp(entry->name, "foreign key ", 12) == 0) facts_add_foreign_key(arena, facts, table, entry->name + 12, entry->value);
	if (strncmp(entry->name, "index ", 6) == 0) facts_add_index(arena, table, entry->name + 6, entry->value);
	table->bytes = table->pages * 8192;
}

static Facts *facts_of_config(Arena *arena, const Config *config) {
	Facts *facts = ARENA_NEW(arena, Facts);
	Server *server = ARENA_NEW(arena, Server);
	const char *version = config_get(config, "", "version");
	server->version = version ? atoi(version) : 150000;
	const char *multiplier = config_get(config, "", "hash_mem_multiplier"), *work_mem = config_get(config, "", "work_mem_kb");
	server->hash_mem_multiplier = multiplier ? strtod(multiplier, NULL) : 0;
	server->work_mem_bytes = work_mem ? 1024 * (int64_t)atoi(work_mem) : 0;
	const char *processes = config_get(config, "", "max_worker_processes"), *workers = config_get(config, "", "max_parallel_workers");
	const char *gather = config_get(config, "", "workers_per_gather");
	server->max_worker_processes = processes ? atoi(processes) : 0;
	server->max_parallel_workers = workers ? atoi(workers) : 0;
	server->workers_per_gather = gather ? atoi(gather) : 0;
	facts->server = server;
	for (size_t i = 0; i < config->count; i++)
		if (*config->entries[i].section) facts_set(arena, facts, &config->entries[i]);
	return facts;
}

/* NULL when there is no such file. */
static inline Facts *facts_read(Arena *arena, const char *path) {
	Config *config = config_read(arena, path, NULL);
	return config ? facts_of_config(arena, config) : NULL;
}

static inline Facts *facts_parse(Arena *arena, const char *text) {
	return facts_of_config(arena, config_parse(arena, "facts", text, NULL));
}

#endif
