/* options.c: the command line, from a table. */
#include "app/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>

#include "app/migration_wish.h"
#include "app/repeat.h"
#include "pg/whatif.h"
#include "sql/create_index.h"

typedef struct OptionRow {
	const char *name;
	char letter; /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *only; /* the commands it is for, blank-separated; NULL: all */
	const char *help;
	bool (*set)(Options *options, const char *value, Err *err);
} OptionRow;

/* ---- what each option does ---- */

static bool set_host(Options *o, const char *value, Err *err) { (void)err; o->conn.host = value; return true; }
static bool set_port(Options *o, const char *value, Err *err) { (void)err; o->conn.port = value; return true; }
static bool set_user(Options *o, const char *value, Err *err) { (void)err; o->conn.user = value; return true; }
static bool set_database(Options *o, const char *value, Err *err) { (void)err; o->conn.database = value; return true; }
static bool set_no_password(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->conn.never_ask_password = true; }
static bool set_password(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->ask_password = true; }
static bool set_readonly(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->readonly = true; }
static bool set_no_analyze(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->no_analyze = true; }
static bool set_yes(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->yes = true; }
static bool set_values(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->values = true; }
static bool set_prove(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->prove = true; }
static bool set_output(Options *o, const char *value, Err *err) { (void)err; o->output = value; return true; }
static bool set_setting(Options *o, const char *value, Err *err) { return settings_assign(o->arena, &o->settings, value, err); }
static bool set_ascii(Options *o, const char *value, Err *err) { (void)value; return settings_set(o->arena, &o->settings, "ascii", "on", err); }
static bool set_save(Options *o, const char *value, Err *err) { (void)err; o->save = value; return true; }
static bool set_baseline(Options *o, const char *value, Err *err) { (void)err; o->baseline = value; return true; }
static bool set_fail_if(Options *o, const char *value, Err *err) { return fail_if_read(o->arena, value, list_push(o->arena, &o->fail_if), err); }
static bool set_no_store(Options *o, const char *value, Err *err) { (void)value; return settings_set(o->arena, &o->settings, "store", "off", err); }
static bool set_no_load(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->no_load = true; }
static bool set_keep(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->keep = true; }
static bool set_help(Options *o, const char *value, Err *err) { (void)value; (void)err; o->help_topic = ""; return true; }
static bool set_version(Options *o, const char *value, Err *err) { (void)value; (void)err; return o->version = true; }
static bool set_completion(Options *o, const char *value, Err *err) { (void)err; o->completion = value; return true; }
static bool set_tables(Options *o, const char *value, Err *err) { (void)err; o->tables = value; return true; }

static bool set_statement(Options *o, const char *value, Err *err) {
	if (o->statement) return err_set(err, ERR_USAGE, "-c takes one statement, and stands once");
	o->statement = value;
	return true;
}

static bool set_file(Options *o, const char *value, Err *err) {
	if (o->file) return err_set(err, ERR_USAGE, "-f takes one file, and stands once");
	o->file = value;
	return true;
}

static bool set_whatif(Options *o, const char *value, Err *err) {
	Err problem = ERR_INIT;
	const CreateIndex *index = create_index_read(o->arena, value, &problem);
	if (index) *list_push(o->arena, &o->whatif) = index->sql;
	else err_set(err, ERR_USAGE, "--whatif \"%s\": %s%s", value, problem.message.text, problem.position ? arena_printf(o->arena, ", at character %ld", problem.position) : "");
	if (!index) err_hint(err, "It takes CREATE INDEX ON orders (status), or just orders (status).");
	err_release(&problem);
	return index && whatif_can_pretend(index->method, err);
}

static bool set_migration(Options *o, const char *value, Err *err) {
	MigrationWish wish;
	o->migration = value;
	return migration_wish_read(o->arena, value, &wish, err);
}

static bool set_why(Options *o, const char *value, Err *err) {
	(void)err;
	*list_push(o->arena, &o->why) = value;
	return true;
}

static const struct {
	const char *name;
	const char *only; /* the commands it is for; NULL: all that print */
} formats[FORMAT_COUNT] = {
	[FORMAT_TEXT] = {"text", NULL},
	[FORMAT_JSON] = {"json", NULL},
	[FORMAT_CSV] = {"csv", "check plan show"}, /* of plan: lists of those in a log */
	[FORMAT_MARKDOWN] = {"markdown", "explain check plan diff show"},
};

const char *format_name(Format format) {
	return formats[format].name;
}

bool format_is_for(Format format, const Command *command) {
	return option_is_for(formats[format].only, command);
}

static bool set_format(Options *o, const char *value, Err *err) {
	for (Format format = 0; format < (Format)FORMAT_COUNT; format++)
		if (strcmp(formats[format].name, value) == 0) {
			o->format = format;
			return true;
		}
	return err_set(err, ERR_USAGE, "--format takes text, json, csv or markdown, not \"%s\"", value);
}

static bool check_format(const Options *options, Err *err) {
	if (format_is_for(options->format, options->command)) return true;
	const char *others = format_is_for(FORMAT_MARKDOWN, options->command) ? "text, json or markdown" : "text or json";
	return err_set(err, ERR_USAGE, "%s prints %s, not \"%s\"", options->command->name, others, formats[options->format].name);
}

static bool set_fail_on(Options *o, const char *value, Err *err) {
	for (Severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++)
		if (strcmp(severity_name(s), value) == 0) {
			o->fail_on = s;
			return o->fail_on_set = true;
		}
	return err_set(err, ERR_USAGE, "--fail-on takes info, warning or critical, not \"%s\"", value);
}

static bool number(const char *name, const char *value, double least, double most, const char *units, double *result, Err *err) {
	char *end;
	*result = strtod(value, &end);
	if (end != value && strcmp(end, units) == 0) *end = '\0';
	if (end != value && !*end && *result >= least && *result <= most) return true;
	return err_set(err, ERR_USAGE, "--%s takes a number from %g to %g, not \"%s\"", name, least, most, value);
}

static bool set_every(Options *o, const char *value, Err *err) {
	return number("every", arena_copy(o->arena, value), 0.1, 86400, "s", &o->every_s, err);
}

static bool set_count(Options *o, const char *value, Err *err) {
	double count;
	if (!number("count", arena_copy(o->arena, value), 1, 1e9, "", &count, err)) return false;
	o->count = (long)count;
	return true;
}

static bool set_runs(Options *o, const char *value, Err *err) {
	double runs;
	if (!number("runs", arena_copy(o->arena, value), 1, REPEAT_MOST_RUNS, "", &runs, err)) return false;
	o->runs = (long)runs;
	return true;
}

static bool set_with(Options *o, const char *value, Err *err) {
	const char *equals = strchr(value, '=');
	if (!equals || equals == value) return err_set(err, ERR_USAGE, "--with takes NAME=VALUE, not \"%s\"", value);
	ExplainSetting setting = {arena_copy_n(o->arena, value, (size_t)(equals - value)), equals + 1};
	*list_push(o->arena, &o->with) = setting;
	if (explain_setting_allowed(setting.name, err)) return true;
	err->kind = ERR_USAGE;
	return false;
}

static bool set_pick(Options *o, const char *value, Err *err) {
	double pick, after = 0;
	const char *comma = strchr(value, ',');
	const char *first = comma ? arena_copy_n(o->arena, value, (size_t)(comma - value)) : value;
	if (!number("pick", arena_copy(o->arena, first), 1, 1e9, "", &pick, err) || (comma && !number("pick", arena_copy(o->arena, comma + 1), 1, 1e9, "", &after, err))) return false;
	o->pick = (long)pick;
	o->pick_after = (long)after;
	return true;
}

static bool set_scale(Options *o, const char *value, Err *err) {
	return number("scale", arena_copy(o->arena, value), 0.001, 100, "", &o->scale, err);
}

/* ---- the table: to add an option, a row and its setter ---- */

static const OptionRow rows[] = {
	{"host", 'h', "HOST", NULL, "server's host, or the directory of its socket", set_host},
	{"port", 'p', "PORT", NULL, "server's port; of demo: the number in its socket's name", set_port},
	{"username", 'U', "ROLE", NULL, "role to connect as", set_user},
	{"dbname", 'd', "DBNAME", NULL, "database, or a postgresql:// URI, or a conninfo string", set_database},
	{"no-password", 'w', NULL, NULL, "never ask for a password", set_no_password},
	{"readonly", 0, NULL, NULL, "nothing is changed: C and K cancel and terminate no session, :try and :apply do nothing", set_readonly},
	{"password", 'W', NULL, NULL, "ask for a password before connecting", set_password},
	{"command", 'c', "SQL", "explain check", "the statement, one", set_statement},
	{"file", 'f', "FILE", "explain check", "file with statements, each explained alone; - is standard input", set_file},
	{"no-analyze", 0, NULL, "explain check", "plan only, run nothing", set_no_analyze},
	{"yes", 0, NULL, "explain check diff", "also run what would ask first (writes, FOR UPDATE, volatile functions), rolled back", set_yes},
	{"values", 0, NULL, "explain", "plan a statement with $1 for common, typical and rare values, too: whether the plans differ, and which a prepared one keeps", set_values},
	{"prove", 0, NULL, "explain", "run each rewrite that is advised, too: are the rows the same, and how much faster is it", set_prove},
	{"runs", 0, "N", "explain check diff", "run it N times after a first run that does not count: median, spread, buffers; with --prove the rewrite, too, in turn; both statements of diff, in turn; check fails on time beyond the noise only", set_runs},
	{"with", 0, "NAME=VALUE", "explain", "with --runs: run it under this parameter, too, in turn (SET LOCAL); several stand together", set_with},
	{"whatif", 0, "INDEX", "explain", "also plan with this index pretended, CREATE INDEX ... or just orders (status); several stand together (HypoPG)", set_whatif},
	{"why", 0, "INDEX", "explain", "why the plan does without this index; may be given several times", set_why},
	{"migration", 0, "FORMAT[:FOLDER]", "explain plan", "print the advice as migrations for sql (psql), goose, alembic, flyway or rails in place of the plan, or write them to the folder", set_migration},
	{"save", 0, "DIR", "explain", "put each plan into a file of its own there, for check; with --runs its spread, too", set_save},
	{"baseline", 0, "DIR", "check", "the folder with the plans of explain --save", set_baseline},
	{"fail-if", 0, "CONDITION", "check", "exit with status 1 when it is so: shape, new, advice, or buffers>1.2x, also of time, cost, temp, rows, planning; several; without one shape and buffers>1.2x, with --runs time>1.5x, too", set_fail_if},
	{"fail-on", 0, "SEVERITY", "explain plan", "exit with status 1 when a finding is info, warning or critical, or worse", set_fail_on},
	{"pick", 0, "N", "plan diff", "of several plans, as in a log, the one with this number; without it plan lists those of a log, longest first; of diff also N,M: the Nth before, the Mth after", set_pick},
	{"every", 0, "SECONDS", "show", "show again and again, figures over that interval; in JSON one line each, in CSV one heading", set_every},
	{"count", 0, "N", "show", "stop after showing it N times", set_count},
	{"format", 0, "FORMAT", "explain check plan diff show rules", "text, json or markdown (not of rules); of show, check and a log's list also csv", set_format},
	{"output", 'o', "PATH", "explain check plan diff show rules", "write there instead of to standard output", set_output},
	{"scale", 0, "X", "demo", "size of the shop: 1 is about three million rows", set_scale},
	{"no-load", 0, NULL, "demo", "the shop without clients that use it", set_no_load},
	{"keep", 0, NULL, "demo", "leave server and files when pgwhy ends", set_keep},
	{"set", 0, "NAME=VALUE", NULL, "a setting, for this run (see --help settings)", set_setting},
	{"ascii", 0, NULL, NULL, "draw with 7-bit characters only", set_ascii},
	{"no-store", 0, NULL, NULL, "keep no plan of this run for :plans, and no mark", set_no_store},
	{"help", 0, NULL, NULL, "help, also on a topic: a command, settings, keys, columns, rules", set_help},
	{"version", 0, NULL, NULL, "pgwhy's version", set_version},
	{"completion", 0, "SHELL", NULL, "print the script by which bash or zsh completes pgwhy's command line", set_completion},
	{"tables", 0, "NAME", "manual", "a table of the manual page, for the build", set_tables},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows, FIRST_LONG = 256 };

static bool hidden(const OptionRow *row) {
	return row->only && strcmp(row->only, "manual") == 0;
}

bool option_is_for(const char *only, const Command *command) {
	if (!only) return true;
	if (!command->name) return false;
	const char *at = strstr(only, command->name);
	return at && (at == only || at[-1] == ' ') && (at[strlen(command->name)] == ' ' || !at[strlen(command->name)]);
}

static void getopt_tables(Arena *arena, struct option **longs, const char **shorts) {
	Str letters = STR_INIT;
	str_add(&letters, ":");
	*longs = ARENA_ARRAY(arena, struct option, ROW_COUNT + 1);
	for (size_t i = 0; i < ROW_COUNT; i++) {
		(*longs)[i] = (struct option){.name = rows[i].name, .has_arg = rows[i].argument ? required_argument : no_argument, .val = FIRST_LONG + (int)i};
		if (rows[i].letter) str_printf(&letters, "%c%s", rows[i].letter, rows[i].argument ? ":" : "");
	}
	*shorts = arena_copy(arena, letters.text);
	str_release(&letters);
}

static const OptionRow *row_for(int code) {
	if (code >= FIRST_LONG) return &rows[code - FIRST_LONG];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == code) return &rows[i];
	return NULL;
}

static bool bad_option(char **argv, int code, Err *err) {
	const char *word = argv[optind - 1];
	if (code == ':') err_set(err, ERR_USAGE, "option %s needs a value", word);
	else if (optopt && optopt < FIRST_LONG) err_set(err, ERR_USAGE, "there is no option -%c", optopt);
	else err_set(err, ERR_USAGE, "there is no option %s", word);
	err_hint(err, "pgwhy --help lists them.");
	return false;
}

const Command *command_named(const char *name) {
	for (const Command *command = commands; command->run; command++)
		if (command->name && strcmp(command->name, name) == 0) return command;
	return NULL;
}

static void take_words(Options *options, int argc, char **argv) {
	options->command = &commands[0];
	if (optind < argc && command_named(argv[optind])) options->command = command_named(argv[optind++]);
	options->words = (const char *const *)(argv + optind);
	options->word_count = (size_t)(argc - optind);
}

/* The console takes a database and a role, as psql does. */
static size_t take_database(Options *options) {
	size_t taken = 0;
	if (taken < options->word_count && !options->conn.database) options->conn.database = options->words[taken++];
	if (taken < options->word_count && !options->conn.user) options->conn.user = options->words[taken++];
	return taken;
}

/* Words that are to be commands are no databases today, or scripts would break the day they are. */
static bool is_reserved(const char *word) {
	static const char *const reserved[] = {"lint", "record", "replay"};
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strcmp(word, reserved[i]) == 0) return true;
	return false;
}

static bool check_words(Options *options, Err *err) {
	if (options->help_topic) return true;
	bool console = !options->command->name;
	if (console && options->word_count && is_reserved(options->words[0])) {
		err_set(err, ERR_USAGE, "there is no command \"%s\"", options->words[0]);
		err_hint(err, "A database of that name is given by -d.");
		return false;
	}
	size_t taken = console ? take_database(options) : options->command->most_words;
	if (taken >= options->word_count) return true;
	err_set(err, ERR_USAGE, "\"%s\" is one word too many", options->words[taken]);
	err_hint(err, "pgwhy --help%s%s shows what it takes.", console ? "" : " ", console ? "" : options->command->name);
	return false;
}

static bool check_option(const Options *options, const OptionRow *row, Err *err) {
	if (hidden(row) || option_is_for(row->only, options->command)) return true;
	return err_set(err, ERR_USAGE, "--%s is an option of %s", row->name, row->only);
}

bool options_parse(Options *options, Arena *arena, int argc, char **argv, Err *err) {
	*options = (Options){.arena = arena, .every_s = NAN, .scale = 1};
	settings_default(&options->settings);
	Err problem = ERR_INIT;
	if (!settings_read(arena, &options->settings, config_path(arena, "config"), &problem)) {
		options->settings_problem = arena_copy(arena, problem.message.text);
		options->settings_hint = arena_copy(arena, problem.hint.text);
	}
	err_release(&problem);
	struct option *longs;
	const char *shorts;
	getopt_tables(arena, &longs, &shorts);
	LIST(const OptionRow *) given = {0};
	opterr = 0;
	optind = 1;
	for (int code; (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
		const OptionRow *row = code == ':' || code == '?' ? NULL : row_for(code);
		if (!row) return bad_option(argv, code, err);
		if (!row->set(options, optarg, err)) return false;
		*list_push(arena, &given) = row;
	}
	take_words(options, argc, argv);
	if (options->pick_after && !option_is_for("diff", options->command)) return err_set(err, ERR_USAGE, "--pick takes two numbers for diff alone");
	for (size_t i = 0; i < given.count; i++)
		if (!check_option(options, given.items[i], err)) return false;
	return check_format(options, err) && check_words(options, err);
}

bool option_help(size_t nth, OptionHelp *help) {
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (hidden(&rows[i]) || nth--) continue;
		*help = (OptionHelp){rows[i].name, rows[i].letter, rows[i].argument, rows[i].only, rows[i].help};
		return true;
	}
	return false;
}
