/* show_plans.c: `pgwhy show plans`: those of the store. */
#include <math.h>

#include "app/batch.h"
#include "app/kept_word.h"
#include "panes/kept_list.h"
#include "report/table.h"

static const char *formatted(Arena *arena, const Options *options, const Table *table) {
	List list = LIST_INIT(kept_list.sort);
	ListRows rows = list_rows(arena, &list, table, kept_list.columns, kept_list.column_count, NULL);
	list_release(&list);
	switch (options->format) {
	case FORMAT_JSON: return report_table_json(arena, table, &rows, kept_list.columns, KEPT_LIST_PRINTED, false);
	case FORMAT_CSV: return report_table_csv(arena, table, &rows, kept_list.columns, KEPT_LIST_PRINTED, true);
	case FORMAT_MARKDOWN: return report_table_markdown(arena, table, &rows, kept_list.columns, kept_list.column_count);
	case FORMAT_TEXT: break;
	}
	if (!rows.count) return arena_printf(arena, "%s\n", kept_list.quiet);
	return report_table_text(arena, table, &rows, kept_list.columns, kept_list.column_count);
}

static bool check_options(const Options *options, Err *err) {
	if (isnan(options->every_s) && !options->count) return true;
	return err_set(err, ERR_USAGE, "kept plans are shown once: --every and --count are for panes of a server");
}

int show_plans(const Options *options) {
	Err err = ERR_INIT;
	Loop *loop = check_options(options, &err) && batch_begin(options, &err) ? loop_new(&err) : NULL;
	if (!loop) return batch_complain(&err);
	Arena *arena = arena_new();
	StoredPlans plans = {0};
	bool fine = kept_plans_list(arena, loop, &options->settings, &plans, &err) && batch_write(options, formatted(arena, options, kept_plans_table(arena, &plans)), &err);
	arena_free(arena);
	loop_free(loop);
	return fine ? 0 : batch_complain(&err);
}
