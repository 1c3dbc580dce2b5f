/* collection.c: how right the advice on a collection of strangers' plans is, held against what somebody wrote beside them.
 *
 * Precision: of what is told, the part that was asked for. Recall: of what was asked for, the part that is told. */
#include <stdio.h>

#include "../labels.h"
#include "core/format.h"

typedef LIST(const char *) WordList;

static void add_word(Arena *arena, WordList *words, const char *word) {
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i], word) == 0) return;
	*list_push(arena, words) = word;
}

/* Those that a label wants and those that were told unasked. */
static WordList words_of(Arena *arena, const LabelList *labels) {
	WordList words = {0};
	for (size_t i = 0; i < labels->count; i++) {
		const Label *label = &labels->items[i];
		for (size_t k = 0; k < label->words.count; k++)
			if (label->words.items[k].wanted || (label->words.items[k].found && !label->silence)) add_word(arena, &words, label->words.items[k].word);
		for (size_t k = 0; k < label->unasked.count; k++) add_word(arena, &words, label->unasked.items[k].rule);
	}
	return words;
}

static const char *ratio(Arena *arena, size_t part, size_t whole) {
	return whole ? arena_printf(arena, "%.2f", (double)part / (double)whole) : "-";
}

static void print_score(Arena *arena, const char *word, const LabelScore *score) {
	printf("%-24s %6zu %6zu %9s %6zu %6zu %9s\n", word, score->wanted, score->found, ratio(arena, score->found, score->wanted), score->told, score->right,
	       ratio(arena, score->right, score->told));
}

static void print_words(Arena *arena, const LabelList *labels) {
	WordList words = words_of(arena, labels);
	printf("%-24s %6s %6s %9s %6s %6s %9s\n", "word", "wanted", "found", "recall", "told", "right", "precision");
	for (size_t i = 0; i < words.count; i++) {
		LabelScore score = label_score(labels, words.items[i]);
		print_score(arena, words.items[i], &score);
	}
	LabelScore all = label_score(labels, NULL);
	print_score(arena, "all", &all);
}

static void print_silence(const LabelList *labels) {
	size_t cases = 0, silent = 0;
	for (size_t i = 0; i < labels->count; i++) {
		cases += labels->items[i].silence;
		silent += labels->items[i].silence && !labels->items[i].unasked.count;
	}
	printf("silent where silence is wanted: %zu of %zu\n", silent, cases);
}

static void print_mistakes(Arena *arena, const LabelList *labels) {
	for (size_t i = 0; i < labels->count; i++) {
		const Label *label = &labels->items[i];
		for (size_t k = 0; k < label->words.count; k++) {
			const LabelWord *word = &label->words.items[k];
			if (word->wanted && !word->found) printf("missed   %s: %s%s\n", label->file, word->word, rule_named(word->word) ? "" : " (there is no such rule)");
		}
		for (size_t k = 0; k < label->unasked.count; k++) {
			const Finding *finding = &label->unasked.items[k];
			printf("unasked  %s: %s, %s, saves %s: %s\n", label->file, finding->rule, severity_name(finding->severity),
			       format_share(arena, finding->saves_share), finding->title);
		}
	}
}

int main(void) {
	Arena *arena = arena_new();
	size_t read = 0;
	const LabelList *labels = labels_judged(arena, &read);
	if (labels) {
		printf("%zu plans, %zu files with a label\n", read, labels->count);
		print_words(arena, labels);
		print_silence(labels);
		print_mistakes(arena, labels);
	} else {
		puts("skip: collection: PGWHY_PLANS names no folder with an INDEX.tsv");
	}
	arena_free(arena);
	return 0;
}
