/* memory.c: nodes that work_mem was too small for: what that cost, and how much of it would do. */
#include "advise/memory.h"

#include <stdlib.h>

#include "core/format.h"
#include "plan/value.h"

#define MEMORY_MOST_KB (1024.0 * 1024) /* of one node of one process: more is no setting but another query */
enum { HASH_MEM_DOUBLE = 150000 }; /* hash_mem_multiplier is 2 by default; there is one since 13 */

const PlanValue *node_process(const PlanNode *node, const PlanValue *before) {
	if (!before) return node->fields;
	if (before != node->fields) return before->next;
	const PlanValue *workers = plan_field(node->fields, "Workers");
	return workers && workers->kind == PLAN_LIST ? workers->members.first : NULL;
}

double process_figure(const PlanValue *process, const char *field) {
	double value = value_real(plan_field(process, field));
	return isnan(value) ? 0 : value;
}

Shortage shortage_of_files(const PlanNode *node, const PlanNode *helper, double wanted_kb, double untimed) {
	const PlanNode *both[] = {node, helper};
	Shortage one = {.node = node, .nodes = 1, .wanted_kb = wanted_kb};
	double timed_ms = 0;
	for (size_t i = 0; i < 2 && both[i]; i++) {
		const NodeMeasure *measure = &both[i]->measure;
		const Blocks *own = &measure->self_blocks;
		one.stake_ms += measure->self_ms;
		one.stake_cost += measure->self_cost;
		double io_ms = own->temp_read_ms + own->temp_write_ms;
		if (io_ms > 0) timed_ms += io_ms;
	}
	one.saves_ms = timed_ms > 0 ? fmin(timed_ms, one.stake_ms) : one.stake_ms * untimed;
	one.saves_cost = one.stake_cost * untimed;
	one.worst_ms = one.saves_ms;
	return one;
}

void shortage_join(Shortage *all, Shortage one) {
	if (!all->node) {
		*all = one;
		return;
	}
	const Shortage *worst = one.worst_ms > all->worst_ms ? &one : all;
	*all = (Shortage){
	    .node = worst->node,
	    .nodes = all->nodes + one.nodes,
	    .wanted_kb = fmax(all->wanted_kb, one.wanted_kb),
	    .saves_ms = all->saves_ms + one.saves_ms,
	    .saves_cost = all->saves_cost + one.saves_cost,
	    .worst_ms = worst->worst_ms,
	    .stake_ms = all->stake_ms + one.stake_ms,
	    .stake_cost = all->stake_cost + one.stake_cost,
	};
}

const char *shortage_others(Arena *arena, const Shortage *all) {
	return all->nodes > 1 ? arena_printf(arena, " (and %zu more)", all->nodes - 1) : "";
}

/* ---- settings ---- */

double hash_mem_multiplier(const Advice *advice) {
	const char *set = plan_setting(advice->plan, "hash_mem_multiplier");
	double multiplier = set ? strtod(set, NULL) : NAN;
	if (multiplier >= 1 && isfinite(multiplier)) return multiplier;
	const Server *server = advice->facts ? advice->facts->server : NULL;
	if (server && server->hash_mem_multiplier >= 1) return server->hash_mem_multiplier;
	return facts_version(advice->facts) >= HASH_MEM_DOUBLE ? 2 : 1;
}

/* "64kB", "4MB", "1GB"; 0 for what is none of these. No more than may be advised: beyond, it makes no difference. */
static double size_kb(const char *text) {
	static const struct {
		const char *unit;
		double kb;
	} units[] = {{"kB", 1}, {"MB", 1024}, {"GB", 1024.0 * 1024}};
	char *end;
	double size = strtod(text, &end);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (size > 0 && strcmp(end, units[i].unit) == 0) return fmin(size * units[i].kb, MEMORY_MOST_KB);
	return 0;
}

/* 0: nobody knows. */
static double work_mem_kb(const Advice *advice) {
	const char *set = plan_setting(advice->plan, "work_mem");
	const Server *server = advice->facts ? advice->facts->server : NULL;
	return set ? size_kb(set) : server ? (double)server->work_mem_bytes / 1024 : 0;
}

/* The next power of two, in MB: a figure people set. More than there was, whatever our arithmetic says. */
static double work_mem_mb(const Advice *advice, double wanted_kb) {
	double mb = 4, had_kb = work_mem_kb(advice);
	while (mb * 1024 < wanted_kb || mb * 1024 <= had_kb) mb *= 2;
	return mb;
}

static const char *why_no_setting(Arena *arena, double wanted_kb, const char *each, const char *instead) {
	if (isnan(wanted_kb)) return arena_printf(arena, "The plan does not tell how much work_mem would do. %s", instead);
	return arena_printf(arena, "About %s would be needed for each such %s, in each process: too much to set. %s",
	                    format_bytes(arena, wanted_kb * 1024), each, instead);
}

void shortage_tell(const Advice *advice, Finding *finding, const Shortage *all, const char *each, const char *instead) {
	Arena *arena = advice->arena;
	double mb = all->wanted_kb <= MEMORY_MOST_KB ? work_mem_mb(advice, all->wanted_kb) : INFINITY;
	double left = all->stake_ms > 0 ? 1 - all->saves_ms / all->stake_ms : 1 - all->saves_cost / all->stake_cost;
	finding->node = all->node->id;
	finding_weigh(advice->plan, finding, all->stake_ms, all->stake_cost, left);
	finding->kind = mb * 1024 > MEMORY_MOST_KB ? REMEDY_NONE : REMEDY_SETTING;
	if (finding->kind == REMEDY_NONE) {
		finding->notes = why_no_setting(arena, all->wanted_kb, each, instead);
		return;
	}
	finding->sql = arena_printf(arena, "SET LOCAL work_mem = '%.0fMB'", mb);
	finding->notes = "SET LOCAL lasts to the end of the transaction; ALTER ROLE … SET work_mem does it for good for one "
			 "role. Every sort and hash of every process of a statement may take as much, so do not raise it "
			 "for the whole server.";
}
