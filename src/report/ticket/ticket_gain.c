/* ticket_gain.c: what advice is worth, one piece of it and all together, by the best figures there are. */
#include <math.h>

#include "advise/proof.h"
#include "advise/tried.h"
#include "core/format.h"
#include "report/ticket_parts.h"

static const TicketGain nothing = {.ms = {NAN, NAN}, .blocks = {NAN, NAN}, .cost = {NAN, NAN}};

/* Was it run without and with what it advises? */
static bool finding_measured(const Finding *finding, TicketGain *gain) {
	*gain = nothing;
	if (finding->basis != BASIS_MEASURED || (!finding->proof && !finding->tried)) return false;
	for (size_t i = 0; i < 2; i++) {
		gain->ms[i] = finding->tried ? finding->tried->ms[i] : finding->proof->ms[i];
		gain->blocks[i] = finding->tried ? finding->tried->blocks[i] : finding->proof->blocks[i];
		gain->cost[i] = finding->tried ? finding->tried->cost[i] : NAN;
	}
	gain->exact = true;
	gain->basis = BASIS_MEASURED;
	return true;
}

static double without(double now_ms, double saves_ms) {
	return isnan(saves_ms) ? NAN : fmax(now_ms - saves_ms, 0);
}

TicketGain finding_gain_alone(const Plan *plan, const Finding *finding) {
	TicketGain gain;
	if (finding_measured(finding, &gain)) return gain;
	gain.ms[0] = plan_statement_ms(plan);
	gain.ms[1] = without(gain.ms[0], finding->saves_ms);
	gain.cost[0] = finding->cost_before;
	gain.cost[1] = finding->cost_after;
	gain.basis = finding->basis;
	return gain;
}

/* Costs that begin where the others end, or end where they begin, are counted with those in place; all else is another way to the same end. */
static void add_link(TicketGain *gain, const Finding *finding) {
	bool behind = finding->cost_before == gain->cost[1], before = finding->cost_after == gain->cost[0];
	if (!behind && !before) return;
	gain->ms[1] = without(gain->ms[1], finding->saves_ms);
	gain->cost[behind] = behind ? finding->cost_after : finding->cost_before;
}

TicketGain ticket_gain(const Ticket *t) {
	TicketGain gain = nothing;
	bool any = false;
	for (size_t i = 0; ticket_finding(t, i); i++) {
		const Finding *finding = ticket_finding(t, i);
		if (finding->sql && any) add_link(&gain, finding);
		else if (finding->sql) gain = finding_gain_alone(t->report->plan, finding);
		any = any || finding->sql;
	}
	return gain;
}

/* ---- in words ---- */

/* Before and after, when there is a difference to be told. */
static bool tells(const double figures[2]) {
	return figures[0] > 0 && figures[1] < figures[0];
}

const char *ticket_time_words(Arena *arena, const TicketGain *gain) {
	if (!tells(gain->ms)) return NULL;
	double share = (gain->ms[0] - gain->ms[1]) / gain->ms[0];
	bool all = share > 0.995; /* reckoned: what is left of it cannot be told */
	if (all && !gain->exact) return arena_printf(arena, "%s → a fraction of it", format_ms(arena, gain->ms[0]));
	return arena_printf(arena, "%s → %s%s (-%s)", format_ms(arena, gain->ms[0]), gain->exact ? "" : "~", format_ms(arena, gain->ms[1]), format_share(arena, share));
}

const char *ticket_blocks_words(Arena *arena, const TicketGain *gain) {
	if (isnan(gain->blocks[0]) || isnan(gain->blocks[1])) return NULL;
	return arena_printf(arena, "%s → %s", format_rows(arena, gain->blocks[0]), format_rows(arena, gain->blocks[1]));
}

const char *ticket_cost_words(Arena *arena, const TicketGain *gain) {
	if (!tells(gain->cost)) return NULL;
	return arena_printf(arena, "%s → %s", format_unit(arena, UNIT_NONE, gain->cost[0]), format_unit(arena, UNIT_NONE, gain->cost[1]));
}
