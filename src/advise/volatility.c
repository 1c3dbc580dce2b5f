/* volatility.c: what comes out different when it is computed again, or under other settings. */
#include "advise/volatility.h"

#include <ctype.h>

#include "sql/function.h"

const char *statement_volatile_function(const Statement *statement, const Facts *facts) {
	for (size_t i = 0; i < statement->functions.count; i++) {
		const char *name = statement->functions.items[i].name;
		const FunctionFacts *function = function_facts(facts, name);
		if (function ? function->volatility == 'v' : function_trait(name) == FUNCTION_VOLATILE) return name;
	}
	return NULL;
}

/* ---- may it stand in an index ---- */

/* Among words with blanks between and around them. */
static bool listed(const char *words, const char *word) {
	size_t length = strlen(word);
	for (const char *at = words; length && (at = strstr(at, word)); at++)
		if (at > words && at[-1] == ' ' && at[length] == ' ') return true;
	return false;
}

static Immutable immutable_function(const Facts *facts, const char *name, bool with_zone) {
	static const char always[] = " abs ascii btrim ceil ceiling char_length character_length coalesce floor greatest "
				     "initcap jsonb_array_length jsonb_extract_path_text least left length lower lpad ltrim "
				     "md5 mod nullif octet_length regexp_replace repeat replace reverse right round rpad "
				     "rtrim sha256 split_part strpos substr substring timezone translate trim trunc upper ";
	static const char without_zone[] = " date date_part date_trunc extract ";
	static const char never[] = " age concat concat_ws format now random to_char to_date to_number to_timestamp "
				    "unaccent ";
	if (listed(always, name)) return IMMUTABLE_YES;
	if (listed(without_zone, name)) return with_zone ? IMMUTABLE_NO : IMMUTABLE_YES;
	if (listed(never, name)) return IMMUTABLE_NO;
	const FunctionFacts *function = function_facts(facts, name);
	return !function ? IMMUTABLE_UNKNOWN : function->volatility == 'i' ? IMMUTABLE_YES : IMMUTABLE_NO;
}

/* Casts between times and text depend on settings; so do those from text to times. */
static Immutable immutable_cast(const char *type, bool time_column, bool with_zone) {
	if (listed(" integer bigint smallint numeric boolean uuid double real int int4 int8 jsonb bytea ", type))
		return IMMUTABLE_YES;
	if (listed(" text character varchar ", type)) return time_column ? IMMUTABLE_NO : IMMUTABLE_YES;
	if (listed(" date timestamp time ", type)) return time_column && !with_zone ? IMMUTABLE_YES : IMMUTABLE_NO;
	return IMMUTABLE_UNKNOWN;
}

static const char *folded(Arena *arena, const char *text, Span span) {
	char *word = arena_copy_n(arena, text + span.start, span.end - span.start);
	for (char *at = word; *at; at++) *at = (char)tolower((unsigned char)*at);
	return word;
}

static Immutable weaker(Immutable one, Immutable other) {
	if (one == IMMUTABLE_NO || other == IMMUTABLE_NO) return IMMUTABLE_NO;
	return one == IMMUTABLE_UNKNOWN || other == IMMUTABLE_UNKNOWN ? IMMUTABLE_UNKNOWN : IMMUTABLE_YES;
}

Immutable operand_immutable(Arena *arena, const Facts *facts, const TableFacts *table, const Operand *operand) {
	const char *text = operand->exact_key;
	if (!text) return IMMUTABLE_NO;
	bool time_column = false, with_zone = false;
	for (size_t i = 0; i < operand->column_count; i++) {
		const ColumnFacts *column = column_facts(table, operand->columns[i].column);
		const char *type = column && column->type ? column->type : "";
		time_column = time_column || strncmp(type, "date", 4) == 0 || strncmp(type, "time", 4) == 0;
		with_zone = with_zone || strstr(type, "with time zone") || !column;
	}
	/* timezone('UTC', ts) turns a moment into a time of day in one place: from there on nothing depends on settings. */
	if (with_zone && strstr(text, "AT TIME ZONE '")) with_zone = false;
	TokenList tokens = sql_tokens(arena, text);
	Immutable result = time_column && with_zone && (operand->function && strchr("+-", *operand->function))
	                       ? IMMUTABLE_NO
	                       : IMMUTABLE_YES;
	for (size_t i = 0; i + 1 < tokens.count; i++) {
		const char *word = folded(arena, text, tokens.items[i].span);
		bool call = text[tokens.items[i + 1].span.start] == '(' && (isalpha((unsigned char)*word) || *word == '_');
		bool after_cast = i && token_is(text, tokens.items[i - 1], "::");
		if (call && !after_cast && !listed(" and or not in any when then else case ", word))
			result = weaker(result, immutable_function(facts, word, with_zone));
		if (strcmp(word, "::") == 0) /* a literal's label is no cast */
			result = i && tokens.items[i - 1].kind == TOKEN_STRING
			             ? result
			             : weaker(result, immutable_cast(folded(arena, text, tokens.items[i + 1].span),
			                                             time_column, with_zone));
	}
	return result;
}
