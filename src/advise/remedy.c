/* remedy.c: what a finding advises as statements a server can be given one by one. */
#include "advise/remedy.h"

#include "advise/index_key.h"
#include "advise/index_name.h"
#include "advise/index_parts.h"
#include "sql/quote.h"
#include "sql/split.h"

/* ---- what each kind locks ---- */

typedef struct Manner {
	LockMode lock;
	bool concurrent; /* nobody waits behind it */
	LockMode outwaits; /* without a lock of its own it waits until nobody holds what conflicts with that; LOCK_NO_MODE: it doesn't */
	bool snapshots; /* and for those that are older */
	const char *words;
} Manner;

static const Manner manners[] = {
	[STEP_EXTENSION] = {.words = NULL},
	[STEP_CLEAR] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, LOCK_ACCESS_EXCLUSIVE, false, "left INVALID by an earlier try, it makes way. ShareUpdateExclusive: reads and writes go on; it waits for who uses the table"},
	[STEP_BUILD] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, LOCK_SHARE, true, "ShareUpdateExclusive: reads and writes go on; it waits for transactions that are open"},
	[STEP_PARENT] = {LOCK_SHARE, .words = "Share on the parent alone, for a moment: writes through it wait"},
	[STEP_ATTACH] = {LOCK_ACCESS_EXCLUSIVE, .words = "AccessExclusive on the partition's new index, for a moment: reads of that partition wait"},
	[STEP_DROP] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, LOCK_ACCESS_EXCLUSIVE, false, "ShareUpdateExclusive: reads and writes go on; it waits for who uses the table"},
	[STEP_REINDEX] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, LOCK_ACCESS_EXCLUSIVE, true, "ShareUpdateExclusive: reads and writes go on; it waits for transactions that are open"},
	[STEP_STATISTICS] = {LOCK_SHARE_UPDATE_EXCLUSIVE, .words = "ShareUpdateExclusive: reads and writes go on"},
	[STEP_ALTER] = {LOCK_SHARE_UPDATE_EXCLUSIVE, .words = "ShareUpdateExclusive: reads and writes go on"},
	[STEP_ANALYZE] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, .words = "ShareUpdateExclusive: reads and writes go on"},
	[STEP_VACUUM] = {LOCK_SHARE_UPDATE_EXCLUSIVE, true, .words = "ShareUpdateExclusive: reads and writes go on"},
	[STEP_TRIAL] = {LOCK_SHARE, .words = "Share: reads go on, writes to the table wait until it is rolled back"},
};

const char *remedy_locks(const RemedyStep *step) { return manners[step->kind].words; }
bool remedy_waits_for_snapshots(const RemedyStep *step) { return manners[step->kind].snapshots; }
bool remedy_concurrent(const RemedyStep *step) { return manners[step->kind].concurrent; }

LockModes remedy_waits_for(const RemedyStep *step) {
	return lock_mode_conflicts(manners[step->kind].lock) | lock_mode_conflicts(manners[step->kind].outwaits);
}

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
	{STEP_VACUUM, {"vacuum", "(", "analyze", ",", "verbose", ")", "?"}},
	{STEP_DROP, {"drop", "index", "concurrently", "?"}},
	{STEP_REINDEX, {"reindex", "index", "concurrently", "?"}},
	{STEP_ALTER, {"alter", "index", "?", "set", "(", "pages_per_range", "=", ".", ")"}},
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

/* REINDEX CONCURRENTLY gives it that name until it takes the other's. */
static void name_copy(Arena *arena, RemedyStep *step) {
	const char *rest = step->relation, *part;
	while ((part = sql_name_part(arena, &rest))) {
		step->schema = step->index;
		step->index = part;
	}
	step->index = step->schema ? arena_printf(arena, "%s_ccnew", step->index) : NULL;
}

static bool add_text(Arena *arena, RemedySteps *steps, const char *sql) {
	TokenList tokens = sql_tokens(arena, sql);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *relation = NULL;
		if (!fits(arena, sql, &tokens, forms[i].words, 0, &relation)) continue;
		RemedyStep *step = add(arena, steps, forms[i].kind, sql, relation);
		step->of_index = strcmp(forms[i].words[1], "index") == 0;
		if (step->kind == STEP_REINDEX) name_copy(arena, step);
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

static bool refuse(Err *err, const char *message, const char *hint) {
	err_set(err, ERR_REFUSED, "%s", message);
	err_hint(err, "%s", hint);
	return false;
}

static void add_index(Arena *arena, RemedySteps *steps, StepKind kind, const IndexAdvice *index) {
	const char *sql = kind == STEP_CLEAR ? index_drop_sql(arena, index) : kind == STEP_PARENT ? index_create_only_sql(arena, index) : index_create_sql(arena, index);
	RemedyStep *step = add(arena, steps, kind, sql, sql_qualified(arena, index->schema, index->table));
	step->schema = index->schema;
	step->index = index->name;
}

/* A part, and what is there of it. */
typedef struct Stand {
	IndexAdvice *index;
	const IndexThere *there; /* NULL: nothing */
	bool attached;
} Stand;

/* What is there keeps its name; what is not gets one that is free. */
static Stand stand_of(Arena *arena, IndexPart *part, const IndexPart *parent, const RemedySite *site) {
	Stand stand = {.index = &part->index, .there = index_there_find(arena, &site->indexes, &part->index, parent ? parent->index.name : NULL)};
	stand.attached = stand.there && stand.there->attached_to;
	if (stand.there) part->index.name = stand.there->name;
	else if (index_name_taken(site->taken, part->index.schema, part->index.name)) part->index.name = index_name_in(arena, site->naming, site->taken, &part->index, 1);
	return stand;
}

static bool in_the_way(Arena *arena, const Stand *stand, Err *err) {
	if (!stand->there || stand->there->valid || stand->index->partitioned) return false;
	const char *name = sql_qualified(arena, stand->index->schema, stand->there->name);
	if (stand->there->being_built) {
		refuse(err, arena_printf(arena, "%s is being built, or worked on, by another session", name), "Wait for its end: Activity shows how far it has come.");
	} else if (stand->attached) {
		refuse(err, arena_printf(arena, "%s is attached to the index of the whole, and INVALID", name), arena_printf(arena, "REINDEX INDEX CONCURRENTLY %s makes it valid.", name));
	} else {
		return false;
	}
	return true;
}

static void add_leaf(Arena *arena, RemedySteps *steps, const Stand *stand) {
	if (stand->index->partitioned || (stand->there && stand->there->valid)) return;
	if (stand->there) add_index(arena, steps, STEP_CLEAR, stand->index);
	add_index(arena, steps, STEP_BUILD, stand->index);
}

static void add_attached(Arena *arena, RemedySteps *steps, const IndexAdvice *part, const IndexAdvice *parent) {
	const char *sql = arena_printf(arena, "ALTER INDEX %s ATTACH PARTITION %s", sql_qualified(arena, parent->schema, parent->name), sql_qualified(arena, part->schema, part->name));
	add(arena, steps, STEP_ATTACH, sql, NULL); /* it locks an index that is new */
}

/* Leaves first, which takes long and blocks nobody; what stands above them is there in a moment, and turns valid as the last is attached.
 * An index that is no partitioned table's is the one leaf. */
static bool add_whole(Arena *arena, RemedySteps *steps, IndexAdvice *whole, const RemedySite *site, Err *err) {
	IndexParts parts = index_parts(arena, whole, site->partitions.items, whole->partitioned ? site->partitions.count : 0, site->taken, site->naming);
	Stand *stands = ARENA_ARRAY(arena, Stand, parts.count);
	for (size_t i = 0; i < parts.count; i++) {
		stands[i] = stand_of(arena, &parts.items[i], i ? &parts.items[parts.items[i].parent] : NULL, site);
		if (in_the_way(arena, &stands[i], err)) return false;
	}
	whole->name = parts.items[0].index.name;
	for (size_t i = 0; i < parts.count; i++) add_leaf(arena, steps, &stands[i]);
	for (size_t i = 0; i < parts.count; i++)
		if (stands[i].index->partitioned && !stands[i].there) add_index(arena, steps, STEP_PARENT, stands[i].index);
	for (size_t i = parts.count; i-- > 1;)
		if (!stands[i].attached) add_attached(arena, steps, stands[i].index, stands[parts.items[i].parent].index);
	return true;
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

const char **remedy_tables(Arena *arena, const Finding *finding, size_t *count) {
	const char **tables = ARENA_ARRAY(arena, const char *, finding->indexes.count + 1);
	*count = finding->indexes.count;
	for (size_t i = 0; i < *count; i++) tables[i] = sql_qualified(arena, finding->indexes.items[i].schema, finding->indexes.items[i].table);
	return tables;
}

static const char *foreign_part(const RemedySite *site) {
	for (size_t i = 0; i < site->partitions.count; i++)
		if (site->partitions.items[i].kind == 'f') return site->partitions.items[i].name;
	return NULL;
}

static bool add_before(Arena *arena, RemedySteps *steps, const Finding *finding, Err *err) {
	return !finding->before || add_texts(arena, steps, finding->before) || refuse(err, "what has to come before this index is for you to do", finding->before);
}

static bool all_there(Arena *arena, const Finding *finding, Err *err) {
	const IndexAdvice *index = &finding->indexes.items[0];
	return refuse(err, arena_printf(arena, "%s is there already, and valid", sql_qualified(arena, index->schema, index->name)), "Plan the statement again: its advice is of before.");
}

static bool add_indexes(Arena *arena, RemedySteps *steps, Finding *finding, const RemedySite *site, Err *err) {
	const char *foreign = foreign_part(site);
	if (foreign) return refuse(err, arena_printf(arena, "partition %s is a foreign table, which has no indexes here", foreign), "Index it on its own server.");
	if (!add_before(arena, steps, finding, err)) return false;
	double bytes = finding->index_bytes; /* measured, perhaps */
	finding_set_indexes(arena, finding, finding->indexes.items, finding->indexes.count); /* its own, to be given other names */
	size_t before = steps->count;
	for (size_t i = 0; i < finding->indexes.count; i++) {
		IndexAdvice *index = &finding->indexes.items[i];
		size_t count = steps->count;
		if (!index->schema || !index->name) return refuse(err, "the schema of the table is not known", "It was advised without the catalog: plan the statement again.");
		if (!add_whole(arena, steps, index, site, err)) return false;
		if (steps->count > count) add_analyze(arena, steps, index);
	}
	if (steps->count == before) return all_there(arena, finding, err);
	finding_set_indexes(arena, finding, finding->indexes.items, finding->indexes.count); /* SQL and undo by the names they get */
	finding->index_bytes = bytes;
	return true;
}

/* What is no change of the server's that can be undone by another, or not of one table's, is for people to do. */
static const struct {
	RemedyKind kind;
	const char *why, *instead;
} refused[] = {
	{REMEDY_SETTING, "settings are yours to change: pgwhy shows them as text only", "y copies the statement; :with tries one of the session for the next runs."},
	{REMEDY_REWRITE, "a rewrite belongs into your program", "V proves it and compares, y copies it."},
	{REMEDY_SCHEMA, "a change of the schema is for a migration of yours", "y copies the statement."},
};

static bool add_all(Arena *arena, RemedySteps *steps, Finding *finding, const RemedySite *site, Err *err) {
	if (finding->indexes.count) return add_indexes(arena, steps, finding, site, err);
	if (!finding->sql) return refuse(err, "this finding has no statement to run", "What can be done stands beside it.");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (finding->kind == refused[i].kind) return refuse(err, refused[i].why, refused[i].instead);
	return add_texts(arena, steps, finding->sql) || refuse(err, "this remedy is text to read: pgwhy does not run it", "y copies the statement.");
}

RemedySteps remedy_steps(Arena *arena, Finding *finding, const RemedySite *site, Err *err) {
	static const RemedySite nothing = {0};
	RemedySteps steps = {0};
	return add_all(arena, &steps, finding, site ? site : &nothing, err) ? steps : (RemedySteps){0};
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
