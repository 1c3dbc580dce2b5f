/* main.c: arguments, then the command they name. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "app/batch.h"
#include "app/completion.h"
#include "app/manual.h"
#include "app/options.h"
#include "base/version.h"

static int print(const Options *options, const char *text, Err *err) {
	return text && batch_write(options, text, err) ? 0 : batch_complain(err);
}

static const char *table(const Options *options, Err *err) {
	const char *text = manual_table(options->arena, options->tables);
	if (!text) err_set(err, ERR_USAGE, "there is no table \"%s\"", options->tables);
	return text;
}

static const char *topic_of(const Options *options) {
	if (options->command->name) return options->command->name;
	return options->word_count ? options->words[0] : "";
}

static int run(int argc, char **argv, Arena *arena) {
	Err err = ERR_INIT;
	Options options;
	if (!options_parse(&options, arena, argc, argv, &err)) return batch_complain(&err);
	if (options.version) return print(&options, "pgwhy " PGWHY_VERSION "\n", &err);
	if (options.help_topic) return print(&options, manual_help(arena, topic_of(&options), &err), &err);
	if (options.completion) return print(&options, completion_script(arena, options.completion, &err), &err);
	if (options.tables) return print(&options, table(&options, &err), &err);
	return options.command->run(&options);
}

/* Else the first socket would be standard output. Opened for reading only: who writes to a closed one is told. */
static void fill_closed_descriptors(void) {
	int fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDONLY);
	if (fd >= 0) close(fd);
}

int main(int argc, char **argv) {
	fill_closed_descriptors();
	signal(SIGXFSZ, SIG_IGN); /* a file at the limit for its size is an error to be told, as a full disk is, and nothing to die of */
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* plans, settings and JSON write 0.5, not 0,5 */
	Arena *arena = arena_new();
	int status = run(argc, argv, arena);
	arena_free(arena);
	return status;
}
