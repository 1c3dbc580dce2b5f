/* type.c: the names SQL has for types. */
#include "sql/type.h"

#include <string.h>

static const TypeSpelling spellings[] = {
    {.name = "bit", .before = "bit", .after = ""},
    {.name = "bool", .before = "boolean", .after = ""},
    {.name = "bpchar", .before = "character", .after = ""},
    {.name = "float4", .before = "real", .after = ""},
    {.name = "float8", .before = "double precision", .after = ""},
    {.name = "int2", .before = "smallint", .after = ""},
    {.name = "int4", .before = "integer", .after = ""},
    {.name = "int8", .before = "bigint", .after = ""},
    {.name = "interval", .before = "interval", .after = "", .restricted = true},
    {.name = "numeric", .before = "numeric", .after = ""},
    {.name = "time", .before = "time", .after = " without time zone"},
    {.name = "timetz", .before = "time", .after = " with time zone"},
    {.name = "timestamp", .before = "timestamp", .after = " without time zone"},
    {.name = "timestamptz", .before = "timestamp", .after = " with time zone"},
    {.name = "varbit", .before = "bit varying", .after = ""},
    {.name = "varchar", .before = "character varying", .after = ""},
};

enum { YEAR = 1 << 2, MONTH = 1 << 1, DAY = 1 << 3, HOUR = 1 << 10, MINUTE = 1 << 11, SECOND = 1 << 12 };

static const struct {
	long mask;
	const char *fields;
} restrictions[] = {
    {YEAR, " year"},
    {MONTH, " month"},
    {DAY, " day"},
    {HOUR, " hour"},
    {MINUTE, " minute"},
    {SECOND, " second"},
    {YEAR | MONTH, " year to month"},
    {DAY | HOUR, " day to hour"},
    {DAY | HOUR | MINUTE, " day to minute"},
    {DAY | HOUR | MINUTE | SECOND, " day to second"},
    {HOUR | MINUTE, " hour to minute"},
    {HOUR | MINUTE | SECOND, " hour to second"},
    {MINUTE | SECOND, " minute to second"},
};

const TypeSpelling *type_spelling(const char *schema, const char *name) {
	if (!schema || !name || strcmp(schema, "pg_catalog") != 0) return NULL;
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (strcmp(spellings[i].name, name) == 0) return &spellings[i];
	return NULL;
}

const char *type_interval_fields(long mask) {
	for (size_t i = 0; i < sizeof restrictions / sizeof *restrictions; i++)
		if (restrictions[i].mask == mask) return restrictions[i].fields;
	return "";
}

/* Types people write in front of a literal. */
static const char *const literal_types[][TYPE_MOST_WORDS + 1] = {
	{"timestamp", "with", "time", "zone"}, {"timestamp", "without", "time", "zone"},
	{"time", "with", "time", "zone"},      {"time", "without", "time", "zone"},
	{"double", "precision"},               {"character", "varying"},
	{"bit", "varying"},                    {"timestamptz"},
	{"timestamp"},                         {"timetz"},
	{"time"},                              {"date"},
	{"interval"},                          {"numeric"},
	{"decimal"},                           {"varchar"},
	{"char"},                              {"character"},
	{"bpchar"},                            {"bit"},
	{"varbit"},                            {"text"},
	{"int"},                               {"integer"},
	{"bigint"},                            {"smallint"},
	{"int2"},                              {"int4"},
	{"int8"},                              {"real"},
	{"float"},                             {"float4"},
	{"float8"},                            {"boolean"},
	{"bool"},                              {"json"},
	{"jsonb"},                             {"uuid"},
	{"inet"},                              {"cidr"},
	{"bytea"},                             {"xml"},
	{"point"},                             {"box"},
	{"money"},                             {"regclass"},
	{"tsquery"},                           {"tsvector"},
};

size_t type_words(const char *text, const TokenList *tokens, size_t at) {
	for (size_t i = 0; i < sizeof literal_types / sizeof *literal_types; i++) {
		size_t count = 0;
		while (literal_types[i][count] && tokens_have(text, tokens, at + count, literal_types[i][count])) count++;
		if (!literal_types[i][count]) return count;
	}
	return 0;
}
