/* tried.c: what became of a finding's indexes when they were built for real and rolled back. */
#include "advise/tried.h"

#include "advise/advise.h"
#include "core/format.h"

const Tried *tried_copy(Arena *arena, const Tried *tried) {
	Tried *copy = ARENA_NEW(arena, Tried);
	*copy = *tried;
	return copy;
}

void finding_try(Finding *finding, const Tried *tried) {
	double saved = tried->ms[0] - tried->ms[1];
	finding->tried = tried;
	if (tried->unseen || !(tried->ms[0] > 0) || isnan(saved)) return;
	const Rule *rule = rule_named(finding->rule);
	finding->basis = BASIS_MEASURED;
	finding->saves_ms = fmax(saved, 0);
	finding->saves_share = finding->saves_ms / tried->ms[0];
	finding->cost_before = tried->cost[0];
	finding->cost_after = tried->cost[1];
	finding->index_bytes = tried->bytes;
	finding->severity = finding_severity(finding->saves_share, finding->saves_ms, rule && rule->sourced);
}

const char *say_tried(Arena *arena, const Finding *finding) {
	const Tried *tried = finding->tried;
	if (!tried) return NULL;
	const char *build = arena_printf(arena, "built in %s, %s, rolled back", format_ms(arena, tried->build_ms), format_bytes(arena, tried->bytes));
	if (tried->unseen)
		return arena_printf(arena, "%s · not measured: rows changed while older transactions were open, so the one that builds the index cannot use it itself (indcheckxmin)", build);
	return arena_printf(arena, "%s → %s · %s → %s buffers · %s", format_ms(arena, tried->ms[0]), format_ms(arena, tried->ms[1]), format_number(arena, tried->blocks[0]),
	                    format_number(arena, tried->blocks[1]), build);
}
