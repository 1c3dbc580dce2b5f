/* cli.h: pgwhy as a script has it: arguments, environment and standard input go in; output, errors and an exit status come out.
 *
 * The program runs without a terminal, with a home of its own and none of the PG* variables around it but those that lead to the
 * test's server. Whatever it prints is looked at: nothing but text and line breaks may ever come out. */
#ifndef TESTS_CLI_CLI_H
#define TESTS_CLI_CLI_H

#include <jansson.h>

#include "pg/cluster.h"

typedef struct Cli {
	Arena *arena; /* of everything that came out */
	char *home;
	Cluster *cluster; /* NULL: there is no server */
	Err err;
	LIST(json_t *) values;
} Cli;

/* How it is started, where not as usual; all of it may be NULL. */
typedef struct Start {
	const char *const *env; /* NAME=VALUE, ended by NULL; wins over what is there */
	const char *input; /* standard input; NULL: none */
	size_t input_len; /* 0: input is text */
	const char *out; /* a path in place of the pipe we read */
	bool closed; /* standard output is */
} Start;

typedef struct Ran {
	int status; /* 128 and more: ended by a signal */
	const char *out, *err;
	size_t out_len;
} Ran;

typedef struct Program Program;

/* Finds the program beside the test; to be called first. */
void cli_find_program(const char *argv0);
int cli_set_up(void **state, const ClusterSpec *spec); /* NULL spec: without a server */
int cli_tear_down(void **state);

Program *cli_start(Cli *cli, const Start *start, const char *const *args);
void cli_signal(const Program *program, int number);
bool cli_running(Program *program); /* takes what it has printed meanwhile; false: it prints no more */
void cli_until_printed(Program *program, size_t lines); /* waits for so many lines */
Ran cli_finish(Cli *cli, Program *program); /* waits for its end */

#define ARGS(...) (const char *const[]){__VA_ARGS__, NULL}
/* Starts it, waits for it, fails when its exit status is another. */
#define PGWHY(cli, status, ...) cli_run((cli), (status), NULL, ARGS(__VA_ARGS__))
#define PGWHY_WITH(cli, status, start, ...) cli_run((cli), (status), (start), ARGS(__VA_ARGS__))
Ran cli_run(Cli *cli, int status, const Start *start, const char *const *args);

/* SQL as the superuser, past what is tested. */
void cli_sql(Cli *cli, const char *database, const char *script);
const char *cli_ask(Cli *cli, const char *sql);
void cli_until_true(Cli *cli, const char *sql); /* asks until the answer is "t" */

const char *cli_file(Cli *cli, const char *name, const char *bytes, size_t len); /* its path, in the home */
json_t *cli_json(Cli *cli, const char *text); /* one value, strictly JSON; lives as long as the Cli */

void has(const char *text, const char *part);
void has_not(const char *text, const char *part);

#endif
