/* migration_index.c: an index as the steps of a migration. */
#include "advise/index_parts.h"
#include "report/migration_parts.h"
#include "sql/quote.h"

static void add(Arena *arena, MigrationSteps *steps, bool patient, const char *sql) {
	*list_push(arena, steps) = (MigrationStep){.sql = sql, .patient = patient};
}

const char *migration_do(Arena *arena, const char *body) {
	const char *tag = "$$";
	for (int i = 1; strstr(body, tag); i++) tag = arena_printf(arena, "$p%d$", i);
	return arena_printf(arena, "DO %s\n%s\n%s", tag, body, tag);
}

static const char *name_literal(Arena *arena, const char *schema, const char *name) {
	return sql_literal(arena, sql_qualified(arena, schema, name));
}

/* A build that was interrupted leaves an INVALID index, which IF NOT EXISTS would take for a good one. A plain DROP: where the build
 * is not over at all, DROP INDEX CONCURRENTLY would wait for its end and drop a good index. */
static const char *without_leftover(Arena *arena, const IndexAdvice *index) {
	const char *body = arena_printf(arena,
	    "DECLARE\n"
	    "    leftover regclass := (SELECT indexrelid FROM pg_index\n"
	    "        WHERE indexrelid = to_regclass(%s)\n"
	    "            AND indrelid = to_regclass(%s) AND NOT indisvalid);\n"
	    "BEGIN\n"
	    "    IF leftover IS NOT NULL THEN\n"
	    "        EXECUTE 'DROP INDEX ' || leftover::text;\n"
	    "    END IF;\n"
	    "END",
	    name_literal(arena, index->schema, index->name), name_literal(arena, index->schema, index->table));
	return migration_do(arena, body);
}

static const char *is_there(Arena *arena, const IndexAdvice *index) {
	const char *complaint = arena_printf(arena, "index %s is not there, or is INVALID", sql_qualified(arena, index->schema, index->name));
	const char *body = arena_printf(arena,
	    "BEGIN\n"
	    "    IF NOT EXISTS (SELECT FROM pg_index\n"
	    "        WHERE indexrelid = to_regclass(%s)\n"
	    "            AND indrelid = to_regclass(%s) AND indisvalid) THEN\n"
	    "        RAISE EXCEPTION USING MESSAGE = %s;\n"
	    "    END IF;\n"
	    "END",
	    name_literal(arena, index->schema, index->name), name_literal(arena, index->schema, index->table), sql_literal(arena, complaint));
	return migration_do(arena, body);
}

/* "CREATE INDEX IF NOT EXISTS name ON ONLY table (…)": what stands in front of a name and of a table is ours. */
static const char *create_if_not_there(Arena *arena, const IndexAdvice *index, bool only) {
	const char *sql = index_create_sql(arena, index), *name = sql_identifier(arena, index->name);
	const char *head = index->partitioned ? "CREATE INDEX " : "CREATE INDEX CONCURRENTLY ";
	const char *rest = sql + strlen(head) + strlen(name) + strlen(" ON ");
	return arena_printf(arena, "%sIF NOT EXISTS %s ON %s%s", head, name, only ? "ONLY " : "", rest);
}

static const char *drop_if_there(Arena *arena, const IndexAdvice *index) {
	return arena_printf(arena, "DROP INDEX %sIF EXISTS %s", index->partitioned ? "" : "CONCURRENTLY ", sql_qualified(arena, index->schema, index->name));
}

static void add_plain(Arena *arena, Migration *migration, const IndexAdvice *index) {
	add(arena, &migration->up, false, without_leftover(arena, index));
	add(arena, &migration->up, true, create_if_not_there(arena, index, false));
	add(arena, &migration->up, false, is_there(arena, index));
	add(arena, &migration->down, true, drop_if_there(arena, index));
}

/* ---- of a partitioned table ---- */

/* Such an index on the parent is INVALID until each of its partitions has its own attached. What is attached already stays so: it can be
 * run again where it failed, and goes on there. */
static void add_by_partition(Arena *arena, Migration *migration, const IndexAdvice *index, const TableFacts *table, const Facts *facts, const char *naming) {
	IndexParts parts = index_parts(arena, index, table->partitions.items, table->partitions.count, facts, naming);
	for (size_t i = 0; i < parts.count; i++) {
		const IndexAdvice *part = &parts.items[i].index;
		if (!part->partitioned) add(arena, &migration->up, false, without_leftover(arena, part));
		add(arena, &migration->up, !part->partitioned, create_if_not_there(arena, part, part->partitioned));
		add(arena, &migration->down, !part->partitioned, drop_if_there(arena, part)); /* of a partition: one that never was attached */
	}
	for (size_t i = 1; i < parts.count; i++) {
		const IndexAdvice *part = &parts.items[i].index, *parent = &parts.items[parts.items[i].parent].index;
		add(arena, &migration->up, false, arena_printf(arena, "ALTER INDEX %s ATTACH PARTITION %s", sql_qualified(arena, parent->schema, parent->name),
		                                                sql_qualified(arena, part->schema, part->name)));
	}
	add(arena, &migration->up, false, is_there(arena, index));
}

/* A foreign table takes no index, and its parent's would stay INVALID for want of it. */
static bool can_attach(const TableFacts *table) {
	for (size_t i = 0; table && i < table->partitions.count; i++)
		if (table->partitions.items[i].kind == 'f') return false;
	return table && table->partitions.count;
}

/* Values of an expression are known to the planner only once they were looked at. */
static bool has_expression(const IndexAdvice *index) {
	for (size_t i = 0; i < index->column_count; i++)
		if (strchr(index->columns[i], '(')) return true;
	return false;
}

void migration_add_index(Arena *arena, Migration *migration, const IndexAdvice *index, const Facts *facts, const char *naming) {
	const TableFacts *table = table_facts(facts, index->schema, index->table);
	if (!index->partitioned) {
		add_plain(arena, migration, index);
		migration->locks = "Reads and writes go on while it is built and while it is dropped (ShareUpdateExclusive); both wait for "
		                   "transactions that are already open. Where an earlier try left an INVALID index, that is dropped first, under "
		                   "AccessExclusive for a moment, for which it waits no longer than 2 s.";
	} else if (can_attach(table)) {
		add_by_partition(arena, migration, index, table, facts, naming);
		migration->locks = "Reads and writes go on while it is built on one partition after the other (ShareUpdateExclusive); making it on the "
		                   "parent (Share) and attaching (AccessExclusive on the indexes) take a moment, for which they wait no longer than 2 s. "
		                   "Undoing it takes AccessExclusive on the table and all its partitions for a moment.";
	} else {
		migration->transaction = true;
		add(arena, &migration->up, false, create_if_not_there(arena, index, false));
		add(arena, &migration->up, false, is_there(arena, index));
		add(arena, &migration->down, false, drop_if_there(arena, index));
		migration->locks = "Writes to the table and all its partitions wait for as long as it is built (Share), reads go on: CONCURRENTLY is refused "
		                   "on a partitioned table, and its partitions are not known or some are foreign. Undoing it takes AccessExclusive for a moment.";
	}
	if (has_expression(index)) add(arena, &migration->up, true, arena_printf(arena, "ANALYZE %s", sql_qualified(arena, index->schema, index->table)));
}
