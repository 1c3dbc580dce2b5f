/* scans.c: the Scans pane: which tables are read whole to find a few rows, and what else makes reading them dear. */
#include <math.h>

#include "panes/scan_verdict.h"
#include "panes/why.h"

enum {
	COLUMN_RELATION,
	COLUMN_WASTED,
	COLUMN_VERDICT,
	COLUMN_SEQ_SCANS,
	COLUMN_ROWS_PER_SCAN,
	COLUMN_INDEX_SCANS,
	COLUMN_INDEX_SHARE,
	COLUMN_LIVE,
	COLUMN_DEAD,
	COLUMN_HOT,
	COLUMN_SIZE,
	COLUMN_ROWS_READ,
	COLUMN_HIT,
	COLUMN_WRITES,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_PARENT,
	HIDDEN_POLL_KEY,
	HIDDEN_ROLE,
	HIDDEN_ORDER, /* where nothing is read in vain, by what is read */
	HIDDEN_USE, /* place in the list of uses */
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_RELATION] = {"relation", "table", CELL_TEXT, UNIT_NONE, 24, .named = true, .help = "the table; a partitioned one is the sum of its partitions"},
	[COLUMN_WASTED] = {"rows_wasted_per_s", "in vain", CELL_REAL, UNIT_RATE, 7, .descending = true,
	                   .help = "rows a second read by sequential scans that read much of a table of 8 MB or more: what an index might spare"},
	[COLUMN_VERDICT] = {"verdict", "verdict", CELL_TEXT, UNIT_NONE, 14, .help = "what there is to say of it; Enter says why"},
	[COLUMN_SEQ_SCANS] = {"seq_scans_per_s", "seq/s", CELL_REAL, UNIT_RATE, 6, .descending = true,
	                      .help = "sequential scans a second; a parallel one counts once for each of its processes"},
	[COLUMN_ROWS_PER_SCAN] = {"rows_per_seq_scan", "rows/seq", CELL_REAL, UNIT_COUNT, 8, .descending = true,
	                          .help = "rows one sequential scan reads: few where a LIMIT or EXISTS ends it early"},
	[COLUMN_INDEX_SCANS] = {"index_scans_per_s", "idx/s", CELL_REAL, UNIT_RATE, 6, .descending = true,
	                        .help = "index scans a second; a nested loop makes one for each of its rows"},
	[COLUMN_INDEX_SHARE] = {"index_share", "idx%", CELL_REAL, UNIT_SHARE, 5, .help = "share of the rows read that were found by an index"},
	[COLUMN_LIVE] = {"live_rows", "live", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "rows it holds, by the statistics"},
	[COLUMN_DEAD] = {"dead_rows", "dead", CELL_REAL, UNIT_COUNT, 6, .descending = true,
	                 .help = "rows deleted or replaced that VACUUM has not cleared away yet; each scan reads them too"},
	[COLUMN_HOT] = {"hot_share", "HOT", CELL_REAL, UNIT_SHARE, 5,
	                .help = "share of the updates that had no index to change, because the new row found room on its page"},
	[COLUMN_SIZE] = {"total_bytes", "size", CELL_REAL, UNIT_BYTES, 7, .descending = true,
	                 .help = "table, indexes and TOAST, as VACUUM or ANALYZE last saw them; Sizes measures"},
	[COLUMN_ROWS_READ] = {"rows_read_per_s", "rows/s", CELL_REAL, UNIT_RATE, 7, .descending = true,
	                      .help = "rows a second read by all sequential scans, those of small tables too"},
	[COLUMN_HIT] = {"hit_share", "hit", CELL_REAL, UNIT_SHARE, 5, .help = "share of the table's blocks that were found in shared buffers"},
	[COLUMN_WRITES] = {"writes_per_s", "writes/s", CELL_REAL, UNIT_RATE, 8, .descending = true,
	                   .help = "rows inserted, updated and deleted a second"},
};

enum { PART_INFO };
static const char *const part_queries[] = {[PART_INFO] = "scans_info", NULL};

static double ratio(double part, double whole) {
	return whole > 0 ? part / whole : NAN;
}

/* A cold partition has nothing to say of its own. */
static bool left_out(const TableUse *use) {
	return use->parent != TABLE_NO_COLUMN && !use->partitioned && use->totals[USE_SEQ_SCANS] + use->totals[USE_INDEX_SCANS] == 0;
}

static const char *key_of(Arena *arena, const TableUse *use) {
	return arena_printf(arena, "%lld", (long long)use->oid);
}

static void set_figures(Table *shown, size_t at, const TableUses *uses, const TableUse *use, double block_bytes) {
	const double *amounts = use->amounts, per_second = uses->per_second;
	double writes = amounts[USE_INSERTED] + amounts[USE_UPDATED] + amounts[USE_DELETED];
	table_set_real(shown, at, COLUMN_WASTED, amounts[USE_ROWS_WASTED] * per_second);
	table_set_real(shown, at, COLUMN_SEQ_SCANS, amounts[USE_SEQ_SCANS] * per_second);
	table_set_real(shown, at, COLUMN_INDEX_SCANS, amounts[USE_INDEX_SCANS] * per_second);
	table_set_real(shown, at, COLUMN_ROWS_PER_SCAN, table_use_rows_per_scan(use));
	table_set_real(shown, at, COLUMN_INDEX_SHARE, ratio(amounts[USE_INDEX_ROWS], amounts[USE_INDEX_ROWS] + amounts[USE_SEQ_ROWS]));
	table_set_real(shown, at, COLUMN_LIVE, use->rows);
	table_set_real(shown, at, COLUMN_DEAD, use->dead_rows);
	table_set_real(shown, at, COLUMN_HOT, ratio(amounts[USE_HOT_UPDATED], amounts[USE_UPDATED]));
	table_set_real(shown, at, COLUMN_SIZE, use->total_pages * block_bytes);
	table_set_real(shown, at, COLUMN_ROWS_READ, amounts[USE_SEQ_ROWS] * per_second);
	table_set_real(shown, at, COLUMN_HIT, ratio(amounts[USE_BLOCKS_HIT], amounts[USE_BLOCKS_FETCHED]));
	table_set_real(shown, at, COLUMN_WRITES, writes * per_second);
}

static void add_row(Arena *arena, Table *shown, const PaneInput *input, const TableUses *uses, size_t place) {
	const TableUse *use = &uses->items[place];
	ScanCase scan = scan_case(input, uses, place, input->parts[PART_INFO]);
	const ScanVerdict *verdict = scan_verdict(&scan);
	size_t at = table_add_row(arena, shown);
	table_set_text(shown, at, COLUMN_RELATION, use->relation);
	set_figures(shown, at, uses, use, scan.block_bytes);
	table_set_text(shown, at, COLUMN_VERDICT, verdict ? verdict->word : "");
	table_set_text(shown, at, HIDDEN_KEY, key_of(arena, use));
	if (use->parent != TABLE_NO_COLUMN) table_set_text(shown, at, HIDDEN_PARENT, key_of(arena, &uses->items[use->parent]));
	table_set_int(shown, at, HIDDEN_POLL_KEY, use->oid);
	if (verdict && verdict->role != ROLE_TEXT) table_set_int(shown, at, HIDDEN_ROLE, verdict->role);
	table_set_real(shown, at, HIDDEN_ORDER, -use->amounts[USE_SEQ_ROWS]);
	table_set_int(shown, at, HIDDEN_USE, (int64_t)place);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	Arena *scratch = arena_new();
	TableUses uses = table_uses(scratch, input, input->parts[PART_INFO]);
	Table *shown = table_new(arena, TABLE_WIDTH, uses.count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(shown, arena, i, columns[i].id, columns[i].type);
	table_name(shown, arena, HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(shown, arena, HIDDEN_PARENT, uses.has_partitions ? LIST_ROW_PARENT : "no_parent", CELL_TEXT); /* a tree only where there is one */
	table_name(shown, arena, HIDDEN_POLL_KEY, PANE_POLL_KEY, CELL_INT);
	table_name(shown, arena, HIDDEN_ROLE, LIST_ROW_ROLE, CELL_INT);
	table_name(shown, arena, HIDDEN_ORDER, LIST_ROW_ORDER, CELL_REAL);
	table_name(shown, arena, HIDDEN_USE, "use", CELL_INT);
	for (size_t i = 0; i < uses.count; i++)
		if (!left_out(&uses.items[i])) add_row(arena, shown, input, &uses, i);
	arena_free(scratch);
	return shown;
}

static const char *problem(const Server *server, const char **remedy) {
	*remedy = NULL;
	if (server->track_counts) return NULL;
	*remedy = "Set track_counts = on, for the server or for this role and database: autovacuum needs it too.";
	return "the server does not count how tables are used: track_counts is off";
}

static void why(Page *page, const PaneInput *input, const Table *shown, size_t row, const Diagnosis *diagnosis, int width) {
	(void)diagnosis;
	TableUses uses = table_uses(page->arena, input, input->parts[PART_INFO]);
	ScanCase scan = scan_case(input, &uses, (size_t)table_int(shown, row, HIDDEN_USE, 0), input->parts[PART_INFO]);
	scan_why(page, &scan, width);
}

static FindingList findings_of(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	TableUses uses = table_uses(arena, input, input->parts[PART_INFO]);
	ScanCase scan = scan_case(input, &uses, (size_t)table_int(shown, row, HIDDEN_USE, 0), input->parts[PART_INFO]);
	return scan_findings(arena, &scan);
}

static const char *remedy(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	FindingList findings = findings_of(arena, input, shown, row);
	return findings.count ? findings.items[0].sql : NULL;
}

const Pane pane_scans = {
	.name = "scans",
	.title = "Scans",
	.number = 2,
	.summary = "tables by the rows that sequential scans read in vain",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_WASTED,
	.query = "scans",
	.part_queries = part_queries,
	.shown_query = "scans_shown",
	.shown_key = "oid",
	.delta = &table_use_delta,
	.problem = problem,
	.rows = rows,
	.why = why,
	.findings = findings_of,
	.remedy = remedy,
	.quiet = "this database has no tables",
};
