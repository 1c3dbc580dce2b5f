/* test_collection.c: advice on a collection of strangers' plans, where one is at hand: PGWHY_PLANS names its folder. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../labels.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static void print_unasked(const Label *label) {
	for (size_t i = 0; i < label->unasked.count; i++)
		print_message("%s: %s%s\n", label->file, label->silence ? "silence was wanted, not: " : "not asked for: ", label->unasked.items[i].title);
}

static void print_missed(const Label *label) {
	for (size_t i = 0; i < label->words.count; i++)
		if (label->words.items[i].wanted && !label->words.items[i].found) print_message("%s: no %s\n", label->file, label->words.items[i].word);
}

static void advice_on_a_collection_is_what_others_would_say(void **state) {
	size_t read = 0, loud = 0;
	const LabelList *labels = labels_judged(*state, &read);
	if (!labels) {
		print_message("skip: advice_on_a_collection_is_what_others_would_say: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	for (size_t i = 0; i < labels->count; i++) {
		print_unasked(&labels->items[i]);
		print_missed(&labels->items[i]);
		loud += labels->items[i].silence && labels->items[i].unasked.count;
	}
	LabelScore score = label_score(labels, NULL);
	print_message("%zu plans read; %zu of %zu wanted words found, %zu of %zu findings asked for\n", read, score.found, score.wanted, score.right, score.told);
	assert_true(read > 0);
	assert_int_equal(loud, 0);
	assert_true(label_recall(&score) >= 0.9 && label_precision(&score) >= 0.9); /* some plans are cut short, and labels are opinions too */
}

static void labels_are_read_as_they_are_written(void **state) {
	Label label = label_read(*state, "f", "Seq Scan:a_b:missing-index(x,y) (but NOT a sort; see temp-io); row-misestimate (1 vs 2); Sort:-:sort-spill (low)");
	assert_int_equal(label.words.count, 3 + 1);
	assert_true(label_find(&label, "missing-index")->wanted && label_find(&label, "row-misestimate")->wanted);
	assert_false(label_find(&label, "temp-io")->wanted || label_find(&label, "sort-spill")->wanted);
	label = label_read(*state, "f", "NONE or low: Limit:t:offset-pagination");
	assert_true(label.silence && label.low && !label_find(&label, "offset-pagination")->wanted);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(advice_on_a_collection_is_what_others_would_say, begin, end),
	    cmocka_unit_test_setup_teardown(labels_are_read_as_they_are_written, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
