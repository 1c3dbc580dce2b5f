/* test_collection.c: advice on a collection of strangers' plans, where one is at hand: PGWHY_PLANS names its folder.
 *
 * Its INDEX.tsv has the file in the first column, the format in the third and the advice somebody would give in the eighth:
 * "Seq Scan:orders:missing-index(status); …", "NONE", "NONE or low: …". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "facts_file.h"
#include "plan/read.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const char *column(Arena *arena, const char *line, size_t nth) {
	const char *end = line + strcspn(line, "\n");
	for (; nth && line < end; nth--) line += strcspn(line, "\t\n") + 1;
	return line < end ? arena_copy_n(arena, line, strcspn(line, "\t\n")) : "";
}

static const Finding *finding_of(const FindingList *findings, const char *rule) {
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].rule, rule) == 0) return &findings->items[i];
	return NULL;
}

/* The collection has another word for an index that finds too much, and two for one index that finds and sorts; what is
 * worth a note at most may go without. */
static bool asks_for(const char *wanted, const char *rule) {
	if (strcmp(rule, "missing-index") == 0 && strstr(wanted, "filter-heavy-index")) return true;
	if (strcmp(rule, "top-n-sort-index") == 0 && strstr(wanted, "(one finding")) return false;
	if (strcmp(rule, "temp-io") == 0 && strstr(wanted, "hash-batches")) return false; /* the files are the hash table's */
	return strstr(wanted, rule) && !strstr(wanted, "at most an informational note");
}

static size_t disagreements(const char *name, const char *wanted, const FindingList *findings) {
	size_t count = 0;
	bool silence = strncmp(wanted, "NONE", 4) == 0, low = strncmp(wanted, "NONE or low", 11) == 0;
	for (size_t i = 0; silence && i < findings->count; i++) {
		if (low && findings->items[i].severity == SEVERITY_INFO) continue;
		print_message("%s: silence was wanted, not %s\n", name, findings->items[i].title);
		count++;
	}
	for (size_t i = 0; !silence && rules[i]; i++) {
		if (!asks_for(wanted, rules[i]->id) || finding_of(findings, rules[i]->id)) continue;
		print_message("%s: no %s (%s)\n", name, rules[i]->id, wanted);
		count++;
	}
	return count;
}

static void advice_on_a_collection_is_what_others_would_say(void **state) {
	Arena *arena = *state;
	const char *folder = getenv("PGWHY_PLANS");
	const char *line = folder ? file_text(arena, arena_printf(arena, "%s/INDEX.tsv", folder)) : NULL;
	size_t labelled = 0, wrong = 0, read = 0;
	if (!line) {
		print_message("skip: advice_on_a_collection_is_what_others_would_say: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *name = column(arena, line, 0), *wanted = column(arena, line, 7);
		const char *format = column(arena, line, 2);
		if (strcmp(format, "json") != 0 && strcmp(format, "text") != 0) continue;
		const char *text = file_text(arena, arena_printf(arena, "%s/%s", folder, name));
		PlanList plans = {0};
		if (!text || !plan_read(arena, text, strlen(text), &plans, NULL)) continue;
		read++;
		for (size_t i = 0; i < plans.count; i++) {
			const Plan *plan = plans.items[i];
			FindingList findings = advise(arena, plan, statement_parse(arena, plan->statement ? plan->statement : ""), NULL, NULL);
			if (!*wanted) continue;
			labelled++;
			wrong += disagreements(name, wanted, &findings);
		}
	}
	print_message("%zu plans read, %zu of %zu labelled ones get the advice they should\n", read, labelled - wrong, labelled);
	assert_true(read > 0);
	assert_true(wrong * 10 <= labelled); /* some are cut short, some not PostgreSQL's, and labels are opinions too */
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(advice_on_a_collection_is_what_others_would_say, begin, end)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
