/* value_sets.c: values for all parameters of a statement at once, so chosen that its plans may differ. */
#include "app/value_sets.h"

#include "advise/say.h"

/* ---- one parameter ---- */

/* What comes nearest to a common value, a typical one, a rare one. */
static const OfferKind instead[][4] = {
	[OFFER_COMMON] = {OFFER_COMMON, OFFER_TYPICAL, OFFER_RARE, OFFER_GUESS},
	[OFFER_TYPICAL] = {OFFER_TYPICAL, OFFER_COMMON, OFFER_RARE, OFFER_GUESS},
	[OFFER_RARE] = {OFFER_RARE, OFFER_TYPICAL, OFFER_COMMON, OFFER_GUESS},
};

static const ParameterOffer *offer_of_kind(const ValueField *field, OfferKind kind) {
	for (size_t i = 0; i < field->offers.count; i++)
		if (field->offers.items[i].kind == kind) return &field->offers.items[i];
	return NULL;
}

/* A parameter that is compared with nothing does not bend the plan, as long as it is not NULL. */
static const struct {
	const char *beginning, *value;
} any_of_type[] = {
	{"text", "a"}, {"character", "a"}, {"integer", "1"}, {"bigint", "1"}, {"smallint", "1"}, {"numeric", "1"}, {"real", "1"}, {"double", "1"},
	{"uuid", "00000000-0000-4000-8000-000000000000"}, {"json", "{}"}, {"bytea", "a"}, {"oid", "1"}, {"inet", "127.0.0.1"}, {"time ", "12:00"},
};

static ValueChoice any_value(const ValueField *field) {
	const char *type = field->type ? field->type : "";
	size_t len = strlen(type);
	if (len > 2 && strcmp(type + len - 2, "[]") == 0) return (ValueChoice){.text = "{}", .source = "a guess"};
	for (size_t i = 0; i < sizeof any_of_type / sizeof *any_of_type; i++)
		if (strncmp(type, any_of_type[i].beginning, strlen(any_of_type[i].beginning)) == 0) return (ValueChoice){.text = any_of_type[i].value, .source = "a guess"};
	return (ValueChoice){0};
}

static ValueChoice nearest(const ValueField *field, OfferKind kind) {
	for (size_t i = 0; i < 4; i++) {
		const ParameterOffer *offer = offer_of_kind(field, instead[kind][i]);
		if (offer) return (ValueChoice){.text = offer->value, .source = offer->source};
	}
	if (field->used.text) return field->used;
	return field->live.text ? field->live : any_value(field);
}

static ValueChoice common(const ValueField *field) { return nearest(field, OFFER_COMMON); }
static ValueChoice typical(const ValueField *field) { return nearest(field, OFFER_TYPICAL); }
static ValueChoice rare(const ValueField *field) { return nearest(field, OFFER_RARE); }
static ValueChoice used(const ValueField *field) { return field->used; }
static ValueChoice live(const ValueField *field) { return field->live; }

/* `kind`: one parameter at least has to have such a value, or the set is none of its own. */
static const struct {
	const char *source;
	ValueChoice (*choose)(const ValueField *field);
	OfferKind kind;
} sources[] = {
	{"most common", common, OFFER_COMMON}, {"typical", typical, OFFER_TYPICAL}, {"rare", rare, OFFER_RARE}, {"used last", used, OFFER_GUESS},
	{"seen live", live, OFFER_GUESS},      {"a guess", common, OFFER_GUESS},
};
enum { SOURCE_COUNT = sizeof sources / sizeof *sources };

static bool has_kind(const Values *values, OfferKind kind) {
	for (size_t i = 0; i < values->count; i++)
		if (offer_of_kind(&values->fields[i], kind)) return true;
	return kind == OFFER_GUESS;
}

/* ---- all of them ---- */

static bool same_value(const ValueChoice *one, const ValueChoice *other) {
	return one->null == other->null && strcmp(one->text, other->text) == 0;
}

/* A value that was seen and one that is offered may be written in two ways. */
static bool is_new(const ValueSets *sets, const ValueSet *set, size_t count) {
	for (size_t i = 0; i < sets->count; i++) {
		size_t same = 0;
		while (same < count && same_value(&sets->items[i].choices[same], &set->choices[same])) same++;
		if (same == count) return false;
	}
	return true;
}

static bool choose(Arena *arena, const Values *values, size_t source, ValueSet *set, size_t *missing) {
	ValueChoice *choices = ARENA_ARRAY(arena, ValueChoice, values->count);
	for (size_t i = 0; i < values->count; i++) choices[i].text = ""; /* of a number that is left out nobody asks */
	for (size_t i = 0; i < values->asked_count; i++) {
		size_t nth = values->asked[i];
		choices[nth] = sources[source].choose(&values->fields[nth]);
		if (choices[nth].text) continue;
		*missing = nth + 1;
		return false;
	}
	*set = (ValueSet){.source = sources[source].source, .choices = choices, .statement = values_statement(arena, values, choices)};
	return true;
}

ValueSets value_sets(Arena *arena, const Values *values, size_t *missing) {
	ValueSets sets = {0};
	size_t nobody_knows = 0;
	for (size_t i = 0; i < SOURCE_COUNT && sets.count < MOST_VALUE_SETS; i++) {
		ValueSet set;
		bool last_resort = i + 1 == SOURCE_COUNT;
		if (!has_kind(values, sources[i].kind) || (last_resort && sets.count)) continue;
		if (choose(arena, values, i, &set, &nobody_knows) && is_new(&sets, &set, values->count)) *list_push(arena, &sets) = set;
	}
	*missing = sets.count ? 0 : nobody_knows;
	return sets;
}

bool value_set_mixed(Arena *arena, const Values *values, const ValueSet *set, const ValueSet *other, size_t nth, ValueSet *mixed) {
	if (same_value(&set->choices[nth], &other->choices[nth])) return false;
	ValueChoice *choices = ARENA_ARRAY(arena, ValueChoice, values->count);
	memcpy(choices, set->choices, sizeof *choices * values->count);
	choices[nth] = other->choices[nth];
	*mixed = (ValueSet){.source = set->source, .choices = choices, .statement = values_statement(arena, values, choices)};
	return true;
}

const char *value_places(Arena *arena, const Values *values, const size_t *parameters, size_t count) {
	const char **places = ARENA_ARRAY(arena, const char *, count);
	for (size_t i = 0; i < count; i++) {
		const char *place = values->fields[parameters[i]].place;
		places[i] = place ? place : arena_printf(arena, "$%zu", parameters[i] + 1);
	}
	return say_columns(arena, places, count);
}
