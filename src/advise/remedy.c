/* remedy.c: what a finding advises as statements a server can be given one by one. */
#include "advise/remedy.h"

#include "advise/index_key.h"
#include "advise/index_name.h"
#include "sql/quote.h"
#include "sql/split.h"

/* ---- what each kind locks ---- */

typedef struct Manner {
	LockMode lock;
	bool waits_for_all; /* open transactions, not only holders of locks */
	bool concurrent; /* nobody waits behind it */
	const char *words;
} Manner;

static const Manner manners[] = {
	[STEP_EXTENSION] = {.words = NULL},
	[STEP_BUILD] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, true, "ShareUpdateExclusive: reads and writes go on; it waits for transactions that are open"},
	[STEP_PARENT] = {LOCK_SHARE, false, false, "Share on the parent alone, for a moment: writes through it wait"},
	[STEP_ATTACH] = {LOCK_ACCESS_EXCLUSIVE, false, false, "AccessExclusive on the partition's new index, for a moment: reads of that partition wait"},
	[STEP_STATISTICS] = {LOCK_SHARE_UPDATE_EXCLUSIVE, false, false, "ShareUpdateExclusive: reads and writes go on"},
	[STEP_ALTER] = {LOCK_SHARE_UPDATE_EXCLUSIVE, false, false, "ShareUpdateExclusive: reads and writes go on"},
	[STEP_ANALYZE] = {LOCK_SHARE_UPDATE_EXCLUSIVE, false, true, "ShareUpdateExclusive: reads and writes go on"},
	[STEP_TRIAL] = {LOCK_SHARE, false, false, "Share: reads go on, writes to the table wait until it is rolled back"},
	[STEP_VACUUM] = {LOCK_SHARE_UPDATE_EXCLUSIVE, false, true, "ShareUpdateExclusive: reads and writes go on"},
};

const char *remedy_locks(const RemedyStep *step) { return manners[step->kind].words; }
bool remedy_waits_for_all(const RemedyStep *step) { return manners[step->kind].waits_for_all; }
bool remedy_concurrent(const RemedyStep *step) { return manners[step->kind].concurrent; }

static RemedyStep *add(Arena *arena, RemedySteps *steps, StepKind kind, const char *sql, const char *relation) {
	RemedyStep *step = list_push(arena, steps);
	*step = (RemedyStep){.kind = kind, .sql = sql, .relation = relation, .lock = manners[kind].lock};
	return step;
}

/* ---- texts of rules, told by their words ---- */

/* A `?` stands for a name with its schema or without, which the statement is about; `.` for any one word; `…` for any number of them. */
typedef struct Form {
	StepKind kind;
	const char *words[16]; /* NULL ends them */
} Form;

static const Form forms[] = {
	{STEP_EXTENSION, {"create", "extension", "if", "not", "exists", "."}},
	{STEP_ANALYZE, {"analyze", "?"}},
	{STEP_VACUUM, {"vacuum", "(", "analyze", ")", "?"}},
	{STEP_STATISTICS, {"create", "statistics", "…", "from", "?"}},
	{STEP_ALTER, {"alter", "table", "?", "alter", "column", ".", "set", "statistics", "."}},
	{STEP_ALTER, {"alter", "table", "?", "alter", "column", ".", "set", "(", "n_distinct", "=", "…", ")"}},
};

static size_t name_end(const char *sql, const TokenList *tokens, size_t at) {
	if (at >= tokens->count) return at;
	return tokens_have(sql, tokens, at + 1, ".") && at + 2 < tokens->count ? at + 3 : at + 1;
}

/* The longest way first: `…` ends at the last word that fits. */
static bool fits(Arena *arena, const char *sql, const TokenList *tokens, const char *const *words, size_t at, const char **relation) {
	if (!*words) return at == tokens->count;
	if (at > tokens->count) return false;
	if (strcmp(*words, "…") == 0) {
		for (size_t next = tokens->count; next > at; next--)
			if (fits(arena, sql, tokens, words + 1, next, relation)) return true;
		return false;
	}
	if (at == tokens->count) return false;
	size_t end = strcmp(*words, "?") == 0 ? name_end(sql, tokens, at) : at + 1;
	bool named = **words == '?', any = named || strcmp(*words, ".") == 0;
	if (!any && !tokens_have(sql, tokens, at, *words)) return false;
	if (!fits(arena, sql, tokens, words + 1, end, relation)) return false;
	size_t start = tokens->items[at].span.start;
	if (named) *relation = arena_copy_n(arena, sql + start, tokens->items[end - 1].span.end - start);
	return true;
}

static bool add_text(Arena *arena, RemedySteps *steps, const char *sql) {
	TokenList tokens = sql_tokens(arena, sql);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *relation = NULL;
		if (!fits(arena, sql, &tokens, forms[i].words, 0, &relation)) continue;
		add(arena, steps, forms[i].kind, sql, relation);
		return true;
	}
	return false;
}

static bool add_texts(Arena *arena, RemedySteps *steps, const char *text) {
	SpanList statements = statement_split(arena, text);
	for (size_t i = 0; i < statements.count; i++) {
		Span span = statements.items[i];
		if (!add_text(arena, steps, arena_copy_n(arena, text + span.start, span.end - span.start))) return false;
	}
	return statements.count > 0;
}

/* ---- indexes ---- */

static void add_index(Arena *arena, RemedySteps *steps, StepKind kind, const IndexAdvice *index) {
	const char *sql = kind == STEP_PARENT ? index_create_only_sql(arena, index) : index_create_sql(arena, index);
	RemedyStep *step = add(arena, steps, kind, sql, sql_qualified(arena, index->schema, index->table));
	step->schema = index->schema;
	step->index = index->name;
}

typedef LIST(IndexAdvice) IndexList;

static const IndexAdvice *index_on(const IndexList *indexes, const char *schema, const char *table) {
	for (size_t i = 0; i < indexes->count; i++)
		if (strcmp(indexes->items[i].table, table) == 0 && strcmp(indexes->items[i].schema, schema) == 0) return &indexes->items[i];
	return NULL;
}

static bool called(const IndexList *indexes, const IndexAdvice *index) {
	for (size_t i = 0; i < indexes->count; i++)
		if (strcmp(indexes->items[i].name, index->name) == 0 && strcmp(indexes->items[i].schema, index->schema) == 0) return true;
	return false;
}

static IndexList indexes_of_parts(Arena *arena, const IndexAdvice *whole, const PartitionFacts *partitions, size_t count) {
	IndexList indexes = {0};
	*list_push(arena, &indexes) = *whole;
	for (size_t i = 0; i < count; i++) {
		IndexAdvice part = *whole;
		part.schema = partitions[i].schema;
		part.table = partitions[i].name;
		part.partitioned = partitions[i].kind == 'p';
		part.name = index_name(arena, NULL, &part, 0);
		for (int number = 1; called(&indexes, &part); number++) part.name = index_name(arena, NULL, &part, number);
		*list_push(arena, &indexes) = part;
	}
	return indexes;
}

/* Leaves first, which takes long and blocks nobody; what stands above them is there in a moment, and turns valid as the last is attached. */
static void add_partitioned(Arena *arena, RemedySteps *steps, const IndexAdvice *whole, const PartitionFacts *partitions, size_t count) {
	IndexList indexes = indexes_of_parts(arena, whole, partitions, count);
	for (size_t i = 1; i < indexes.count; i++)
		if (!indexes.items[i].partitioned) add_index(arena, steps, STEP_BUILD, &indexes.items[i]);
	for (size_t i = 0; i < indexes.count; i++)
		if (indexes.items[i].partitioned) add_index(arena, steps, STEP_PARENT, &indexes.items[i]);
	for (size_t i = count; i-- > 0;) {
		const IndexAdvice *part = &indexes.items[i + 1], *above = index_on(&indexes, partitions[i].parent_schema, partitions[i].parent);
		if (!above) continue;
		const char *sql = arena_printf(arena, "ALTER INDEX %s ATTACH PARTITION %s", sql_qualified(arena, above->schema, above->name), sql_qualified(arena, part->schema, part->name));
		add(arena, steps, STEP_ATTACH, sql, sql_qualified(arena, part->schema, part->table));
	}
}

static bool wants_analyze(Arena *arena, const IndexAdvice *index) {
	for (size_t i = 0; i < index->column_count; i++)
		if (!index_key_read(arena, index->columns[i]).column) return true;
	return false;
}

/* An expression has statistics only once its table was analyzed. */
static void add_analyze(Arena *arena, RemedySteps *steps, const IndexAdvice *index) {
	const char *table = sql_qualified(arena, index->schema, index->table);
	if (wants_analyze(arena, index)) add(arena, steps, STEP_ANALYZE, arena_printf(arena, "ANALYZE %s", table), table);
}

/* ---- all of it ---- */

bool remedy_needs_partitions(const Finding *finding) {
	return finding->indexes.count && finding->indexes.items[0].partitioned;
}

static const char *foreign_part(const PartitionFacts *partitions, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (partitions[i].kind != 'r' && partitions[i].kind != 'p') return partitions[i].name;
	return NULL;
}

static bool refuse(Err *err, const char *message, const char *hint) {
	err_set(err, ERR_REFUSED, "%s", message);
	err_hint(err, "%s", hint);
	return false;
}

static bool add_before(Arena *arena, RemedySteps *steps, const Finding *finding, Err *err) {
	return !finding->before || add_texts(arena, steps, finding->before) || refuse(err, "what has to come before this index is for you to do", finding->before);
}

static bool add_indexes(Arena *arena, RemedySteps *steps, const Finding *finding, const PartitionFacts *partitions, size_t count, Err *err) {
	if (!add_before(arena, steps, finding, err)) return false;
	for (size_t i = 0; i < finding->indexes.count; i++) {
		const IndexAdvice *index = &finding->indexes.items[i];
		const char *foreign = index->partitioned ? foreign_part(partitions, count) : NULL;
		if (!index->schema || !index->name) return refuse(err, "the schema of the table is not known", "It was advised without the catalog: plan the statement again.");
		if (index->partitioned && i) return refuse(err, "several indexes of which one is on a partitioned table are for you to do", finding->sql);
		if (foreign) return refuse(err, arena_printf(arena, "partition %s is a foreign table, which has no indexes here", foreign), "Index it on its own server.");
		if (index->partitioned) add_partitioned(arena, steps, index, partitions, count);
		else add_index(arena, steps, STEP_BUILD, index);
		add_analyze(arena, steps, index);
	}
	return true;
}

static bool add_all(Arena *arena, RemedySteps *steps, const Finding *finding, const PartitionFacts *partitions, size_t count, Err *err) {
	if (finding->indexes.count) return add_indexes(arena, steps, finding, partitions, count, err);
	if (!finding->sql) return refuse(err, "this finding has no statement to run", "What can be done stands beside it.");
	if (finding->kind == REMEDY_SETTING) return refuse(err, "settings are yours to change: pgwhy shows them as text only", "y copies the statement.");
	if (finding->kind == REMEDY_REWRITE) return refuse(err, "a rewrite belongs into your program", "y copies it, V proves it.");
	bool known = (finding->kind == REMEDY_STATISTICS || finding->kind == REMEDY_MAINTENANCE) && add_texts(arena, steps, finding->sql);
	return known || refuse(err, "this remedy is text to read: pgwhy does not run it", "y copies the statement.");
}

RemedySteps remedy_steps(Arena *arena, const Finding *finding, const PartitionFacts *partitions, size_t count, Err *err) {
	RemedySteps steps = {0};
	return add_all(arena, &steps, finding, partitions, count, err) ? steps : (RemedySteps){0};
}

/* Without a name: PostgreSQL finds one that is free. Of a partitioned table: on the whole of it, which builds it on each partition. */
RemedySteps remedy_trial(Arena *arena, const Finding *finding, Err *err) {
	RemedySteps steps = {0};
	if (!finding->indexes.count) refuse(err, "this finding advises no index to try", "V proves a rewrite; :with tries a setting.");
	else if (!add_before(arena, &steps, finding, err)) return (RemedySteps){0};
	for (size_t i = 0; i < finding->indexes.count; i++) {
		IndexAdvice index = finding->indexes.items[i];
		index.name = NULL;
		add(arena, &steps, STEP_TRIAL, index_pretend_sql(arena, &index), sql_qualified(arena, index.schema, index.table));
		add_analyze(arena, &steps, &index);
	}
	return steps;
}
