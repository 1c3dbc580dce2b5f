/* main.c: arguments, then the command they name. */
#include <locale.h>
#include <stdio.h>

#include "app/batch.h"
#include "app/manual.h"
#include "app/options.h"

static int print(const char *text, Err *err) {
	if (!text) return batch_complain(err);
	fputs(text, stdout);
	return 0;
}

static const char *topic_of(const Options *options) {
	if (options->command->name) return options->command->name;
	return options->word_count ? options->words[0] : "";
}

static int run(int argc, char **argv, Arena *arena) {
	Err err = ERR_INIT;
	Options options;
	if (!options_parse(&options, arena, argc, argv, &err)) return batch_complain(&err);
	if (options.version) return printf("pgwhy " PGWHY_VERSION "\n") < 0;
	if (options.help_topic) return print(manual_help(arena, topic_of(&options), &err), &err);
	if (options.tables) return print(manual_table(arena, options.tables), err_set(&err, ERR_USAGE, "there is no table \"%s\"", options.tables) ? NULL : &err);
	return options.command->run(&options);
}

int main(int argc, char **argv) {
	setlocale(LC_ALL, "");
	Arena *arena = arena_new();
	int status = run(argc, argv, arena);
	arena_free(arena);
	return status;
}
