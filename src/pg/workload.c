/* workload.c: what a workload's script says: who runs which statements, how often, with which parameters. */
#include "pg/workload.h"

#include <ctype.h>
#include <stdlib.h>

#include "pg/script.h"

typedef LIST(WorkloadParam) Params;
typedef LIST(WorkloadStep) Steps;

typedef struct Reader {
	Arena *arena;
	Err *err;
	int line;
	const char *at; /* the rest of the head */
	LIST(WorkloadTask) tasks;
	LIST(WorkloadClients) clients;
	Steps steps; /* of the last task */
} Reader;

static bool refuse(Reader *reader, const char *expected) {
	return err_set(reader->err, ERR_INPUT, "workload line %d: expected %s at \"%s\"", reader->line, expected, reader->at);
}

static void skip_blanks(Reader *reader) {
	while (isspace((unsigned char)*reader->at)) reader->at++;
}

/* Takes the word when it stands there. */
static bool takes(Reader *reader, const char *word) {
	skip_blanks(reader);
	if (strncmp(reader->at, word, strlen(word)) != 0) return false;
	reader->at += strlen(word);
	return true;
}

static bool take_number(Reader *reader, double *number) {
	skip_blanks(reader);
	char *end;
	*number = strtod(reader->at, &end);
	if (end == reader->at || *number < 0 || *number > 1e9) return false;
	reader->at = end;
	return true;
}

static const char *take_name(Reader *reader) {
	skip_blanks(reader);
	const char *start = reader->at;
	while (isalnum((unsigned char)*reader->at) || *reader->at == '_') reader->at++;
	return reader->at > start ? arena_copy_n(reader->arena, start, (size_t)(reader->at - start)) : NULL;
}

static bool take_seconds(Reader *reader, int64_t *ms) {
	double seconds;
	if (!take_number(reader, &seconds) || !takes(reader, "s")) return refuse(reader, "seconds, as in 20s");
	*ms = (int64_t)(seconds * 1000);
	return true;
}

/* "red", "1..500" or "Customer 1..500 of us" */
static WorkloadChoice read_choice(Arena *arena, const char *text) {
	const char *dots = strstr(text, ".."), *first = dots;
	while (first && first > text && isdigit((unsigned char)first[-1])) first--;
	if (!dots || first == dots || !isdigit((unsigned char)dots[2])) return (WorkloadChoice){.before = text};
	char *after;
	long low = strtol(first, NULL, 10), high = strtol(dots + 2, &after, 10);
	return (WorkloadChoice){.before = arena_copy_n(arena, text, (size_t)(first - text)), .after = after, .low = low, .high = high};
}

static bool take_param(Reader *reader, WorkloadParam *param) {
	LIST(WorkloadChoice) choices = {0};
	do {
		skip_blanks(reader);
		size_t len = strcspn(reader->at, "|,");
		if (!len) return refuse(reader, "a value");
		WorkloadChoice choice = read_choice(reader->arena, arena_copy_n(reader->arena, reader->at, len));
		if (choice.high < choice.low) return refuse(reader, "numbers, the smaller first");
		*list_push(reader->arena, &choices) = choice;
		reader->at += len;
	} while (takes(reader, "|"));
	*param = (WorkloadParam){.choices = choices.items, .choice_count = choices.count};
	return true;
}

static bool take_params(Reader *reader, WorkloadTask *task) {
	Params params = {0};
	while (takes(reader, ",")) {
		double number;
		if (!takes(reader, "$") || !take_number(reader, &number) || (size_t)number != params.count + 1 || !takes(reader, "="))
			return refuse(reader, "the next parameter, as in $1 = 1..10");
		if (!take_param(reader, list_push(reader->arena, &params))) return false;
	}
	task->params = params.items;
	task->param_count = params.count;
	return true;
}

static bool take_task(Reader *reader, WorkloadTask *task) {
	double number;
	task->repeat = 1;
	task->regular = takes(reader, "every");
	if (task->regular) {
		if (!take_seconds(reader, &task->period_ms)) return false;
		if (takes(reader, "after") && !take_seconds(reader, &task->after_ms)) return false;
		if (takes(reader, "x")) task->repeat = take_number(reader, &number) ? (size_t)number : 0;
	} else {
		if (!take_number(reader, &number) || !takes(reader, "/s")) return refuse(reader, "a rate, as in 3/s or every 20s");
		task->period_ms = number > 0 ? (int64_t)(1000 / number) : 0;
	}
	if (task->period_ms < 1 || task->repeat < 1) return refuse(reader, "more than nothing and less than everything");
	return take_params(reader, task);
}

static WorkloadClients *clients_of(Reader *reader, const char *name) {
	for (size_t i = 0; i < reader->clients.count; i++)
		if (strcmp(reader->clients.items[i].name, name) == 0) return &reader->clients.items[i];
	WorkloadClients *clients = list_push(reader->arena, &reader->clients);
	*clients = (WorkloadClients){.name = name, .count = 1};
	return clients;
}

static bool read_step(Reader *reader, const char *sql, size_t param_count) {
	enum { TEXT = 25 };
	unsigned *types = ARENA_ARRAY(reader->arena, unsigned, param_count);
	WorkloadStep *step = list_push(reader->arena, &reader->steps);
	*step = (WorkloadStep){.sql = sql, .param_types = types};
	for (size_t i = 0; i < param_count; i++) types[i] = TEXT;
	for (const char *dollar = sql; (dollar = strchr(dollar, '$')); dollar++) {
		if (!isdigit((unsigned char)dollar[1])) continue;
		size_t number = strtoul(dollar + 1, NULL, 10);
		if (number < 1 || number > param_count)
			return err_set(reader->err, ERR_INPUT, "workload line %d: the head does not say what $%zu is", reader->line, number);
		types[number - 1] = 0;
		if (number > step->param_count) step->param_count = number;
	}
	return true;
}

static bool read_steps(Reader *reader, const char *sql) {
	WorkloadTask *task = reader->tasks.count ? &reader->tasks.items[reader->tasks.count - 1] : NULL;
	for (char *statement; (statement = script_statement(reader->arena, &sql));) {
		if (!task) return refuse(reader, "a task before statements");
		if (!read_step(reader, statement, task->param_count)) return false;
		task->steps = reader->steps.items;
		task->step_count = reader->steps.count;
	}
	return true;
}

static bool read_sleep(Reader *reader) {
	int64_t ms;
	if (!take_seconds(reader, &ms)) return false;
	if (!reader->steps.count) return refuse(reader, "a statement before the sleep");
	reader->steps.items[reader->steps.count - 1].pause_ms = (int)ms;
	return true;
}

static bool read_count(Reader *reader, const char *name) {
	double number;
	if (!take_number(reader, &number) || number < 1 || number > 100 || !takes(reader, "client")) return refuse(reader, "a number of clients");
	clients_of(reader, name)->count = (size_t)number;
	takes(reader, "s");
	return true;
}

static bool read_head(Reader *reader) {
	if (takes(reader, "sleep ")) return read_sleep(reader);
	const char *name = take_name(reader);
	if (!name) return refuse(reader, "a client's name");
	if (takes(reader, "has ")) return read_count(reader, name);
	if (!takes(reader, ":")) return refuse(reader, "a colon");
	WorkloadTask *task = list_push(reader->arena, &reader->tasks);
	task->client = clients_of(reader, name)->name;
	reader->steps = (Steps){0};
	return take_task(reader, task);
}

Workload *workload_read(Arena *arena, const char *text, Err *err) {
	Script script = script_read(arena, text);
	Reader reader = {.arena = arena, .err = err};
	for (size_t i = 0; i < script.count; i++) {
		reader.line = script.blocks[i].line;
		reader.at = script.blocks[i].head;
		if (!read_head(&reader)) return NULL;
		skip_blanks(&reader);
		if (*reader.at) {
			refuse(&reader, "the end of the line");
			return NULL;
		}
		if (!read_steps(&reader, script.blocks[i].sql)) return NULL;
	}
	Workload *workload = ARENA_NEW(arena, Workload);
	*workload = (Workload){.tasks = reader.tasks.items, .task_count = reader.tasks.count,
	                       .clients = reader.clients.items, .client_count = reader.clients.count};
	return workload;
}
