/* options.h: the command line: commands and options from tables; --help and the manual come from the same. */
#ifndef PGWHY_APP_OPTIONS_H
#define PGWHY_APP_OPTIONS_H

#include "advise/finding.h"
#include "app/fail_if.h"
#include "app/settings.h"
#include "pg/conn.h"
#include "pg/explain_spec.h"

typedef struct Options Options;

typedef struct Command {
	const char *name; /* NULL: the console */
	const char *arguments; /* as in the synopsis */
	const char *help;
	size_t most_words; /* that follow it */
	int (*run)(const Options *options); /* exit status */
} Command;

typedef enum Format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_MARKDOWN } Format;
enum { FORMAT_COUNT = FORMAT_MARKDOWN + 1 };

struct Options {
	Arena *arena;
	const Command *command;
	const char *const *words; /* after the command */
	size_t word_count;
	ConnParams conn;
	bool ask_password; /* -W */
	bool readonly; /* nothing is changed, whatever is asked for */
	Settings settings;
	const char *settings_problem, *settings_hint; /* what was wrong in the settings file, and what would be right; NULL: nothing */
	/* explain */
	const char *statement; /* -c */
	const char *file; /* -f */
	bool no_analyze, yes;
	bool prove; /* run the rewrites that are advised, too */
	long runs; /* how often each is run; 0: not given */
	LIST(ExplainSetting) with; /* to run it under in turn, beside as it is */
	bool values; /* plan what has $1 under several values */
	LIST(const char *) whatif, why; /* CREATE INDEX to pretend; names of indexes to be told why they are not used */
	bool fail_on_set;
	Severity fail_on;
	const char *migration; /* FORMAT[:FOLDER], checked; NULL: none is wanted */
	const char *save; /* folder to put the plans into; NULL */
	/* check */
	const char *baseline; /* folder they are in; NULL */
	FailIfs fail_if;
	/* plan */
	long pick, pick_after; /* 0: not given */
	/* output */
	Format format;
	const char *output; /* -o; NULL: stdout */
	/* show */
	double every_s; /* NaN: not given */
	long count; /* 0: not given */
	/* demo */
	double scale;
	bool no_load, keep;
	/* what was asked for instead of a run */
	const char *help_topic; /* "" for --help alone; NULL */
	bool version;
	const char *completion; /* --completion SHELL: a script for it */
	const char *tables; /* --tables NAME: a table of the manual, for the build */
};

extern const Command commands[]; /* the console's row first; ended by a NULL run */

/* False with err ERR_USAGE. */
bool options_parse(Options *options, Arena *arena, int argc, char **argv, Err *err);
const Command *command_named(const char *name); /* NULL: none */
bool option_is_for(const char *only, const Command *command); /* `only`: commands, blank-separated; NULL: all */

/* Each option, for the manual: its table row. `only`: the commands it is for, NULL all. */
typedef struct OptionHelp {
	const char *name;
	char letter; /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *only;
	const char *help;
} OptionHelp;
bool option_help(size_t nth, OptionHelp *help); /* false past the end */
const char *format_name(Format format);
bool format_is_for(Format format, const Command *command);

#endif
