/* repeated.c: what may be said of a statement that was run several times. Buffers stand beside time: time is noise. */
#include "advise/repeated.h"

#include <math.h>
#include <string.h>

#include "core/format.h"

static SpreadVerdict compare(const Repeated *repeated) {
	return repeated->count == 2 ? spread_compare(&repeated->sides[0].ms, &repeated->sides[1].ms) : SPREAD_TOO_FEW;
}

const char *repeated_verdict(const Repeated *repeated) {
	static const char *const names[] = {[SPREAD_TOO_FEW] = NULL, [SPREAD_NOISE] = "no-change", [SPREAD_LESS] = "faster", [SPREAD_MORE] = "slower"};
	return names[compare(repeated)];
}

void repeated_compare(const Repeated *repeated, PlanDiff *diff) {
	const RepeatedSide *before = &repeated->sides[0], *after = &repeated->sides[1];
	if (!before->ms.count || !after->ms.count) return;
	plan_diff_repeated(diff, &(DiffRuns){before->ms, before->blocks}, &(DiffRuns){after->ms, after->blocks});
}

bool repeated_within_noise(const Repeated *repeated) {
	return compare(repeated) == SPREAD_NOISE;
}

const Repeated *repeated_copy(Arena *arena, const Repeated *repeated) {
	if (!repeated) return NULL;
	Repeated *copy = ARENA_NEW(arena, Repeated);
	*copy = *repeated;
	for (size_t i = 0; i < copy->count; i++) copy->sides[i].name = arena_copy(arena, copy->sides[i].name);
	return copy;
}

const char *say_repeated_verdict(Arena *arena, const Repeated *repeated) {
	double before = repeated->sides[0].ms.median, after = repeated->sides[1].ms.median;
	switch (compare(repeated)) {
	case SPREAD_TOO_FEW: return "too few runs to tell";
	case SPREAD_NOISE: return "within noise";
	case SPREAD_LESS: return arena_printf(arena, "%s× faster", format_rows(arena, before / after));
	case SPREAD_MORE: break;
	}
	return arena_printf(arena, "%s× slower", format_rows(arena, after / before));
}

const char *say_repeated_runs(Arena *arena, const Repeated *repeated) {
	size_t one = repeated->sides[0].ms.count, other = repeated->sides[1].ms.count;
	if (one == other && one == repeated->wanted) return arena_printf(arena, "%zu run%s each", one, one == 1 ? "" : "s");
	return arena_printf(arena, "%zu and %zu of %zu runs", one, other, repeated->wanted);
}

static const char *runs(Arena *arena, size_t count, size_t wanted) {
	if (count < wanted) return arena_printf(arena, "%zu of %zu runs", count, wanted);
	return arena_printf(arena, "%zu run%s", count, count == 1 ? "" : "s");
}

/* "431 buffers", "431–440 buffers" where the runs do not agree. */
static const char *buffers(Arena *arena, const Spread *blocks) {
	if (!blocks->count) return "";
	const char *least = format_number(arena, blocks->least), *most = format_number(arena, blocks->most);
	return blocks->least < blocks->most ? arena_printf(arena, " · %s–%s buffers", least, most) : arena_printf(arena, " · %s buffers", most);
}

static const char *first_run(Arena *arena, const RepeatedSide *side) {
	if (isnan(side->first_ms)) return "";
	bool cold = side->first_read_blocks > 0;
	const char *read = cold ? arena_printf(arena, ", %s buffers read", format_number(arena, side->first_read_blocks)) : "";
	return arena_printf(arena, " · first run %s%s, left out", format_ms(arena, side->first_ms), read);
}

static const char *say_side(Arena *arena, const Repeated *repeated, const RepeatedSide *side) {
	const Spread *ms = &side->ms;
	const char *count = runs(arena, ms->count, repeated->wanted);
	if (!ms->count) return arena_printf(arena, "%s%s", count, first_run(arena, side));
	const char *q1 = format_ms(arena, ms->q1), *q3 = format_ms(arena, ms->q3);
	bool strays = ms->count >= SPREAD_LEAST_RUNS && strcmp(q1, q3) != 0;
	const char *half = strays ? arena_printf(arena, ", half of them %s–%s", q1, q3) : "";
	return arena_printf(arena, "%s: %s%s%s%s", count, spread_words(arena, ms), half, buffers(arena, &side->blocks), first_run(arena, side));
}

static const char *say_test(Arena *arena, const Repeated *repeated) {
	const char *verdict = say_repeated_verdict(arena, repeated);
	if (!repeated_within_noise(repeated)) return verdict;
	return arena_printf(arena, "%s: what sets them apart is less than a tenth, or no more than the runs stray", verdict);
}

LabelledLines repeated_lines(Arena *arena, const Repeated *repeated) {
	LabelledLines lines = {0};
	for (size_t i = 0; i < repeated->count; i++) {
		const RepeatedSide *side = &repeated->sides[i];
		const char *said = say_side(arena, repeated, side);
		labelled_add(arena, &lines, i ? "" : "runs", repeated->count == 1 ? said : arena_printf(arena, "%s: %s", side->name, said));
	}
	if (repeated->count == 2) labelled_add(arena, &lines, "verdict", say_test(arena, repeated));
	return lines;
}
