/* cli.c: runs the program and takes home what it prints. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { DEADLINE_MS = 60000, GLANCE_MS = 10 };

static const char *program_path;

struct Program {
	pid_t pid;
	int out, err; /* our ends; -1: at their end */
	Str printed, complained;
};

void cli_find_program(const char *argv0) {
	static Str path = STR_INIT;
	const char *slash = strrchr(argv0, '/');
	str_add_n(&path, argv0, slash ? (size_t)(slash - argv0) : 0);
	str_printf(&path, "%s../../pgwhy", slash ? "/" : "");
	program_path = path.text;
}

int cli_set_up(void **state, const ClusterSpec *spec) {
	Cli *cli = calloc(1, sizeof *cli);
	*cli = (Cli){.arena = arena_new(), .err = ERR_INIT};
	const char *room = getenv("TMPDIR");
	cli->home = arena_printf(cli->arena, "%s/pgwhy-cli-XXXXXX", room && *room ? room : "/tmp");
	*state = cli;
	if (!mkdtemp(cli->home)) return -1;
	if (!spec) return 0;
	cli->cluster = cluster_start(spec, &cli->err);
	if (!cli->cluster) fprintf(stderr, "%s\n%s\n", cli->err.message.text, cli->err.hint.text);
	return cli->cluster ? 0 : -1;
}

static void remove_home(const Cli *cli) {
	pid_t pid = fork();
	if (pid == 0) execlp("rm", "rm", "-rf", "--", cli->home, (char *)NULL);
	if (pid > 0) waitpid(pid, NULL, 0);
}

int cli_tear_down(void **state) {
	Cli *cli = *state;
	for (size_t i = 0; i < cli->values.count; i++) json_decref(cli->values.items[i]);
	cluster_stop(cli->cluster);
	remove_home(cli);
	err_release(&cli->err);
	arena_free(cli->arena);
	free(cli);
	return 0;
}

/* ---- starting ---- */

/* Under a sanitizer. Other people's leaks: what libcrypto has for a thread that outlives main(), and how the C library looks for locales. */
static const char *leaks_of_others(Cli *cli) {
	static const char leaks[] = "leak:libcrypto\nleak:__argz_add_sep\n";
	return cli_file(cli, "leaks", leaks, sizeof leaks - 1);
}

static char **environment(Cli *cli, const char *const *more) {
	static const char *const inherited[] = {"PATH", "TMPDIR", "LD_LIBRARY_PATH", "UBSAN_OPTIONS"};
	LIST(char *) env = {0};
	for (size_t i = 0; more && more[i]; i++) *list_push(cli->arena, &env) = arena_copy(cli->arena, more[i]);
	for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++)
		if (getenv(inherited[i])) *list_push(cli->arena, &env) = arena_printf(cli->arena, "%s=%s", inherited[i], getenv(inherited[i]));
	*list_push(cli->arena, &env) = arena_printf(cli->arena, "HOME=%s", cli->home);
	*list_push(cli->arena, &env) = "LC_ALL=C.UTF-8";
	*list_push(cli->arena, &env) = "ASAN_OPTIONS=exitcode=99"; /* no status of ours */
	*list_push(cli->arena, &env) = arena_printf(cli->arena, "LSAN_OPTIONS=print_suppressions=0:suppressions=%s", leaks_of_others(cli));
	if (cli->cluster) {
		*list_push(cli->arena, &env) = arena_printf(cli->arena, "PGHOST=%s", cluster_socket_dir(cli->cluster));
		*list_push(cli->arena, &env) = arena_printf(cli->arena, "PGPORT=%d", cluster_port(cli->cluster));
		*list_push(cli->arena, &env) = arena_printf(cli->arena, "PGUSER=%s", cluster_user(cli->cluster));
		*list_push(cli->arena, &env) = "PGDATABASE=postgres";
	}
	*list_push(cli->arena, &env) = NULL;
	return env.items;
}

static char **argument_list(Cli *cli, const char *const *args) {
	LIST(char *) list = {0};
	*list_push(cli->arena, &list) = arena_copy(cli->arena, program_path);
	for (size_t i = 0; args[i]; i++) *list_push(cli->arena, &list) = arena_copy(cli->arena, args[i]);
	*list_push(cli->arena, &list) = NULL;
	return list.items;
}

/* A file: pgwhy may leave it unread without us waiting for it. */
static int input_of(Cli *cli, const Start *start) {
	if (!start->input) return open("/dev/null", O_RDONLY | O_CLOEXEC);
	const char *path = cli_file(cli, "standard-input", start->input, start->input_len ? start->input_len : strlen(start->input));
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void pipe_pair(int ends[2]) {
	if (pipe(ends) != 0) fail_msg("pipe: %s", strerror(errno));
	for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
}

Program *cli_start(Cli *cli, const Start *start, const char *const *args) {
	static const Start usual;
	if (!start) start = &usual;
	char **argv = argument_list(cli, args), **env = environment(cli, start->env);
	int out[2], err[2], in = input_of(cli, start);
	pipe_pair(out);
	pipe_pair(err);
	int printed = start->out ? open(start->out, O_WRONLY | O_CLOEXEC) : out[1];
	Program *program = ARENA_NEW(cli->arena, Program);
	*program = (Program){.out = out[0], .err = err[0], .printed = STR_INIT, .complained = STR_INIT};
	program->pid = fork();
	if (program->pid == 0) {
		setsid(); /* no terminal to ask on */
		dup2(in, 0);
		dup2(printed, 1);
		dup2(err[1], 2);
		if (start->closed) close(1);
		execve(argv[0], argv, env);
		_exit(127);
	}
	close(in);
	close(out[1]);
	close(err[1]);
	if (start->out) close(printed);
	return program;
}

/* ---- what it prints ---- */

static void take(int *fd, Str *into) {
	char bytes[65536];
	ssize_t got = read(*fd, bytes, sizeof bytes);
	if (got > 0) {
		str_add_n(into, bytes, (size_t)got);
	} else if (got == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
}

static void listen_to(Program *program, int64_t late_ms) {
	struct pollfd fds[] = {{.fd = program->out, .events = POLLIN}, {.fd = program->err, .events = POLLIN}};
	if (poll(fds, 2, GLANCE_MS * 10) > 0) {
		if (fds[0].revents) take(&program->out, &program->printed);
		if (fds[1].revents) take(&program->err, &program->complained);
	} else if (clock_ms() > late_ms) {
		kill(program->pid, SIGKILL);
		fail_msg("not in time; so far: %s%s", program->printed.text, program->complained.text);
	}
}

bool cli_running(Program *program) {
	if (program->out >= 0 || program->err >= 0) listen_to(program, INT64_MAX);
	return program->out >= 0 || program->err >= 0;
}

static size_t count_lines(const Str *text) {
	size_t lines = 0;
	for (size_t i = 0; i < text->len; i++) lines += text->text[i] == '\n';
	return lines;
}

void cli_until_printed(Program *program, size_t lines) {
	int64_t late_ms = clock_ms() + DEADLINE_MS;
	while (program->out >= 0 && count_lines(&program->printed) < lines) listen_to(program, late_ms);
	if (count_lines(&program->printed) < lines) fail_msg("it ended before line %zu: %s%s", lines, program->printed.text, program->complained.text);
}

void cli_signal(const Program *program, int number) {
	kill(program->pid, number);
}

static void is_harmless(const char *text, size_t len) {
	for (size_t i = 0; i < len;) {
		uint32_t point;
		size_t bytes = utf8_decode(text + i, len - i, &point);
		bool broken = point == UTF8_INVALID && bytes == 1;
		if (text[i] != '\n' && (broken || utf8_hostile(point)))
			fail_msg("byte %zu of what it printed is 0x%02X: %.*s", i, (unsigned char)text[i], (int)i, text);
		i += bytes;
	}
}

Ran cli_finish(Cli *cli, Program *program) {
	int status;
	int64_t late_ms = clock_ms() + DEADLINE_MS;
	while (program->out >= 0 || program->err >= 0) listen_to(program, late_ms);
	while (waitpid(program->pid, &status, 0) < 0 && errno == EINTR) continue;
	is_harmless(program->printed.text, program->printed.len);
	is_harmless(program->complained.text, program->complained.len);
	Ran ran = {
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		.out = arena_copy_n(cli->arena, program->printed.text, program->printed.len),
		.out_len = program->printed.len,
		.err = arena_copy(cli->arena, program->complained.text),
	};
	str_release(&program->printed);
	str_release(&program->complained);
	return ran;
}

Ran cli_run(Cli *cli, int status, const Start *start, const char *const *args) {
	Ran ran = cli_finish(cli, cli_start(cli, start, args));
	if (ran.status != status) fail_msg("%s: status %d, not %d: %.2000s%s", args[0], ran.status, status, ran.out, ran.err);
	return ran;
}

/* ---- the ground ---- */

void cli_sql(Cli *cli, const char *database, const char *script) {
	if (!cluster_run(cli->cluster, database, script, &cli->err)) fail_msg("%s, in: %s", cli->err.message.text, script);
}

const char *cli_ask(Cli *cli, const char *sql) {
	const char *value = cluster_ask(cli->arena, cli->cluster, "postgres", sql, &cli->err);
	if (!value) fail_msg("%s, in: %s", cli->err.message.text, sql);
	return value;
}

void cli_until_true(Cli *cli, const char *sql) {
	for (int64_t late_ms = clock_ms() + DEADLINE_MS; strcmp(cli_ask(cli, sql), "t") != 0; poll(NULL, 0, GLANCE_MS))
		if (clock_ms() > late_ms) fail_msg("not in time: %s", sql);
}

const char *cli_file(Cli *cli, const char *name, const char *bytes, size_t len) {
	char *path = arena_printf(cli->arena, "%s/%s", cli->home, name);
	FILE *file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) fail_msg("%s: %s", path, strerror(errno));
	return path;
}

json_t *cli_json(Cli *cli, const char *text) {
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value) fail_msg("line %d: %s, in: %.2000s", error.line, error.text, text);
	return *list_push(cli->arena, &cli->values) = value;
}

void has(const char *text, const char *part) {
	if (!strstr(text, part)) fail_msg("\"%s\" is not in: %.2000s", part, text);
}

void has_not(const char *text, const char *part) {
	if (strstr(text, part)) fail_msg("\"%s\" is in: %.2000s", part, text);
}
