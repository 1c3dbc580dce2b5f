/* scenario.c: a run's statement under other conditions. */
#include "app/scenario.h"

#include "app/replan.h"
#include "sql/create_index.h"
#include "sql/quote.h"

/* The public part comes first, so a Scenario is a Playing. */
typedef struct Playing {
	Scenario scenario;
	Arena *arena;
	LIST(Arena *) held; /* of answers: plans live in them */
	Work *work;
	Run *run;
	Conn *conn;
	ExplainSpec spec; /* with the indexes pretended */
	const char *wanted; /* index to explain; NULL */
	const CreateIndex **created; /* the pretended ones, taken apart; then the wanted one */
	const Plan *plan; /* the run's as it was, whatever the run comes to */
	const Facts *facts;
	const Statement *statement; /* the run's, or rewritten */
	const TableFacts *table; /* of the wanted index */
	const IndexFacts *known;
	Replan *replan;
	size_t at; /* whose turn it is: an index pretended, behind them the one there is */
	Unused *unused; /* its dialogue */
	UnusedTrial trial;
	bool has_trial;
	const Plan *answer; /* to the trial */
	const char *answer_name;
	bool in_job, abandoned;
	size_t holders;
	ScenarioFn changed;
	void *owner;
} Playing;

static void next_question(Playing *p);

static Pretence *pretence(Playing *p) {
	return &p->scenario.pretence;
}

static void destroy(Playing *p) {
	if (p->in_job || p->holders) return;
	run_let_go(p->run);
	for (size_t i = 0; i < p->held.count; i++) arena_free(p->held.items[i]);
	err_release(&p->scenario.err);
	arena_free(p->arena);
}

static void post(Playing *p, void (*job)(void *p), void (*done)(void *p)) {
	p->in_job = true;
	work_post(p->work, job, done, p);
}

static bool back_from_job(Playing *p) {
	p->in_job = false;
	if (!p->abandoned) return true;
	destroy(p);
	return false;
}

static void tell(Playing *p) {
	p->changed(p->owner, &p->scenario);
}

static void finish(Playing *p) {
	pretence(p)->state = NULL;
	p->scenario.done = true;
	tell(p);
}

static void hold(Playing *p, Replanned *answer) {
	*list_push(p->arena, &p->held) = answer->arena;
	answer->arena = NULL;
}

/* ---- why one of them is left aside ---- */

/* The nth index among those that are pretended. */
static size_t place_of(Playing *p, size_t index) {
	size_t place = 0;
	for (size_t i = 0; i < index; i++) place += !pretence(p)->indexes.items[i].off;
	return place;
}

static bool is_pretended(Playing *p) {
	return p->at < pretence(p)->indexes.count;
}

static UnusedQuestion question_of(Playing *p) {
	UnusedQuestion question = {
		.plan = pretence(p)->plan ? pretence(p)->plan : p->plan,
		.statement = p->statement,
		.facts = p->facts,
		.table = p->table,
		.index = p->created[p->at],
		.known = p->known,
		.name = p->known ? p->known->name : NULL,
	};
	if (!is_pretended(p)) return question;
	question.table = question.index ? table_facts(question.facts, question.index->table.schema, question.index->table.name) : NULL;
	question.known = NULL;
	question.name = pretence(p)->indexes.items[p->at].name;
	return question;
}

static void step(Playing *p) {
	p->has_trial = unused_next(p->unused, &p->trial);
}

static void begin_job(void *job) {
	Playing *p = job;
	UnusedQuestion question = question_of(p);
	p->unused = unused_new(p->arena, &question);
	step(p);
}

static void answer_job(void *job) {
	Playing *p = job;
	unused_answer(p->unused, p->answer, p->answer_name);
	step(p);
}

static void stepped(void *job);

static void tried(void *owner, Replanned *answer) {
	Playing *p = owner;
	p->replan = NULL;
	p->answer = answer->plan;
	p->answer_name = answer->plan && is_pretended(p) ? answer->pretended[place_of(p, p->at)].name : NULL;
	if (answer->plan) hold(p, answer);
	post(p, answer_job, stepped);
}

/* The trial's settings go last, so they win. */
static void try_it(Playing *p) {
	ExplainSpec spec = p->spec;
	ExplainSetting *settings = ARENA_ARRAY(p->arena, ExplainSetting, spec.setting_count + p->trial.off_count + 1);
	memcpy(settings, spec.settings, spec.setting_count * sizeof *settings);
	for (size_t i = 0; i < p->trial.off_count; i++) settings[spec.setting_count++] = (ExplainSetting){p->trial.off[i], "off"};
	if (p->trial.cheap_pages) settings[spec.setting_count++] = (ExplainSetting){"random_page_cost", p->trial.cheap_pages};
	spec.settings = settings;
	p->replan = replan_start(p->work, p->conn, &spec, pretence(p)->rewrite, tried, p);
}

static void take_answer(Playing *p) {
	const UnusedAnswer *told = unused_told(p->unused);
	if (is_pretended(p)) pretence(p)->indexes.items[p->at].why = told;
	else p->scenario.why = told;
	p->at++;
	tell(p);
}

static void stepped(void *job) {
	Playing *p = job;
	if (!back_from_job(p)) return;
	if (p->has_trial) {
		try_it(p);
		return;
	}
	take_answer(p);
	next_question(p);
}

static bool is_left_aside(const PretenceIndex *index) {
	return !index->off && index->name && !index->used;
}

static void next_question(Playing *p) {
	while (is_pretended(p) && !is_left_aside(&pretence(p)->indexes.items[p->at])) p->at++;
	bool asked = is_pretended(p) || (p->known && !p->scenario.why);
	pretence(p)->state = "asking why an index is left aside …";
	if (asked) post(p, begin_job, stepped);
	else finish(p);
}

/* ---- the plan with them ---- */

static bool uses(const Plan *plan, const char *name) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->index && strcmp(plan->nodes[i]->index, name) == 0) return true;
	return false;
}

static void planned(void *owner, Replanned *answer) {
	Playing *p = owner;
	p->replan = NULL;
	if (!answer->plan) {
		err_set(&p->scenario.err, answer->err->kind, "%s", answer->err->message.text);
		err_hint(&p->scenario.err, "%s", answer->err->hint.text);
		finish(p);
		return;
	}
	pretence(p)->plan = answer->plan;
	for (size_t i = 0, place = 0; i < pretence(p)->indexes.count; i++) {
		PretenceIndex *index = &pretence(p)->indexes.items[i];
		if (index->off) continue;
		const PretendedIndex *pretended = &answer->pretended[place++];
		index->name = pretended->name;
		index->bytes = pretended->bytes;
		index->used = uses(answer->plan, pretended->name);
	}
	hold(p, answer);
	tell(p);
	next_question(p);
}

/* ---- the beginning ---- */

/* As SQL writes it, with or without its schema, or just as the catalog has it. */
static bool is_named(Playing *p, const TableFacts *table, const IndexFacts *index) {
	const char *rest = p->wanted, *schema = NULL, *name = sql_name_part(p->arena, &rest);
	if (strcmp(index->name, p->wanted) == 0) return true;
	if (*rest) {
		schema = name;
		name = sql_name_part(p->arena, &rest);
	}
	return name && strcmp(index->name, name) == 0 && (!schema || strcmp(table->schema, schema) == 0);
}

static bool find_known(Playing *p) {
	const Facts *facts = p->facts;
	for (size_t t = 0; facts && t < facts->tables.count; t++) {
		const TableFacts *table = &facts->tables.items[t];
		for (size_t i = 0; i < table->indexes.count; i++) {
			if (!is_named(p, table, &table->indexes.items[i])) continue;
			p->table = table;
			p->known = &table->indexes.items[i];
			return true;
		}
	}
	return false;
}

static const char *known_names(Playing *p) {
	const Facts *facts = p->facts;
	const char *names = NULL;
	for (size_t t = 0; facts && t < facts->tables.count; t++)
		for (size_t i = 0; i < facts->tables.items[t].indexes.count; i++)
			names = arena_printf(p->arena, "%s%s%s", names ? names : "", names ? ", " : "", facts->tables.items[t].indexes.items[i].name);
	return names;
}

static void look_up_wanted(Playing *p) {
	Err *err = &p->scenario.err;
	if (!p->wanted) return;
	if (find_known(p)) {
		p->created[pretence(p)->indexes.count] = p->known->definition ? create_index_read(p->arena, p->known->definition, NULL) : NULL;
		return;
	}
	if (!p->facts) {
		err_set(err, ERR_SERVER, "the catalog could not be read, so nothing is known of \"%s\"", p->wanted);
		return;
	}
	const char *names = known_names(p);
	err_set(err, ERR_USAGE, "no table that this plan reads has an index \"%s\"", p->wanted);
	err_hint(err, "%s%s", names ? "They have: " : "They have none.", names ? names : "");
}

static void prepare_job(void *job) {
	Playing *p = job;
	if (err_is(&p->scenario.err)) return;
	for (size_t i = 0; i < pretence(p)->indexes.count; i++) p->created[i] = create_index_read(p->arena, pretence(p)->indexes.items[i].sql, NULL);
	if (pretence(p)->rewrite) p->statement = statement_parse(p->arena, pretence(p)->rewrite);
	look_up_wanted(p);
}

static void prepared(void *job) {
	Playing *p = job;
	if (!back_from_job(p)) return;
	bool otherwise = p->spec.pretend_count || pretence(p)->rewrite;
	if (err_is(&p->scenario.err)) finish(p);
	else if (otherwise) p->replan = replan_start(p->work, p->conn, &p->spec, pretence(p)->rewrite, planned, p);
	else next_question(p);
}

static void take_wish(Playing *p, const ScenarioWish *wish) {
	Pretence *made = pretence(p);
	const char **pretend = ARENA_ARRAY(p->arena, const char *, wish->index_count + 1);
	*made = (Pretence){.finding = wish->finding, .rewrite = arena_copy(p->arena, wish->rewrite), .cost_before = p->plan->root->total_cost,
	                   .state = "asking the planner …"};
	for (size_t i = 0; i < wish->index_count; i++) {
		PretenceIndex index = {.sql = arena_copy(p->arena, wish->indexes[i].sql), .off = wish->indexes[i].off, .bytes = NAN};
		*list_push(p->arena, &made->indexes) = index;
		if (!index.off) pretend[p->spec.pretend_count++] = index.sql;
	}
	p->spec.pretend = pretend;
	p->created = ARENA_ARRAY(p->arena, const CreateIndex *, wish->index_count + 1);
	p->wanted = arena_copy(p->arena, wish->why);
}

Scenario *scenario_start(Work *work, Run *run, const ScenarioWish *wish, ScenarioFn changed, void *owner) {
	Arena *arena = arena_new();
	Playing *p = ARENA_NEW(arena, Playing);
	*p = (Playing){
		.scenario = {.err = ERR_INIT},
		.arena = arena,
		.work = work,
		.run = run,
		.plan = run->plan,
		.facts = run->facts,
		.statement = run->statement,
		.changed = changed,
		.owner = owner,
	};
	run_hold(run);
	bool allowed = run_spec(run, arena, &p->spec, &p->conn, &p->scenario.err);
	take_wish(p, wish);
	if (allowed && p->spec.pretend_count) whatif_available(conn_server(p->conn), &p->scenario.err);
	post(p, prepare_job, prepared);
	return &p->scenario;
}

void scenario_free(Scenario *scenario) {
	Playing *p = (Playing *)scenario;
	if (!p) return;
	replan_stop(p->replan);
	p->abandoned = true;
	destroy(p);
}

void scenario_hold(Scenario *scenario) {
	((Playing *)scenario)->holders++;
}

void scenario_let_go(Scenario *scenario) {
	Playing *p = (Playing *)scenario;
	p->holders--;
	if (p->abandoned) destroy(p);
}
