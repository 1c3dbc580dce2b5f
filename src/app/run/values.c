/* values.c: the values for a statement's parameters: what is offered for each, what is chosen or typed. */
#include "app/values.h"

#include <math.h>
#include <stdlib.h>

#include "app/entry.h"
#include "base/utf8.h"
#include "core/format.h"

enum { TAB = 9, CTRL_N = 14, CTRL_P = 16, BACKSPACE = 127 };

Values *values_new(const char *statement) {
	Arena *arena = arena_new();
	Values *values = ARENA_NEW(arena, Values);
	size_t count = literals_count(statement);
	const bool *lists = literals_lists(arena, statement, count), *present = literals_present(arena, statement, count);
	*values = (Values){.arena = arena, .statement = arena_copy(arena, statement), .fields = ARENA_ARRAY(arena, ValueField, count), .count = count, .used_ms = NAN};
	values->asked = ARENA_ARRAY(arena, size_t, count);
	for (size_t i = 0; i < count; i++) {
		values->fields[i] = (ValueField){.typed = STR_INIT, .list = lists[i]};
		if (present[i]) values->asked[values->asked_count++] = i;
	}
	return values;
}

void values_free(Values *values) {
	if (!values) return;
	for (size_t i = 0; i < values->count; i++) str_release(&values->fields[i].typed);
	arena_free(values->arena);
}

/* ---- what is offered ---- */

static bool alike(const ValueChoice *one, const ValueChoice *other) {
	return one->null == other->null && strcmp(one->text, other->text) == 0;
}

static void add_choice(Arena *arena, ValueField *field, const ValueChoice *choice) {
	if (!choice->text) return;
	for (size_t i = 0; i < field->choices.count; i++)
		if (alike(&field->choices.items[i], choice)) return;
	*list_push(arena, &field->choices) = *choice;
}

/* Better offers come first, and are taken unless the user chose one: that one stays, wherever it stands now. */
static void sort_choices(Arena *arena, ValueField *field) {
	ValueChoice chosen = field->chosen < field->choices.count ? field->choices.items[field->chosen] : (ValueChoice){0};
	field->choices.count = 0;
	add_choice(arena, field, &field->used);
	add_choice(arena, field, &field->live);
	for (size_t i = 0; i < field->offers.count; i++)
		add_choice(arena, field, &(ValueChoice){.text = field->offers.items[i].value, .source = field->offers.items[i].source});
	if (field->touched) add_choice(arena, field, &chosen);
	field->chosen = 0;
	for (size_t i = 0; field->touched && chosen.text && i < field->choices.count; i++)
		if (alike(&field->choices.items[i], &chosen)) field->chosen = i;
}

/* The run these come from will be gone before we are. */
static ParameterOfferList copy_offers(Arena *arena, ParameterOfferList offers) {
	ParameterOfferList copy = {0};
	for (size_t i = 0; i < offers.count; i++)
		*list_push(arena, &copy) = (ParameterOffer){offers.items[i].kind, arena_copy(arena, offers.items[i].value), arena_copy(arena, offers.items[i].source)};
	return copy;
}

void values_learn(Values *values, const Statement *statement, const Facts *facts, const char *const *types, size_t type_count) {
	const ParameterUse *uses = parameter_uses(values->arena, statement, facts, values->count);
	for (size_t i = 0; i < values->count; i++) {
		ValueField *field = &values->fields[i];
		if (i < type_count) field->type = arena_copy(values->arena, types[i]);
		field->place = arena_copy(values->arena, uses[i].place);
		field->kind = uses[i].kind;
		field->offers = copy_offers(values->arena, parameter_offers(values->arena, &uses[i], field->type));
		sort_choices(values->arena, field);
	}
}

/* A busy statement is called every moment with other constants: what is on the screen stays there until the user turns to the newest. */
static void see(Values *values, ValueField *field, const char *sql, int64_t seen_ms) {
	bool same = field->live.sql && strcmp(field->live.sql, sql) == 0;
	if (!same) {
		sql = arena_copy(values->arena, sql);
		const char *plain = literal_value(values->arena, sql);
		field->live = (ValueChoice){.text = plain ? plain : sql, .sql = sql, .source = "seen live"};
	}
	field->live.seen_ms = seen_ms;
	sort_choices(values->arena, field);
	field->touched = field->touched || alike(&field->choices.items[field->chosen], &field->live);
}

bool values_see(Values *values, const char *actual, int64_t seen_ms) {
	Arena *scratch = arena_new();
	const char **literals = ARENA_ARRAY(scratch, const char *, values->count);
	bool any = false;
	if (literals_find(scratch, values->statement, actual, literals))
		for (size_t i = 0; i < values->count; i++) {
			if (literals[i]) see(values, &values->fields[i], literals[i], seen_ms);
			any = any || literals[i];
		}
	arena_free(scratch);
	return any;
}

/* ---- what is chosen ---- */

static ValueChoice value_of(const ValueField *field) {
	if (field->null) return (ValueChoice){.text = "NULL", .null = true, .source = "typed"};
	if (field->typing) return (ValueChoice){.text = field->typed.text, .source = "typed"};
	return field->choices.count ? field->choices.items[field->chosen] : (ValueChoice){0};
}

void values_reopen(Values *values) {
	values->cursor = 0;
	for (size_t i = 0; i < values->count; i++) {
		ValueField *field = &values->fields[i];
		field->touched = field->typing || field->null;
		sort_choices(values->arena, field);
	}
}

static ValueChoice copy_choice(Arena *arena, const ValueChoice *choice, const char *source) {
	return (ValueChoice){.text = arena_copy(arena, choice->text), .sql = arena_copy(arena, choice->sql), .null = choice->null, .source = source};
}

void values_used(Values *values, const ValueChoice *choices) {
	values->used_ms = NAN;
	for (size_t i = 0; i < values->count; i++) {
		ValueField *field = &values->fields[i];
		field->used = copy_choice(values->arena, &choices[i], "used last");
		field->touched = field->typing = field->null = false;
		sort_choices(values->arena, field);
	}
}

void values_recall(Values *values, const Values *known) {
	if (strcmp(values->statement, known->statement) != 0) return;
	Arena *arena = values->arena;
	values->used_ms = known->used_ms;
	for (size_t i = 0; i < values->count; i++) {
		ValueField *field = &values->fields[i];
		const ValueField *other = &known->fields[i];
		field->used = copy_choice(arena, &other->used, "used last");
		field->live = copy_choice(arena, &other->live, "seen live");
		field->type = arena_copy(arena, other->type);
		field->place = arena_copy(arena, other->place);
		field->kind = other->kind;
		field->offers = copy_offers(arena, other->offers);
		sort_choices(arena, field);
	}
}

static void turn(ValueField *field, size_t by) {
	size_t count = field->choices.count;
	if (!count) return;
	bool back = field->typing || field->null; /* to the choice that was left */
	if (!back) field->chosen = (field->chosen + by) % count;
	field->typing = field->null = false;
	field->touched = true;
}

/* A letter takes the place of what is offered; Backspace begins to change it. */
static bool type(ValueField *field, Key key) {
	Str text = STR_INIT;
	ValueChoice value = value_of(field);
	bool replaces = !field->typing && key.code > ' ' && key.code != BACKSPACE;
	if (value.text && !value.null && !replaces) str_add(&text, value.text);
	bool edited = entry_key(&text, key) == ENTRY_EDITED;
	if (edited) {
		str_clear(&field->typed);
		str_add(&field->typed, text.text);
		field->typing = field->touched = true;
		field->null = false;
	}
	str_release(&text);
	return edited;
}

static ValueField *field_at_cursor(Values *values) {
	return &values->fields[values->asked[values->cursor]];
}

bool values_key(Values *values, Key key) {
	ValueField *field = field_at_cursor(values);
	size_t count = values->asked_count;
	switch (key.alt ? 0 : key.code) {
	case WHY_UP:
	case WHY_BACKTAB:
	case CTRL_P: values->cursor = (values->cursor + count - 1) % count; return true;
	case WHY_DOWN: values->cursor = (values->cursor + 1) % count; return true;
	case TAB:
	case WHY_RIGHT: turn(field, 1); return true;
	case WHY_LEFT: turn(field, field->choices.count - 1); return true;
	case CTRL_N: field->null = !field->null; return field->touched = true;
	default: return type(field, key);
	}
}

void values_paste(Values *values, const char *text, size_t len) {
	ValueField *field = field_at_cursor(values);
	if (!field->typing) str_clear(&field->typed);
	entry_paste(&field->typed, text, len);
	field->typing = field->touched = true;
	field->null = false;
}

bool values_missing(const Values *values, size_t *nth) {
	for (*nth = 0; *nth < values->asked_count; (*nth)++)
		if (!value_of(&values->fields[values->asked[*nth]]).text) return true;
	return false;
}

/* ---- what becomes of it ---- */

const ValueChoice *values_chosen(Arena *arena, const Values *values) {
	ValueChoice *choices = ARENA_ARRAY(arena, ValueChoice, values->count);
	for (size_t i = 0; i < values->count; i++) choices[i] = value_of(&values->fields[i]);
	return choices;
}

const char *values_statement(Arena *arena, const Values *values, const ValueChoice *choices) {
	Literal *literals = ARENA_ARRAY(arena, Literal, values->count);
	for (size_t i = 0; i < values->count; i++)
		literals[i] = (Literal){.sql = choices[i].sql, .value = choices[i].null ? NULL : choices[i].text, .type = values->fields[i].type};
	return literals_fill(arena, values->statement, literals, values->count);
}

const char *values_told(Arena *arena, const Values *values, const ValueChoice *choices) {
	enum { MOST = 12, MOST_CELLS = 40 };
	Str out = STR_INIT;
	for (size_t i = 0; i < values->asked_count && i < MOST; i++) {
		size_t nth = values->asked[i];
		const char *text = choices[nth].sql ? choices[nth].sql : choices[nth].text;
		str_printf(&out, "%s$%zu = %s", i ? ", " : "", nth + 1, utf8_shorten(arena, utf8_clean(arena, text), MOST_CELLS, false));
	}
	if (values->asked_count > MOST) str_add(&out, ", …");
	const char *text = arena_copy(arena, out.text);
	str_release(&out);
	return text;
}

/* The catalog's long names in short. */
static const char *short_type(const char *type) {
	static const char *const names[][2] = {
		{"timestamp with time zone", "timestamptz"}, {"timestamp without time zone", "timestamp"}, {"time with time zone", "timetz"},
		{"time without time zone", "time"}, {"character varying", "varchar"}, {"double precision", "float8"},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(type, names[i][0]) == 0) return names[i][1];
	return type;
}

static const char *note_on(Arena *arena, const ValueField *field, int64_t now_ms) {
	ValueChoice value = value_of(field);
	const char *place = field->place ? field->place : "", *gap = field->place && value.text ? " · " : "";
	if (!value.text) return *place ? place : NULL;
	bool offered = !field->typing && !field->null && field->choices.count > 1;
	const char *which = offered ? arena_printf(arena, "%zu/%zu ", field->chosen + 1, field->choices.count) : "";
	const char *age = value.seen_ms ? arena_printf(arena, " %s ago", format_age(arena, (double)(now_ms - value.seen_ms) / 1000)) : "";
	return arena_printf(arena, "%s%s%s%s%s", place, gap, which, value.source, age);
}

const FormField *values_form(Arena *arena, const Values *values, int64_t now_ms) {
	FormField *fields = ARENA_ARRAY(arena, FormField, values->asked_count);
	for (size_t i = 0; i < values->asked_count; i++) {
		const ValueField *field = &values->fields[values->asked[i]];
		ValueChoice value = value_of(field);
		fields[i] = (FormField){
			.label = arena_printf(arena, "$%zu%s%s%s", values->asked[i] + 1, field->type ? " " : "", field->type ? short_type(field->type) : "", field->list ? " list" : ""),
			.text = value.text,
			.word = value.null ? "NULL" : NULL,
			.note = note_on(arena, field, now_ms),
		};
	}
	return fields;
}
