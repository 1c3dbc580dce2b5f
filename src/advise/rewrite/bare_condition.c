/* bare_condition.c: a condition on something computed from a column -> one on the bare column. */
#include "advise/bare_condition.h"

#include <stdlib.h>

#include "sql/statement.h"

/* One condition on its way. */
typedef struct Work {
	Arena *arena;
	const TableFacts *table;
	const Predicate *condition;
	const Operand *left, *right;
	const char *column; /* as SQL writes it, qualifier included */
	const char *subject; /* what is computed from: the column, or its time in a zone */
	const char *zone; /* that zone, a literal; NULL */
	const char *type; /* the column's, "" unknown */
	const char *sign; /* = < <= > >= */
	Bare *bare;
} Work;

static bool is_word(const char *text, const char *word) {
	return text && strcmp(text, word) == 0;
}

static bool starts(const char *text, const char *with) {
	return text && strncmp(text, with, strlen(with)) == 0;
}

static bool is_string_type(const char *type) {
	return starts(type, "text") || starts(type, "character") || starts(type, "name") || starts(type, "citext") ||
	       starts(type, "\"char\"");
}

/* character(n): a cast to text takes the blanks off its end. */
static bool is_padded_type(const char *type) {
	return starts(type, "character") && !starts(type, "character varying");
}

static bool is_number_type(const char *type) {
	return starts(type, "smallint") || starts(type, "integer") || starts(type, "bigint") || starts(type, "numeric");
}

static bool is_range_sign(const char *sign) {
	return *sign == '<' || *sign == '>';
}

/* A literal, without the type the planner wrote behind it; NULL when it is something else. */
static const char *literal(Arena *arena, const char *text) {
	size_t at = 1;
	if (*text != '\'') {
		size_t digits = strspn(text, "0123456789.");
		return digits && !text[digits] ? text : NULL;
	}
	for (; text[at]; at++) {
		if (text[at] != '\'') continue;
		if (text[at + 1] != '\'') break;
		at++;
	}
	if (!text[at]) return NULL;
	return text[at + 1] && !starts(text + at + 1, "::") ? NULL : arena_copy_n(arena, text, at + 1);
}

static size_t balanced(const char *text) {
	int depth = 0;
	size_t at = 0;
	for (bool quoted = false; text[at]; at++) {
		if (text[at] == '\'') quoted = !quoted;
		if (quoted) continue;
		depth += text[at] == '(';
		depth -= text[at] == ')';
		if (depth < 0) break;
	}
	return at;
}

/* So that a cast or a sum takes in all of it. */
static const char *as_one(Arena *arena, const char *text) {
	size_t close = *text == '(' ? 1 + balanced(text + 1) : 0;
	bool wrapped = close && text[close] == ')' && !text[close + 1];
	return wrapped || !strchr(text, ' ') ? text : arena_printf(arena, "(%s)", text);
}

/* The other side as a value of that type. */
static const char *typed(const Work *work, const char *type) {
	const Operand *right = work->right;
	const char *bare = literal(work->arena, right->text);
	if (bare)
		return arena_printf(work->arena, "%s::%s", *bare == '\'' ? bare : arena_printf(work->arena, "'%s'", bare),
		                    type);
	if (right->type && strcmp(right->type, type) == 0) return right->text;
	return arena_printf(work->arena, "%s::%s", as_one(work->arena, right->text), type);
}

/* column is a step wide wherever the computed value is one value: [from, from + step). */
static void set_range(Work *work, const char *from, const char *step, bool keep) {
	Arena *arena = work->arena;
	const char *column = work->column, *sign = work->sign, *next = arena_printf(arena, "%s + %s", from, step), *made;
	if (work->zone) {
		from = arena_printf(arena, "(%s)::timestamp AT TIME ZONE %s", from, work->zone);
		next = arena_printf(arena, "(%s)::timestamp AT TIME ZONE %s", next, work->zone);
	}
	if (*sign == '=') made = arena_printf(arena, "%s >= %s AND %s < %s", column, from, column, next);
	else if (is_word(sign, ">=")) made = arena_printf(arena, "%s >= %s", column, from);
	else if (is_word(sign, ">")) made = arena_printf(arena, "%s >= %s", column, keep ? from : next);
	else if (is_word(sign, "<")) made = arena_printf(arena, "%s < %s", column, keep ? next : from);
	else made = arena_printf(arena, "%s < %s", column, next);
	if (keep) made = arena_printf(arena, "%s AND %s", made, work->condition->text);
	bool several = *sign == '=' || keep;
	work->bare->condition = several ? arena_printf(arena, "(%s)", made) : made;
	work->bare->range = true;
}

/* ---- one function a way of computing ---- */

static bool timestamp_column(const Work *work) {
	return !*work->type || starts(work->type, "timestamp");
}

/* Is the computed text this one, around the column itself? */
static bool computed_as(const Work *work, const char *before, const char *after) {
	return strcmp(work->left->text, arena_printf(work->arena, "%s%s%s", before, work->subject, after)) == 0;
}

/* Behind `before` in the text: a literal, and how it is spelled there. NULL: there is none. */
static const char *literal_behind(Arena *arena, const char *text, const char *before, const char **spelled) {
	const char *found = strstr(text, before);
	if (!found || found[strlen(before)] != '\'') return NULL;
	found += strlen(before);
	size_t length = 1;
	while (found[length] && (found[length] != '\'' || found[length + 1] == '\'')) length += found[length] == '\'' ? 2 : 1;
	if (!found[length]) return NULL;
	const char *value = arena_copy_n(arena, found, length + 1);
	*spelled = starts(found + length + 1, "::text") ? arena_printf(arena, "%s::text", value) : value;
	return value;
}

/* `(at AT TIME ZONE 'UTC')`, which up to PostgreSQL 13 is printed as a call. */
static void find_zone(Work *work) {
	Arena *arena = work->arena;
	const char *spelled, *before = arena_printf(arena, "(%s AT TIME ZONE ", work->column);
	if (!starts(work->type, "timestamp with time zone")) return;
	const char *zone = literal_behind(arena, work->left->text, before, &spelled);
	const char *subject = zone ? arena_printf(arena, "%s%s)", before, spelled) : NULL;
	if (!zone && (zone = literal_behind(arena, work->left->text, "timezone(", &spelled))) subject = arena_printf(arena, "timezone(%s, %s)", spelled, work->column);
	if (!zone || !strstr(work->left->text, subject)) return;
	work->zone = zone;
	work->subject = subject;
}

/* Days and hours of a moment begin by a clock that may be put back over their edge. */
static void warn_of_clocks(Work *work) {
	if (!starts(work->type, "timestamp without"))
		work->bare->note = "Where clocks are put back to midnight (Havana, the Azores) or by half an hour (Lord Howe), the hour that comes twice is found "
				   "only once.";
}

static void from_date(Work *work) {
	if (!timestamp_column(work) || (!computed_as(work, "(", ")::date") && !computed_as(work, "date(", ")"))) return;
	set_range(work, typed(work, "date"), "1", false);
	warn_of_clocks(work);
}

static void from_date_trunc(Work *work) {
	static const struct {
		const char *unit, *step;
	} units[] = {
	    {"minute", "interval '1 minute'"}, {"hour", "interval '1 hour'"},   {"day", "interval '1 day'"},
	    {"week", "interval '1 week'"},     {"month", "interval '1 month'"}, {"quarter", "interval '3 months'"},
	    {"year", "interval '1 year'"},
	};
	const char *type = starts(work->type, "timestamp") ? work->type : "timestamptz";
	if (starts(type, "timestamp with time zone")) type = work->zone ? "timestamp" : "timestamptz";
	else if (starts(type, "timestamp without")) type = "timestamp";
	for (size_t i = 0; timestamp_column(work) && i < sizeof units / sizeof *units; i++) {
		const char *planned = arena_printf(work->arena, "date_trunc('%s'::text, ", units[i].unit);
		const char *written = arena_printf(work->arena, "date_trunc('%s', ", units[i].unit);
		bool by_clock = strcmp(units[i].unit, "minute") == 0 || strcmp(units[i].unit, "hour") == 0;
		if ((by_clock && work->zone) || (!computed_as(work, planned, ")") && !computed_as(work, written, ")")))
			continue; /* hours of the clock in a zone come twice when it is put back */
		set_range(work, typed(work, type), units[i].step, true);
		if (strcmp(units[i].unit, "minute") != 0) warn_of_clocks(work);
	}
}

static void from_year(Work *work) {
	bool year = computed_as(work, "EXTRACT(year FROM ", ")") || computed_as(work, "date_part('year'::text, ", ")") ||
	            computed_as(work, "date_part('year', ", ")");
	const char *value = literal(work->arena, work->right->text);
	if (!year || !value || !timestamp_column(work)) return;
	long number = strtol(value + (*value == '\''), NULL, 10);
	if (number < 1 || number > 9998) return;
	const char *from = arena_printf(work->arena, "'%04ld-01-01'::date", number);
	set_range(work, from, "interval '1 year'", false);
}

/* Is this how the server itself prints such a value? '007' and 'A0EE…' are equal to no number's and no uuid's text. */
static bool printed_so(const char *value, const char *type) {
	size_t length = strlen(value);
	if (is_word(type, "uuid")) return length == 38 && strspn(value + 1, "0123456789abcdef-") == 36;
	const char *digits = value + (*value == '\'');
	digits += *digits == '-';
	size_t count = strspn(digits, "0123456789");
	return count > 0 && (*digits != '0' || (count == 1 && digits[-1] != '-'));
}

/* '4711.00' -> 4711; NULL when there is something behind the point. */
static const char *whole_number(Arena *arena, const char *value) {
	if (*value == '\'') value = arena_copy_n(arena, value + 1, strlen(value) - 2);
	size_t sign = *value == '-', digits = strspn(value + sign, "0123456789"), end = sign + digits;
	size_t zeros = value[end] == '.' ? strspn(value + end + 1, "0") + 1 : 0;
	return digits && !value[end + zeros] ? arena_copy_n(arena, value, end) : NULL;
}

static bool is_float_type(const char *type) {
	return is_word(type, "double precision") || is_word(type, "real");
}

/* (id)::numeric = 42: the other side becomes a whole number. */
static void from_number_cast(Work *work) {
	const char *written = literal(work->arena, work->right->text),
		   *value = written ? whole_number(work->arena, written) : NULL;
	if (written && !value) return; /* 4711.5 is no whole number's equal */
	if (!value) {
		value = typed(work, work->type);
		work->bare->note = arena_printf(
		    work->arena, "The same only for whole numbers; better still, let the program pass %s.", work->type);
	}
	work->bare->condition = arena_printf(work->arena, "%s %s %s", work->column, work->sign, value);
}

/* (id)::text = '42': the other side takes the column's type. */
static void from_text_cast(Work *work) {
	const char *value = literal(work->arena, work->right->text);
	if (value && !printed_so(value, work->type)) return;
	if (value && is_number_type(work->type)) value = whole_number(work->arena, value);
	else if (!value && work->right->kind == OPERAND_PARAMETER) value = typed(work, work->type);
	if (!value) return;
	if (work->right->kind == OPERAND_PARAMETER)
		work->bare->note =
		    arena_printf(work->arena, "Better still, let the program pass the parameter as %s.", work->type);
	work->bare->condition = arena_printf(work->arena, "%s = %s", work->column, value);
}

/* (price)::double precision = '1.5': the other side becomes numeric. */
static void from_numeric_cast(Work *work) {
	work->bare->condition = arena_printf(work->arena, "%s %s %s", work->column, work->sign, typed(work, "numeric"));
	work->bare->note = "The same for values of up to 15 digits: more, double precision does not tell apart.";
}

/* (code)::text = 'A1' */
static void from_padded_cast(Work *work) {
	const char *value = literal(work->arena, work->right->text);
	if (value && value[strlen(value) - 2] == ' ') return; /* no value equals it */
	if (!value) work->bare->note = "The same for values that do not end in blanks; better still, let the program pass character.";
	work->bare->condition = arena_printf(work->arena, "%s = %s", work->column, typed(work, "bpchar"));
}

static void from_cast(Work *work) {
	bool integer = starts(work->type, "smallint") || starts(work->type, "integer") || starts(work->type, "bigint");
	bool to_text = is_word(work->left->type, "text") || starts(work->left->type, "character");
	if (integer && (starts(work->left->type, "numeric") || is_float_type(work->left->type))) from_number_cast(work);
	if (to_text && *work->sign == '=' && (integer || is_word(work->type, "uuid"))) from_text_cast(work);
	if (to_text && *work->sign == '=' && is_padded_type(work->type)) from_padded_cast(work);
	if (starts(work->type, "numeric") && is_float_type(work->left->type)) from_numeric_cast(work);
	work->bare->range = is_range_sign(work->sign);
}

/* (created_at + '7 days'::interval) > now(): the summand changes sides. */
static void from_sum(Work *work) {
	const char *text = work->left->text + strspn(work->left->text, "("), *column = work->column;
	if (!starts(text, column)) return;
	text += strlen(column);
	char sign = text[0] == ' ' ? text[1] : '\0';
	if ((sign != '+' && sign != '-') || text[2] != ' ') return;
	const char *summand = arena_copy_n(work->arena, text + 3, balanced(text + 3));
	const char *value = literal(work->arena, work->right->text);
	if (*work->type && !is_number_type(work->type))
		value = typed(work, work->type); /* a bare '2024-01-01' less an interval would be read as one */
	else if (!value) value = as_one(work->arena, work->right->text);
	work->bare->condition =
	    arena_printf(work->arena, "%s %s %s %c %s", work->column, work->sign, value, sign == '+' ? '-' : '+', summand);
	work->bare->range = is_range_sign(work->sign);
	if (!is_number_type(work->type))
		work->bare->note = "Months and daylight saving time may shift the edge: 31 January and a month is not 28 "
				   "February less a month.";
}

static const struct {
	const char *function;
	void (*rewrite)(Work *work);
} ways[] = {
    {"::date", from_date},  {"date", from_date},      {"date_trunc", from_date_trunc},
    {"extract", from_year}, {"date_part", from_year}, {"+", from_sum},
    {"-", from_sum},
};

static const char *written_column(Arena *arena, const ColumnName *name) {
	const char *column = sql_identifier(arena, name->column);
	return name->qualifier ? arena_printf(arena, "%s.%s", sql_identifier(arena, name->qualifier), column) : column;
}

bool bare_hides_cast(const TableFacts *table, const Operand *operand) {
	const ColumnFacts *column = operand->kind == OPERAND_COLUMN ? column_facts(table, operand->name.column) : NULL;
	if (!operand->type || !column || !column->type || strstr(column->type, "[]")) return false;
	bool to_text = is_word(operand->type, "text") || starts(operand->type, "character varying");
	return is_padded_type(column->type) ? to_text : !is_string_type(column->type);
}

Bare bare_condition(Arena *arena, const TableFacts *table, const Predicate *condition) {
	Bare bare = {0};
	const Operand *left = &condition->left;
	if (left->column_count != 1 || (condition->kind != PREDICATE_EQUAL && condition->kind != PREDICATE_RANGE))
		return bare;
	const ColumnFacts *facts = column_facts(table, left->columns[0].column);
	Work work = {.arena = arena,
	             .table = table,
	             .condition = condition,
	             .left = left,
	             .right = &condition->right,
	             .sign = condition->operator_name};
	work.column = written_column(arena, &left->columns[0]);
	work.type = facts && facts->type ? facts->type : "";
	work.subject = work.column;
	work.bare = &bare;
	find_zone(&work);
	bare.column = left->columns[0].column;
	for (size_t i = 0; left->function && i < sizeof ways / sizeof *ways; i++)
		if (strcmp(left->function, ways[i].function) == 0) ways[i].rewrite(&work);
	bool cast_only = left->kind == OPERAND_COLUMN || computed_as(&work, "(", arena_printf(arena, ")::%s", left->type));
	if (!bare.condition && left->type && cast_only) from_cast(&work);
	return bare;
}
