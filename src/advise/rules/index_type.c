/* index_type.c: a condition that no btree answers reads a whole table, where another kind of index finds the few rows. */
#include "advise/advise.h"
#include "advise/index_finding.h"
#include "advise/say.h"
#include "advise/volatility.h"
#include "advise/written_condition.h"

#define CANDIDATES 1.5 /* rows fetched and checked, for each one that matches */
enum { DESCENTS = 3 }; /* of a search for several keys or words at once */

/* Which kind of index serves which operators of a type; the first row that fits. */
typedef struct Kind {
	const char *type; /* how its name begins, "[]": how it ends */
	const char *operators; /* between blanks */
	const char *method, *opclass; /* NULL: the type's usual one */
	const char *before; /* has to be there first */
	const char *notes;
} Kind;

static const char gin_writes[] =
	"GIN is slower to write than a btree: new entries wait in a pending list (fastupdate) that VACUUM or a long list empties.";

static const Kind kinds[] = {
	{"jsonb", " @> @? @@ ", "gin", "jsonb_path_ops", NULL,
	 "jsonb_path_ops is smaller and finds less in vain than the usual jsonb_ops, but serves @>, @? and @@ only: not ?, ?| and ?&."},
	{"jsonb", " ? ?| ?& ", "gin", NULL, NULL, gin_writes},
	{"[]", " @> && <@ = ANY ", "gin", NULL, NULL, gin_writes},
	{"tsvector", " @@ ", "gin", NULL, NULL, gin_writes},
	{"hstore", " @> ? ?| ?& ", "gin", NULL, NULL, gin_writes},
	{"text", " % %> <% %>> <<% ", "gin", "gin_trgm_ops", "CREATE EXTENSION IF NOT EXISTS pg_trgm",
	 "For ORDER BY similarity (<->) with a LIMIT it has to be GiST (gist_trgm_ops) instead."},
	{"inet", " && << >> <<= >>= ", "gist", "inet_ops", NULL, NULL},
	{"cidr", " && << >> <<= >>= ", "gist", "inet_ops", NULL, NULL},
	{"int4range", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"int8range", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"numrange", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"daterange", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"tsrange", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"tstzrange", " && @> <@ << >> &< &> -|- ", "gist", NULL, NULL, NULL},
	{"point", " <@ ~= << >> ", "gist", NULL, NULL, NULL},
	{"box", " && @> <@ ~= << >> &< &> ", "gist", NULL, NULL, NULL},
	{"polygon", " && @> <@ ~= << >> &< &> ", "gist", NULL, NULL, NULL},
	{"circle", " && @> <@ ~= << >> &< &> ", "gist", NULL, NULL, NULL},
};

static const char any_array[] = "unknown[]"; /* of what nobody knows */

typedef struct Case {
	Advice *advice;
	const Scan *scan;
	const Predicate *condition;
	const Kind *kind;
} Case;

/* ---- what is compared ---- */

static bool ends_in(const char *text, const char *end) {
	size_t length = strlen(text), last = strlen(end);
	return length >= last && strcmp(text + length - last, end) == 0;
}

/* What stands behind a literal's last "::"; NULL without. */
static const char *cast_of(const Operand *operand) {
	const char *type = NULL;
	for (const char *at = operand->text; at && (at = strstr(at, "::")); at += 2) type = at + 2;
	return type;
}

/* Of the side with the column: by the catalog, by the function around it, else by what it is compared with: an array with an array. */
static const char *type_of(const Case *it) {
	const Operand *left = &it->condition->left;
	const ColumnFacts *column = left->kind == OPERAND_COLUMN ? column_facts(it->scan->table, left->name.column) : NULL;
	if (column && column->type) return column->type;
	if (left->function && strcmp(left->function, "to_tsvector") == 0) return "tsvector";
	if (left->function && strcmp(left->function, "->") == 0) return "jsonb";
	const char *other = cast_of(&it->condition->right);
	if (other && strcmp(other, "tsquery") == 0) return "tsvector";
	if (other && strcmp(other, "jsonpath") == 0) return "jsonb";
	if (strcmp(it->condition->operator_name, "= ANY") == 0) return any_array;
	return other;
}

static bool is_among(const char *operator_name, const char *operators) {
	size_t length = strlen(operator_name);
	for (const char *at = operators; (at = strstr(at, operator_name)); at++)
		if (at[-1] == ' ' && at[length] == ' ') return true;
	return false;
}

static const Kind *kind_of(const Case *it) {
	const char *type = type_of(it), *operator_name = it->condition->operator_name;
	for (size_t i = 0; type && i < sizeof kinds / sizeof *kinds; i++) {
		const Kind *kind = &kinds[i];
		bool fits = strcmp(kind->type, "[]") == 0 ? ends_in(type, "[]") : strncmp(type, kind->type, strlen(kind->type)) == 0 && !ends_in(type, "[]");
		if (fits && is_among(operator_name, kind->operators)) return kind;
	}
	return NULL;
}

/* One of that method over it, which the planner did not take all the same. */
static bool is_there(const Case *it) {
	const TableFacts *table = it->scan->table;
	IndexKey key = index_key_of(it->advice->arena, &it->condition->left);
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		for (size_t k = 0; k < index->key_count; k++) {
			IndexKey have = index_key_read(it->advice->arena, index->keys[k]);
			if (index->valid && strcmp(index->method, it->kind->method) == 0 && index_key_same(&have, &key)) return true;
		}
	}
	return false;
}

/* ---- the finding ---- */

/* `5 = ANY (tags)` asks every row; `tags @> ARRAY[5]` asks the index. */
static const char *contained(const Case *it) {
	if (strcmp(it->condition->operator_name, "= ANY") != 0) return NULL;
	const Predicate *written = written_condition(it->advice->statement, it->condition);
	if (!written) written = it->condition;
	const char *type = type_of(it); /* or ARRAY[5] would be integer[], which bigint[] is not compared with */
	const char *cast = strcmp(type, any_array) == 0 ? "" : arena_printf(it->advice->arena, "::%s", type);
	const char *instead = arena_printf(it->advice->arena, "%s @> ARRAY[%s]%s", written->left.text, written->right.text, cast);
	return statement_with_condition(it->advice->arena, it->advice->statement, written, instead);
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Scan *scan = it->scan;
	const Operand *left = &it->condition->left;
	const char *what = left->kind == OPERAND_COLUMN ? left->name.column : left->key, *operator_name = it->condition->operator_name;
	IndexKey key = index_key_of(arena, left);
	IndexAdvice index = index_on_key(it->advice, scan, it->kind->method, &key, it->kind->opclass);
	Finding finding = finding_new(rule->id);
	finding.node = scan->node->id;
	finding.kind = REMEDY_INDEX;
	finding.before = it->kind->before;
	finding.title = arena_printf(arena, "%s is read whole to ask %s of each row", scan_title(arena, scan), what);
	finding.evidence = say_waste(arena, it->advice->plan, scan, it->condition->text);
	bool any = strcmp(operator_name, "= ANY") == 0;
	finding.because = arena_printf(arena, "No btree answers %s; %s does.", operator_name, strcmp(it->kind->method, "gin") == 0 ? "GIN" : "GiST");
	if (any) {
		finding.because = "No index answers = ANY (column); GIN answers @> ARRAY[…], which asks the same of values that are not NULL.";
		finding.rewrite = contained(it);
		finding.kind = finding.rewrite ? REMEDY_REWRITE : REMEDY_INDEX;
	}
	finding.notes = arena_printf(arena, "%s%sThe planner cannot be asked about it beforehand.", it->kind->notes ? it->kind->notes : "", it->kind->notes ? " " : "");
	finding_set_indexes(arena, &finding, &index, 1);
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, index_lookups_left(it->advice->plan, scan, DESCENTS, CANDIDATES));
	*list_push(arena, &it->advice->findings) = finding;
}

/* to_tsvector() alone depends on a setting; with the language written it does not. */
static bool may_be_key(const Case *it) {
	const Operand *left = &it->condition->left;
	if (left->kind == OPERAND_COLUMN) return true;
	if (!left->key) return false;
	if (left->function && strcmp(left->function, "to_tsvector") == 0) return strstr(left->key, "::regconfig") != NULL;
	return operand_immutable(it->advice->arena, it->advice->facts, it->scan->table, left) != IMMUTABLE_NO;
}

static bool applies(Case *it) {
	const Predicate *condition = it->condition;
	const Operand *left = &condition->left;
	bool any = condition->kind == PREDICATE_OTHER && condition->operator_name && strcmp(condition->operator_name, "= ANY") == 0;
	if ((condition->kind != PREDICATE_CONTAINS && !any) || condition->negated || !scan_owns_all(it->scan, left)) return false;
	if (condition->right.column_count || !may_be_key(it)) return false;
	it->kind = kind_of(it);
	return it->kind && !is_there(it);
}

static bool tell(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *condition) {
	Case it = {.advice = advice, .scan = scan, .condition = condition};
	if (!applies(&it)) return false;
	report(&it, rule);
	return true;
}

static void run(Advice *advice, const Rule *rule) {
	advice_on_filters(advice, rule, tell);
}

const Rule rule_index_type = {
    .id = "index-type",
    .summary = "a condition no btree answers (@>, @@, &&, = ANY (column)) reads a whole table",
    .fires = "A table is read whole, and a condition on jsonb, an array, full text, a range, an address or a shape throws away at "
	     "least 90% (and 1,000) of the rows; the scan takes at least 10% of the statement. GIN or GiST is advised with "
	     "the operator class the operator wants; value = ANY (column) is rewritten as column @> ARRAY[value]. Silent for "
	     "tables under 1,000 rows or 1 MB, when an index of that kind is there, where the type is not known, and when an index "
	     "for another condition of the scan saves as much.",
    .sourced = true,
    .run = run,
};
