/* repair.c: a statement with $1 for its values, told in a way the server can plan. */
#include "pg/repair.h"

#include <stdint.h>
#include <stdlib.h>

#include "sql/statement.h"
#include "sql/type.h"

/* The server names one of them at a time. */
enum { MOST_UNDETERMINED = 64 };

/* The words of a text, comments left out, and what becomes of each. */
typedef struct Wording {
	Arena *arena;
	const char *text;
	TokenList tokens;
} Wording;

static Wording words_of(Arena *arena, const char *text) {
	Wording words = {.arena = arena, .text = text};
	TokenList all = strlen(text) <= STATEMENT_MAX_BYTES ? sql_tokens(arena, text) : (TokenList){0};
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].kind != TOKEN_COMMENT) *list_push(arena, &words.tokens) = all.items[i];
	return words;
}

static bool is_word(const Wording *words, size_t at, const char *word) {
	return at < words->tokens.count && token_is(words->text, words->tokens.items[at], word);
}

/* The n of $n; 0: no parameter. */
static size_t parameter_at(const Wording *words, size_t at) {
	if (at >= words->tokens.count || words->tokens.items[at].kind != TOKEN_PARAMETER) return 0;
	long number = strtol(words->text + words->tokens.items[at].span.start + 1, NULL, 10);
	return number > 0 && number <= UINT16_MAX ? (size_t)number : 0; /* the protocol counts parameters in 16 bits */
}

static void note(Arena *arena, Repair *repair, const char *sentence) {
	repair->notes = repair->notes ? arena_printf(arena, "%s %s", repair->notes, sentence) : sentence;
}

/* A parameter that is not in the text (any more) still counts: it needs a type nobody has to infer. */
static void declare_absent(Arena *arena, Repair *repair) {
	Wording words = words_of(arena, repair->text);
	bool *there = ARENA_ARRAY(arena, bool, repair->param_count + 1);
	for (size_t i = 0; i < words.tokens.count; i++) there[parameter_at(&words, i)] = true;
	for (size_t n = 1; words.tokens.count && n <= repair->param_count; n++)
		if (!there[n]) repair->types[n - 1] = "text";
}

Repair repair_begin(Arena *arena, const char *text, size_t param_count) {
	Wording words = words_of(arena, text);
	Repair repair = {.text = text, .param_count = param_count};
	for (size_t i = 0; i < words.tokens.count; i++)
		if (parameter_at(&words, i) > repair.param_count) repair.param_count = parameter_at(&words, i);
	repair.types = ARENA_ARRAY(arena, const char *, repair.param_count);
	declare_absent(arena, &repair);
	return repair;
}

/* ---- 42601: what was a literal with its type in front ---- */

/* `($1)`, `($1, $2)` behind a type: the words it takes, 0: it is not there. */
static size_t modifier_words(const Wording *words, size_t at) {
	if (!is_word(words, at, "(") || !parameter_at(words, at + 1)) return 0;
	if (is_word(words, at + 2, ")")) return 3;
	return is_word(words, at + 2, ",") && parameter_at(words, at + 3) && is_word(words, at + 4, ")") ? 5 : 0;
}

/* The text so far, and from where on the old one is still to be copied. */
typedef struct Edit {
	Str out;
	size_t copied;
	bool changed;
} Edit;

static void keep_until(const Wording *words, Edit *edit, size_t byte) {
	str_add_n(&edit->out, words->text + edit->copied, byte - edit->copied);
	edit->copied = byte;
}

/* Wording [from, to) go. */
static void leave_out(const Wording *words, Edit *edit, size_t from, size_t to) {
	keep_until(words, edit, words->tokens.items[from].span.start);
	edit->copied = words->tokens.items[to - 1].span.end;
	edit->changed = true;
}

static void add_words(const Wording *words, Edit *edit, size_t from, size_t to) {
	size_t start = words->tokens.items[from].span.start;
	str_add_n(&edit->out, words->text + start, words->tokens.items[to - 1].span.end - start);
}

/* One place; returns the word to go on with. */
static size_t mend_literal(const Wording *words, Edit *edit, size_t at) {
	size_t count = type_words(words->text, &words->tokens, at);
	bool named = count && (is_word(words, at - 1, "::") || is_word(words, at - 1, "as"));
	size_t modifier = modifier_words(words, at + count);
	if (named && modifier) { /* x::varchar($1) -> x::varchar */
		leave_out(words, edit, at + count, at + count + modifier);
		return at + count + modifier;
	}
	if (count && !named && parameter_at(words, at + count)) { /* interval $1 -> $1::interval */
		leave_out(words, edit, at, at + count + 1);
		add_words(words, edit, at + count, at + count + 1);
		str_add(&edit->out, "::");
		add_words(words, edit, at, at + count);
		return at + count + 1;
	}
	if (is_word(words, at, "extract") && is_word(words, at + 1, "(") && parameter_at(words, at + 2)) {
		leave_out(words, edit, at + 2, at + 3);
		str_add(&edit->out, "epoch");
		return at + 3;
	}
	return at + 1;
}

static bool mend_literals(Arena *arena, Repair *repair, const Wording *words, size_t at) {
	(void)at;
	Edit edit = {.out = STR_INIT};
	for (size_t i = 0; i < words->tokens.count;) i = mend_literal(words, &edit, i);
	if (edit.changed) {
		keep_until(words, &edit, strlen(words->text));
		repair->text = arena_copy_n(arena, edit.out.text, edit.out.len);
		note(arena, repair, "Literals whose constants were taken out were written as casts.");
	}
	str_release(&edit.out);
	return edit.changed;
}

/* ---- types nobody can infer ---- */

static bool declare(Arena *arena, Repair *repair, size_t n, const char *type) {
	if (!n || n > repair->param_count || repair->types[n - 1]) return false;
	repair->types[n - 1] = type;
	note(arena, repair, arena_printf(arena, "$%zu was taken for %s.", n, type));
	return true;
}

/* 42883, operator does not exist: `ts > now() - $1` is read as the difference of two times. */
static bool mend_differences(Arena *arena, Repair *repair, const Wording *words, size_t at) {
	(void)at;
	bool changed = false;
	for (size_t i = 0; i + 1 < words->tokens.count; i++)
		if (is_word(words, i, "-") || is_word(words, i, "+"))
			changed = declare(arena, repair, parameter_at(words, i + 1), "interval") || changed;
	return changed;
}

/* 42725, not unique: `$1 + $2`, `generate_series($1, $2)`; the server points at the operator or the function. */
static bool mend_ambiguity(Arena *arena, Repair *repair, const Wording *words, size_t at) {
	bool changed = false;
	if (at >= words->tokens.count) return false;
	if (!is_word(words, at + 1, "(")) {
		changed = at > 0 && declare(arena, repair, parameter_at(words, at - 1), "integer");
		return declare(arena, repair, parameter_at(words, at + 1), "integer") || changed;
	}
	int depth = 0;
	for (size_t i = at + 1; i < words->tokens.count; i++) {
		if (is_word(words, i, "(")) depth++;
		if (is_word(words, i, ")") && --depth == 0) break;
		changed = declare(arena, repair, parameter_at(words, i), "integer") || changed;
	}
	return changed;
}

static const struct {
	const char *sqlstate;
	bool (*mend)(Arena *arena, Repair *repair, const Wording *words, size_t at);
} remedies[] = {
	{"42601", mend_literals},
	{"42883", mend_differences},
	{"42725", mend_ambiguity},
};

/* The word the server points at: positions count characters from 1; past the end when it points at none. */
static size_t word_at(const Wording *words, long position) {
	size_t byte = 0;
	if (position <= 0) return words->tokens.count;
	for (long characters = 1; characters < position && words->text[byte]; characters++) {
		byte++;
		while (((unsigned char)words->text[byte] & 0xC0) == 0x80) byte++;
	}
	size_t at = 0;
	while (at < words->tokens.count && words->tokens.items[at].span.end <= byte) at++;
	return at;
}

/* 42P18, "could not determine data type of parameter $1", in whatever language. */
static bool mend_undetermined(Arena *arena, Repair *repair, Err *refusal) {
	const char *dollar = strchr(refusal->message.text, '$');
	size_t n = dollar ? (size_t)strtoul(dollar + 1, NULL, 10) : 0;
	if (n && repair->undetermined == MOST_UNDETERMINED) {
		err_hint(refusal, "Write its type into the statement, as in $%zu::integer.", n);
		return false;
	}
	repair->undetermined++;
	return declare(arena, repair, n, "text");
}

bool repair_after(Arena *arena, Repair *repair, Err *refusal) {
	if (strcmp(refusal->sqlstate, "42P18") == 0) return mend_undetermined(arena, repair, refusal);
	Wording words = words_of(arena, repair->text);
	for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++) {
		if (strcmp(refusal->sqlstate, remedies[i].sqlstate) != 0) continue;
		if (!remedies[i].mend(arena, repair, &words, word_at(&words, refusal->position))) return false;
		declare_absent(arena, repair);
		return true;
	}
	return false;
}

const char *repair_prepare_sql(Arena *arena, const Repair *repair, const char *name, long *prefix_chars) {
	Str sql = STR_INIT;
	bool declared = false;
	for (size_t i = 0; i < repair->param_count; i++) declared = declared || repair->types[i];
	str_printf(&sql, "PREPARE %s ", name);
	for (size_t i = 0; declared && i < repair->param_count; i++)
		str_printf(&sql, "%s%s", i ? ", " : "(", repair->types[i] ? repair->types[i] : "unknown");
	str_add(&sql, declared ? ") AS " : "AS ");
	*prefix_chars = (long)sql.len;
	str_add(&sql, repair->text);
	const char *text = arena_copy_n(arena, sql.text, sql.len);
	str_release(&sql);
	return text;
}

const char *repair_doubts(Arena *arena, const char *text) {
	Wording words = words_of(arena, text);
	bool limit = false;
	for (size_t i = 0; i < words.tokens.count && !limit; i++) limit = is_word(&words, i, "limit") && parameter_at(&words, i + 1);
	bool squashed = strstr(text, "/*, ... */") != NULL;
	const char *tenth = "LIMIT is planned as if a tenth of the rows were wanted.";
	const char *single = "IN (…) is planned as if its list had one element.";
	if (limit && squashed) return arena_printf(arena, "%s %s", tenth, single);
	return limit ? tenth : squashed ? single : NULL;
}
