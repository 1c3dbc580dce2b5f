/* catalog.c: the catalog queries of src/queries, made to fit a server. */
#include "pg/catalog.h"

#include "sql/predicate.h"

typedef struct Word {
	const char *text;
	size_t len;
} Word;

static bool is_name(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

static Word word_at(const char *text, const char *end) {
	while (text < end && *text == ' ') text++;
	Word word = {.text = text};
	while (text + word.len < end && is_name(text[word.len])) word.len++;
	return word;
}

static const char *find(const char *text, const char *end, const char *mark) {
	size_t len = strlen(mark);
	for (; text + len <= end; text++)
		if (memcmp(text, mark, len) == 0) return text;
	return NULL;
}

static const char *skip_blanks(const char *text, const char *end) {
	while (text < end && (*text == ' ' || *text == '\t')) text++;
	return text;
}

static const char *trimmed_end(const char *start, const char *end) {
	while (end > start && (end[-1] == ' ' || end[-1] == '\t')) end--;
	return end;
}

/* What a line says after `--?`: relation.column, and where the code begins when it follows. */
typedef struct Condition {
	Word relation, column;
	const char *code; /* after the colon; NULL: there is none */
} Condition;

static Condition condition_at(const char *text, const char *end) {
	Condition condition = {.relation = word_at(text, end)};
	const char *dot = condition.relation.text + condition.relation.len;
	if (dot < end && *dot == '.') condition.column = word_at(dot + 1, end);
	const char *colon = condition.column.text ? condition.column.text + condition.column.len : end;
	if (colon < end && *colon == ':') condition.code = colon + 1;
	return condition;
}

static bool holds(Arena *arena, const Server *server, const Condition *condition) {
	if (!server) return !condition->code;
	return server_has_column(server, arena_copy_n(arena, condition->relation.text, condition->relation.len),
	                         arena_copy_n(arena, condition->column.text, condition->column.len));
}

/* The code with the extension's schema written in front of the first word that begins with its name. */
static void add_qualified(Arena *arena, Str *out, const Server *server, const char *start, const char *end, Word extension) {
	const char *name = arena_copy_n(arena, extension.text, extension.len);
	const Extension *found = server ? server_extension(server, name) : NULL;
	const char *at = start;
	while ((at = find(at, end, name)) && at > start && is_name(at[-1])) at++;
	if (found && found->schema && at) {
		str_add_n(out, start, (size_t)(at - start));
		str_printf(out, "%s.", sql_identifier(arena, found->schema));
		start = at;
	}
	str_add_n(out, start, (size_t)(end - start));
}

static void add_line(Arena *arena, Str *out, const Server *server, const char *start, const char *end) {
	start = skip_blanks(start, end);
	const char *mark = find(start, end, "--?");
	if (mark) {
		Condition condition = condition_at(mark + 3, end);
		if (!holds(arena, server, &condition)) return;
		if (mark > start) end = mark;
		else start = skip_blanks(condition.code ? condition.code : end, end);
	} else if (end - start >= 2 && memcmp(start, "--", 2) == 0) {
		return;
	}
	const char *place = find(start, end, "--@");
	const char *code_end = trimmed_end(start, place ? place : end);
	if (code_end == start) return;
	if (place) add_qualified(arena, out, server, start, code_end, word_at(place + 3, end));
	else str_add_n(out, start, (size_t)(code_end - start));
	str_add_char(out, '\n');
}

const char *catalog_fit(Arena *arena, const Server *server, const char *text) {
	Str out = STR_INIT;
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		add_line(arena, &out, server, text, end);
		text = *end ? end + 1 : end;
	}
	const char *fitted = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return fitted;
}

const char *catalog_query(Arena *arena, const Server *server, const char *name, Err *err) {
	const char *text = embedded_text(embedded_queries, arena_printf(arena, "%s.sql", name));
	if (!text) {
		err_set(err, ERR_INPUT, "there is no query \"%s\"", name);
		return NULL;
	}
	return arena_printf(arena, "/* pgwhy: %s */ %s", name, catalog_fit(arena, server, text));
}

const char *const *catalog_copied(Arena *arena, const char *name) {
	static const char mark[] = "\n--= copy, nulls in:";
	const char *text = embedded_text(embedded_queries, arena_printf(arena, "%s.sql", name)), *at = text ? strstr(text, mark) : NULL;
	if (!at) return NULL;
	at += strlen(mark);
	const char *end = at + strcspn(at, "\n");
	LIST(const char *) names = {0};
	for (Word word; (word = word_at(at, end)).len; at = word.text + word.len)
		*list_push(arena, &names) = arena_copy_n(arena, word.text, word.len);
	*list_push(arena, &names) = NULL;
	return names.items;
}

static bool listed(const char *const *names, size_t count, Word word) {
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == word.len && memcmp(names[i], word.text, word.len) == 0) return true;
	return false;
}

const char *catalog_optional_relations(Arena *arena, const Embedded *queries) {
	LIST(const char *) names = {0};
	for (; queries->name; queries++)
		for (const char *mark = queries->text; (mark = strstr(mark, "--?"));) {
			const char *end = mark + strcspn(mark, "\n");
			Word relation = condition_at(mark + 3, end).relation;
			if (!listed(names.items, names.count, relation))
				*list_push(arena, &names) = arena_copy_n(arena, relation.text, relation.len);
			mark = end;
		}
	return catalog_array(arena, names.items, names.count);
}

const char *catalog_array(Arena *arena, const char *const *values, size_t count) {
	Str out = STR_INIT;
	str_add_char(&out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i) str_add_char(&out, ',');
		if (!values[i]) {
			str_add(&out, "NULL");
			continue;
		}
		str_add_char(&out, '"');
		for (const char *byte = values[i]; *byte; byte++) {
			if (*byte == '"' || *byte == '\\') str_add_char(&out, '\\');
			str_add_char(&out, *byte);
		}
		str_add_char(&out, '"');
	}
	str_add_char(&out, '}');
	const char *array = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return array;
}
