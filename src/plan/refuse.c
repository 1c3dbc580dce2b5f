/* refuse.c: what is no plan of PostgreSQL's, or not in a format that is read, is refused by its name. */
#include "plan/refuse.h"

#include "base/utf8.h"

/* ---- where ---- */

enum { CONTEXT_CELLS = 70 };

static bool is_space(char byte) {
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The line around text[at], what may be shown of it. */
static const char *context_of(Arena *arena, const char *text, size_t len, size_t start, size_t at) {
	size_t stop = at;
	while (stop < len && text[stop] != '\n' && stop - at < 4 * CONTEXT_CELLS) stop++;
	if (at - start > CONTEXT_CELLS / 2) start = at - CONTEXT_CELLS / 2;
	while (start < at && is_space(text[start])) start++;
	const char *line = utf8_clean(arena, arena_copy_n(arena, text + start, stop - start));
	return utf8_shorten(arena, line, CONTEXT_CELLS, false);
}

bool refuse_at(Err *err, Arena *arena, const char *text, size_t len, size_t at, const char *what) {
	size_t line = 1, start = 0;
	for (size_t i = 0; i < at; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	return err_set(err, ERR_INPUT, "%s, line %zu, offset %zu: %s", what, line, at, context_of(arena, text, len, start, at));
}

/* ---- formats ---- */

/* No other database prints costs and widths so, and all that descend from PostgreSQL do. */
bool is_text_plan(const char *text) {
	const char *cost = strstr(text, "(cost="), *width = cost ? strstr(cost, " width=") : NULL;
	return width != NULL;
}

enum { SAMPLE_BYTES = 512 };

/* With a byte order mark or without: every other byte of plain words is zero. */
bool refuse_utf16(Err *err, const char *text, size_t len) {
	size_t zeros = 0, sample = len < SAMPLE_BYTES ? len : SAMPLE_BYTES;
	for (size_t i = 0; i < sample; i++) zeros += text[i] == '\0';
	bool mark = len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
	if (!mark && (sample < 8 || zeros * 3 < sample)) return false;
	err_set(err, ERR_INPUT, "this text is in UTF-16");
	err_hint(err, "Save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8 plan.txt");
	return true;
}

bool refuse_format(Err *err, Arena *arena, const char *text, size_t len) {
	static const struct {
		const char *format, *sign, *also;
	} formats[] = {
	    {"XML", "<Node-Type>", "<Plan>"},
	    {"XML", "&lt;Node-Type&gt;", "&lt;Plan&gt;"},
	    {"XML", "<explain xmlns=", "postgresql"},
	    {"YAML", "Node Type: \"", "Plan:"},
	    {"YAML", "Node Type: ", "- Plan:"},
	};
	for (size_t i = 0; i < sizeof formats / sizeof *formats && !is_text_plan(text); i++) {
		const char *sign = strstr(text, formats[i].sign);
		if (!sign || !strstr(text, formats[i].also)) continue;
		refuse_at(err, arena, text, len, (size_t)(sign - text), arena_printf(arena, "plans in %s are not read", formats[i].format));
		err_hint(err, "Ask for EXPLAIN (FORMAT JSON) or (FORMAT TEXT) instead.");
		return true;
	}
	return false;
}

/* ---- other databases ---- */

typedef struct Sign {
	const char *words, *maker;
} Sign;

/* What lines of their trees begin with, past blanks and frames. PostgreSQL's nodes have a capital in every word. */
static const Sign line_signs[] = {
    {"-> Table scan on ", "MySQL"},
    {"-> Index scan on ", "MySQL"},
    {"-> Index lookup on ", "MySQL"},
    {"-> Index range scan on ", "MySQL"},
    {"-> Covering index ", "MySQL"},
    {"-> Single-row ", "MySQL"},
    {"-> Full-text index ", "MySQL"},
    {"-> Multi-range index ", "MySQL"},
    {"-> Nested loop ", "MySQL"},
    {"-> Inner hash join", "MySQL"},
    {"-> Left hash join", "MySQL"},
    {"-> Hash semijoin", "MySQL"},
    {"-> Hash antijoin", "MySQL"},
    {"-> Filter: ", "MySQL"},
    {"-> Limit: ", "MySQL"},
    {"-> Limit/Offset: ", "MySQL"},
    {"-> Sort: ", "MySQL"},
    {"-> Sort row IDs: ", "MySQL"},
    {"-> Aggregate: ", "MySQL"},
    {"-> Group aggregate: ", "MySQL"},
    {"-> Window aggregate", "MySQL"},
    {"-> Stream results", "MySQL"},
    {"-> Rows fetched before execution", "MySQL"},
    {"-> Zero rows", "MySQL"},
    {"-> Update ", "MySQL"},
    {"-> Delete from ", "MySQL"},
    {"-> Insert into ", "MySQL"},
    {"-> Union materialize", "MySQL"},
    {"-> Intersect materialize", "MySQL"},
    {"-> Temporary table", "MySQL"},
    {"distribution: ", "CockroachDB"},
    {"vectorized: ", "CockroachDB"},
    {"• scan", "CockroachDB"},
    {"• filter", "CockroachDB"},
    {"• sort", "CockroachDB"},
    {"• render", "CockroachDB"},
    {"• hash join", "CockroachDB"},
    {"• lookup join", "CockroachDB"},
    {"• merge join", "CockroachDB"},
    {"== Physical Plan ==", "Spark"},
    {"*(1) ", "Spark"},
    {"== Parsed Logical Plan ==", "Spark"},
    {"Physical Plan", "DuckDB"},
    {"Query Profiling Information", "DuckDB"},
    {"PROJECTION", "DuckDB"},
    {"SEQ_SCAN", "DuckDB"},
    {"TABLE_SCAN", "DuckDB"},
    {"INDEX_SCAN", "DuckDB"},
    {"READ_CSV", "DuckDB"},
    {"READ_PARQUET", "DuckDB"},
    {"HASH_GROUP_BY", "DuckDB"},
    {"PERFECT_HASH_GROUP_BY", "DuckDB"},
    {"UNGROUPED_AGGREGATE", "DuckDB"},
    {"HASH_JOIN", "DuckDB"},
    {"ORDER_BY", "DuckDB"},
    {"TOP_N", "DuckDB"},
    {"--SCAN ", "SQLite"},
    {"--SEARCH ", "SQLite"},
    {"`--SCAN ", "SQLite"},
    {"`--SEARCH ", "SQLite"},
    {"--USE TEMP B-TREE", "SQLite"},
    {"`--USE TEMP B-TREE", "SQLite"},
    {"--CO-ROUTINE ", "SQLite"},
    {"--MATERIALIZE ", "SQLite"},
    {"--COMPOUND QUERY", "SQLite"},
    {"`--COMPOUND QUERY", "SQLite"},
    {"Plan hash value:", "Oracle"},
    {"PLAN_TABLE_OUTPUT", "Oracle"},
    {"SELECT STATEMENT ", "Oracle"},
    {"--Clustered Index ", "SQL Server"},
    {"--Table Scan(", "SQL Server"},
    {"--Index Seek(", "SQL Server"},
    {"--Index Scan(", "SQL Server"},
    {"--Nested Loops(", "SQL Server"},
    {"--Hash Match(", "SQL Server"},
    {"--Merge Join(", "SQL Server"},
    {"--Stream Aggregate(", "SQL Server"},
    {"--Compute Scalar(", "SQL Server"},
    {"--Parallelism(", "SQL Server"},
    {"--Filter(", "SQL Server"},
    {"--Sort(", "SQL Server"},
    {"--Top(", "SQL Server"},
    {"StmtText", "SQL Server"},
};

/* Two words that stand somewhere in their output. */
static const struct {
	const char *words, *also, *maker;
} pairs[] = {
    {"<ShowPlanXML", "", "SQL Server"},
    {"select_type", "possible_keys", "MySQL"},
    {"| Operation ", "| Name ", "Oracle"},
    {"TABLE ACCESS ", "STATEMENT", "Oracle"},
    {"cop[tikv]", "", "TiDB"},
    {"ReadFromMergeTree", "Expression", "ClickHouse"},
    {"|SCAN ", "|0|", "SQLite"},
    {"|SEARCH ", "|0|", "SQLite"},
};

static const Sign json_signs[] = {
    {"\"r_loops\"", "MariaDB"},        {"\"query_optimization\"", "MariaDB"}, {"\"query_block\"", "MySQL"},      {"\"access_type\"", "MySQL"},
    {"\"json_schema_version\"", "MySQL"}, {"\"operator_timing\"", "DuckDB"},     {"\"operator_type\"", "DuckDB"},   {"\"extra_info\"", "DuckDB"},
    {"\"nodeNames\"", "CockroachDB"},  {"\"winningPlan\"", "MongoDB"},
};

static bool refuse_maker(Err *err, Arena *arena, const char *text, size_t len, const char *sign, const char *maker) {
	const char *what = arena_printf(arena, "this looks like a plan of %s, not of PostgreSQL", maker);
	refuse_at(err, arena, text, len, (size_t)(sign - text), what);
	err_hint(err, "Plans are read as PostgreSQL's EXPLAIN prints them, in its text format or as JSON.");
	return true;
}

static size_t side_bytes(const char *line) {
	static const char *const sides[] = {" ", "\t", "|", "\"", "'", "│", "║", "┃", "EXPLAIN: "};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		if (strncmp(line, sides[i], strlen(sides[i])) == 0) return strlen(sides[i]);
	return 0;
}

static const char *past_frame(const char *line) {
	for (size_t bytes; (bytes = side_bytes(line));) line += bytes;
	return line;
}

bool refuse_foreign(Err *err, Arena *arena, const char *text, size_t len) {
	if (is_text_plan(text)) return false;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line = past_frame(line + (*line == '\n'));
		for (size_t i = 0; i < sizeof line_signs / sizeof *line_signs; i++)
			if (strncmp(line, line_signs[i].words, strlen(line_signs[i].words)) == 0)
				return refuse_maker(err, arena, text, len, line, line_signs[i].maker);
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *sign = strstr(text, pairs[i].words);
		if (sign && strstr(text, pairs[i].also)) return refuse_maker(err, arena, text, len, sign, pairs[i].maker);
	}
	return false;
}

bool refuse_foreign_json(Err *err, Arena *arena, const char *text, size_t len) {
	for (size_t i = 0; i < sizeof json_signs / sizeof *json_signs && !is_text_plan(text); i++) {
		const char *sign = strstr(text, json_signs[i].words), *after = sign ? sign + strlen(json_signs[i].words) : "";
		if (after[strspn(after, " \t")] == ':') return refuse_maker(err, arena, text, len, sign, json_signs[i].maker);
	}
	return false;
}
