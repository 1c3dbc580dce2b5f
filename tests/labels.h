/* labels.h: what somebody would advise on the plans of a collection, and what we say of them.
 *
 * PGWHY_PLANS names its folder. INDEX.tsv there has a plan's file in the first column and the advice in the eighth:
 * "Seq Scan:orders:missing-index(status) (why); row-misestimate; …", "NONE", "NONE or low: …". Of each entry the first word is
 * wanted; further ones in it, and what is called low, small or not worth more than a note, are allowed.
 * Included by test programs: they are one file each, so its functions are static. */
#ifndef PGWHY_TESTS_LABELS_H
#define PGWHY_TESTS_LABELS_H

#include <ctype.h>

#include "advise/advise.h"
#include "plan/read.h"
#include "unit/advise/facts_file.h"

typedef struct LabelWord {
	const char *word; /* "missing-index" */
	bool wanted; /* else allowed */
	bool found;
} LabelWord;

typedef struct Label {
	const char *file;
	bool silence, low; /* low: silence, but a finding that is no more than info is no mistake */
	LIST(LabelWord) words;
	LIST(Finding) unasked; /* what we say that it does not */
} Label;

typedef LIST(Label) LabelList;

/* ---- reading them ---- */

static const char *label_column(Arena *arena, const char *line, size_t nth) {
	const char *end = line + strcspn(line, "\n");
	for (; nth && line < end; nth--) line += strcspn(line, "\t\n") + 1;
	return line < end ? arena_copy_n(arena, line, strcspn(line, "\t\n")) : "";
}

/* The next "some-word" and where it ends; NULL: no more. */
static const char *label_word(Arena *arena, const char **at) {
	while (**at) {
		const char *start = *at;
		size_t length = strspn(start, "abcdefghijklmnopqrstuvwxyz-");
		*at += length ? length : 1;
		bool apart = isalpha((unsigned char)*start) && !isalnum((unsigned char)**at) && **at != '_';
		if (length && apart && memchr(start, '-', length) && start[length - 1] != '-') return arena_copy_n(arena, start, length);
		if (length && !apart) *at += strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	}
	return NULL;
}

static LabelWord *label_find(Label *label, const char *word) {
	for (size_t i = 0; i < label->words.count; i++)
		if (strcmp(label->words.items[i].word, word) == 0) return &label->words.items[i];
	return NULL;
}

static void label_add_entry(Arena *arena, Label *label, const char *entry) {
	static const char *const lessened[] = {" low", " small", "(small", "(low", " ok", "at most", "(one finding"};
	bool wanted = !label->silence;
	for (size_t i = 0; i < sizeof lessened / sizeof *lessened; i++) wanted = wanted && !strstr(entry, lessened[i]);
	for (const char *word, *at = entry; (word = label_word(arena, &at)); wanted = false) {
		LabelWord *known = label_find(label, word);
		if (!known) *list_push(arena, &label->words) = (LabelWord){.word = word, .wanted = wanted};
		else known->wanted |= wanted;
	}
}

/* Entries are separated by ";" where no parenthesis is open. */
static Label label_read(Arena *arena, const char *file, const char *text) {
	Label label = {.file = file, .silence = strncmp(text, "NONE", 4) == 0, .low = strncmp(text, "NONE or low", 11) == 0};
	int depth = 0;
	for (const char *at = text, *start = text;; at++) {
		depth += (*at == '(') - (*at == ')');
		if (*at && (*at != ';' || depth > 0)) continue;
		label_add_entry(arena, &label, arena_copy_n(arena, start, (size_t)(at - start)));
		if (!*at) return label;
		start = at + 1;
	}
}

/* ---- holding advice against them ---- */

static bool label_takes(Label *label, const char *rule) {
	bool taken = false;
	for (size_t i = 0; i < label->words.count; i++) {
		LabelWord *word = &label->words.items[i];
		if (strcmp(word->word, rule) != 0) continue;
		word->found = taken = true;
	}
	return taken;
}

static void label_judge(Arena *arena, Label *label, const FindingList *findings) {
	for (size_t i = 0; i < findings->count; i++) {
		const Finding *finding = &findings->items[i];
		bool taken = label_takes(label, finding->rule) && !label->silence;
		for (size_t k = 0; k < finding->symptoms.count; k++) label_takes(label, finding->symptoms.items[k]);
		if (label->low && finding->severity == SEVERITY_INFO) continue;
		if (!taken) *list_push(arena, &label->unasked) = *finding;
	}
}

/* NULL when PGWHY_PLANS names no such folder. `read` counts plans, labelled or not: all are advised on. */
static const LabelList *labels_judged(Arena *arena, size_t *read) {
	const char *folder = getenv("PGWHY_PLANS");
	const char *line = folder ? file_text(arena, arena_printf(arena, "%s/INDEX.tsv", folder)) : NULL;
	LabelList *labels = ARENA_NEW(arena, LabelList);
	if (!line) return NULL;
	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *file = label_column(arena, line, 0), *wanted = label_column(arena, line, 7);
		const char *text = file_text(arena, arena_printf(arena, "%s/%s", folder, file));
		PlanList plans = {0};
		if (!text || !plan_read(arena, text, strlen(text), &plans, NULL)) continue;
		Label label = label_read(arena, file, wanted);
		for (size_t i = 0; i < plans.count; i++, ++*read) {
			const Plan *plan = plans.items[i];
			const Statement *statement = statement_parse(arena, plan->statement ? plan->statement : "");
			FindingList findings = advise(arena, plan, statement, NULL, NULL);
			label_judge(arena, &label, &findings);
		}
		if (*wanted) *list_push(arena, labels) = label;
	}
	return labels;
}

/* ---- counting ---- */

typedef struct LabelScore {
	size_t wanted, found; /* words that have to be there, and those that are */
	size_t told, right; /* findings made on labelled plans, and those that the label names */
} LabelScore;

static inline double label_recall(const LabelScore *score) {
	return score->wanted ? (double)score->found / (double)score->wanted : NAN;
}

static inline double label_precision(const LabelScore *score) {
	return score->told ? (double)score->right / (double)score->told : NAN;
}

/* Of one word, or of all: NULL. */
static LabelScore label_score(const LabelList *labels, const char *only) {
	LabelScore score = {0};
	for (size_t i = 0; i < labels->count; i++) {
		const Label *label = &labels->items[i];
		for (size_t k = 0; k < label->words.count; k++) {
			const LabelWord *word = &label->words.items[k];
			if (only && strcmp(word->word, only) != 0) continue;
			score.wanted += word->wanted;
			score.found += word->wanted && word->found;
			score.right += word->found && !label->silence;
		}
		for (size_t k = 0; k < label->unasked.count; k++)
			score.told += !only || strcmp(label->unasked.items[k].rule, only) == 0;
	}
	score.told += score.right;
	return score;
}

#endif
