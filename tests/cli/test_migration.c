/* test_migration.c: `explain --migration`: what is written is run on a real server: up, down, and up again, by psql, Alembic and what
 * reads a file as goose and Ruby do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "cli.h"

static const char schema[] =
    "create table orders (id int primary key, customer_id int, status text, note text);"
    "insert into orders select n, n % 5000, 'x' || n % 4000, repeat('n', 50) from generate_series(1, 60000) n;"
    "create table \"Odd %s \"\"Name\"\":x; -- +goose Down\" (id int primary key, \"a'b\\c\" int, pad text);"
    "insert into \"Odd %s \"\"Name\"\":x; -- +goose Down\" select n, n % 5000, repeat('n', 50) from generate_series(1, 60000) n;"
    "create table events (day date, kind int, pad text) partition by range (day);"
    "create table events_1 partition of events for values from ('2024-01-01') to ('2024-07-01');"
    "create schema other; create table other.events_2 partition of events for values from ('2024-07-01') to ('2025-01-01') partition by list (kind);"
    "create table other.events_2_even partition of other.events_2 for values in (0, 2, 4, 6, 8);"
    "create table other.events_2_rest partition of other.events_2 default;"
    "insert into events select '2024-01-01'::date + n % 300, n % 4000, repeat('n', 50) from generate_series(1, 80000) n;"
    "create table pairs (a int, b int, pad text); insert into pairs select n % 300, n % 300, repeat('n', 30) from generate_series(1, 60000) n; analyze";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", schema);
	return 0;
}

/* ---- what is migrated ---- */

typedef struct Case {
	const char *sql;
	const char *there; /* asks whether it is; "t" */
	const char *leftover; /* makes what a failed try leaves behind; NULL: there is no such thing */
} Case;

#define VALID(name) "select count(*) = 1 and bool_and(indisvalid) from pg_index where indexrelid = to_regclass('" name "')"

static const Case cases[] = {
    {"select * from orders where customer_id = 7", VALID("public.orders_customer_id_idx"),
     "create index orders_customer_id_idx on orders (status); update pg_index set indisvalid = false where indexrelid = 'orders_customer_id_idx'::regclass"},
    {"select * from \"Odd %s \"\"Name\"\":x; -- +goose Down\" where \"a'b\\c\" = 7",
     "select count(*) = 2 and bool_and(indisvalid) from pg_index where indrelid = to_regclass('\"Odd %s \"\"Name\"\":x; -- +goose Down\"')", NULL},
    /* the parent's is valid only when each of the others is attached */
    {"select * from events where kind = 3", "select bool_and(indisvalid) and count(*) = 5 from pg_index where indrelid::regclass::text in ('events', 'events_1', 'other.events_2', "
     "'other.events_2_even', 'other.events_2_rest')",
     "create index events_1_kind_idx on events_1 (pad); update pg_index set indisvalid = false where indexrelid = 'events_1_kind_idx'::regclass; create index events_kind_idx on only events (kind)"},
};
enum { CASES = sizeof cases / sizeof *cases };

static const char *folder_for(Cli *cli, const char *name) {
	const char *path = arena_printf(cli->arena, "%s/%s", cli->home, name);
	assert_int_equal(mkdir(path, 0700), 0);
	return path;
}

static void write_files(Cli *cli, const char *format, const char *folder, const char *sql) {
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--migration", arena_printf(cli->arena, "%s:%s", format, folder), "-c", sql);
	assert_string_equal(ran.out, "");
	has(ran.err, "written: ");
}

static int is_file(const struct dirent *entry) {
	return *entry->d_name != '.' && (strstr(entry->d_name, "_add_") || strstr(entry->d_name, "_set_"));
}

/* The nth file in it whose name ends so, first to last; NULL. */
static const char *file_in(Cli *cli, const char *folder, const char *end, size_t nth) {
	struct dirent **entries;
	int count = scandir(folder, &entries, is_file, alphasort);
	const char *found = NULL;
	for (int i = 0; i < count; i++) {
		size_t len = strlen(entries[i]->d_name), tail = strlen(end);
		bool fits = len >= tail && strcmp(entries[i]->d_name + len - tail, end) == 0;
		if (fits && !nth--) found = arena_printf(cli->arena, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return found;
}

static const char *text_in(Cli *cli, const char *path) {
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	Str text = STR_INIT;
	char bytes[4096];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;) str_add_n(&text, bytes, got);
	fclose(file);
	const char *copy = arena_copy(cli->arena, text.text);
	str_release(&text);
	return copy;
}

static void is_there(Cli *cli, const Case *each, bool wanted, const char *when) {
	const char *answer = cli_ask(cli, each->there);
	if (strcmp(answer, wanted ? "t" : "f") != 0) fail_msg("%s: %s: it is %sthere", each->sql, when, wanted ? "not " : "");
}

/* ---- the tools ---- */

static bool shell(Cli *cli, const char *command) {
	FILE *pipe = popen(arena_printf(cli->arena, "%s 2>&1", command), "r");
	assert_non_null(pipe);
	char bytes[4096];
	Str said = STR_INIT;
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, pipe)) > 0;) str_add_n(&said, bytes, got);
	bool fine = pclose(pipe) == 0;
	if (!fine) print_error("%s\n%s\n", command, said.text);
	str_release(&said);
	return fine;
}

static bool psql(Cli *cli, const char *path, const char *options) {
	assert_non_null(path);
	return shell(cli, arena_printf(cli->arena, "psql -X -q -v ON_ERROR_STOP=1 %s -h '%s' -p %d -U %s -d postgres -f '%s'", options, cluster_socket_dir(cli->cluster), cluster_port(cli->cluster),
	                               cluster_user(cli->cluster), path));
}

static bool psql_runs(Cli *cli, const char *folder, bool up) {
	return psql(cli, file_in(cli, folder, up ? ".up.sql" : ".down.sql", 0), "");
}

/* Flyway runs a file in a transaction, unless one beside it says otherwise; V goes up, U undoes; it splits statements much as psql does. */
static bool flyway_runs(Cli *cli, const char *folder, bool up) {
	const char *path = file_in(cli, folder, ".sql", up ? 1 : 0), *name = strrchr(path, '/') + 1;
	assert_int_equal(*name, up ? 'V' : 'U');
	assert_non_null(strstr(name, "__add_"));
	assert_null(strstr(text_in(cli, path), "${"));
	const char *told = arena_printf(cli->arena, "%s.conf", path);
	if (access(told, F_OK) == 0) assert_string_equal(text_in(cli, told), "executeInTransaction=false\n");
	return psql(cli, path, access(told, F_OK) == 0 ? "" : "-1");
}

/* goose, by its documentation: comments with +goose are marks; NO TRANSACTION is the whole file's; a statement ends with a line that
 * ends in a semicolon, between StatementBegin and StatementEnd it ends there. */
typedef LIST(const char *) Statements;

static Statements goose_statements(Cli *cli, const char *text, bool up, bool *transaction) {
	Statements found = {0};
	Str buffer = STR_INIT;
	bool here = false, whole = false;
	*transaction = true;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		const char *one = arena_copy_n(cli->arena, line, len), *mark = strncmp(one, "--", 2) == 0 ? one + 2 + strspn(one + 2, " \t") : NULL;
		line += len + (line[len] == '\n');
		bool ends = false;
		if (mark && strncmp(mark, "+goose ", 7) == 0) {
			if (strcmp(mark + 7, "Up") == 0) here = up;
			else if (strcmp(mark + 7, "Down") == 0) here = !up;
			else if (strcmp(mark + 7, "NO TRANSACTION") == 0) *transaction = false;
			else if (strcmp(mark + 7, "StatementBegin") == 0) whole = true;
			else if (strcmp(mark + 7, "StatementEnd") == 0) ends = whole, whole = false;
			else fail_msg("goose knows no mark \"%s\"", mark);
		} else if (!mark && here) {
			if (len || buffer.len) str_printf(&buffer, "%s\n", one);
			ends = !whole && len && one[len - 1] == ';';
		}
		if (ends && here && buffer.len) {
			*list_push(cli->arena, &found) = arena_copy(cli->arena, buffer.text);
			str_clear(&buffer);
		}
	}
	if (buffer.len) fail_msg("goose: unfinished statement: %s", buffer.text);
	str_release(&buffer);
	return found;
}

static void be_silent(void *owner, const char *message) {
	(void)owner;
	(void)message;
}

/* Each alone, as tools send them, over one connection. */
static bool all_run(Cli *cli, const Statements *statements, bool transaction) {
	bool fine = true;
	assert_true(statements->count > 0);
	PGconn *conn = PQconnectdb(cluster_conninfo(cli->arena, cli->cluster, "postgres"));
	PQsetNoticeProcessor(conn, be_silent, NULL);
	if (transaction) PQclear(PQexec(conn, "BEGIN"));
	for (size_t i = 0; fine && i < statements->count; i++) {
		PGresult *result = PQexec(conn, statements->items[i]);
		fine = PQresultStatus(result) == PGRES_COMMAND_OK;
		if (!fine) print_error("%s\n%s\n", statements->items[i], PQresultErrorMessage(result));
		PQclear(result);
	}
	if (transaction) PQclear(PQexec(conn, "COMMIT"));
	PQfinish(conn);
	return fine;
}

static bool goose_runs(Cli *cli, const char *folder, bool up) {
	bool transaction;
	Statements statements = goose_statements(cli, text_in(cli, file_in(cli, folder, ".sql", 0)), up, &transaction);
	return all_run(cli, &statements, transaction);
}

/* What Ruby makes of "…", up to the line's end. */
static const char *ruby_text(Cli *cli, const char *literal) {
	char *text = arena_copy_n(cli->arena, literal + 1, strlen(literal) - 2);
	size_t len = 0;
	assert_true(literal[0] == '"' && literal[strlen(literal) - 1] == '"');
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '\\') i++;
		else if (text[i] == '"' || strncmp(text + i, "#{", 2) == 0) fail_msg("this would not be a text in Ruby: %s", literal);
		text[len++] = text[i];
	}
	text[len] = '\0';
	return text;
}

/* `execute "…"`, or <<~'WORD' and lines up to that word, whose indent of six goes. */
static Statements rails_statements(Cli *cli, const char *text, const char *way) {
	Statements found = {0};
	const char *line = strstr(text, arena_printf(cli->arena, "\n  def %s\n", way));
	assert_non_null(line);
	for (line = strchr(line + 1, '\n') + 1; strncmp(line, "  end\n", 6) != 0;) {
		size_t len = strcspn(line, "\n");
		const char *one = arena_copy_n(cli->arena, line, len);
		line += len + 1;
		if (strncmp(one, "    execute ", 12) != 0) fail_msg("not a statement: %s", one);
		if (strncmp(one + 12, "<<~'", 4) != 0) {
			*list_push(cli->arena, &found) = ruby_text(cli, one + 12);
			continue;
		}
		const char *end = arena_printf(cli->arena, "    %.*s\n", (int)strcspn(one + 16, "'"), one + 16), *sql = "";
		for (; strncmp(line, end, strlen(end)) != 0; line += strcspn(line, "\n") + 1) {
			assert_int_equal(strspn(line, " ") >= 6, true);
			sql = arena_printf(cli->arena, "%s%.*s\n", sql, (int)strcspn(line + 6, "\n"), line + 6);
		}
		line += strlen(end);
		*list_push(cli->arena, &found) = sql;
	}
	return found;
}

static bool rails_runs(Cli *cli, const char *folder, bool up) {
	const char *text = text_in(cli, file_in(cli, folder, ".rb", 0));
	assert_non_null(strstr(text, "< ActiveRecord::Migration["));
	Statements statements = rails_statements(cli, text, up ? "up" : "down");
	return all_run(cli, &statements, !strstr(text, "\n  disable_ddl_transaction!\n"));
}

static const char alembic_env[] =
    "from alembic import context\n"
    "from sqlalchemy import create_engine\n"
    "url = context.config.get_main_option('sqlalchemy.url')\n"
    "if context.is_offline_mode():\n"
    "    context.configure(url=url, literal_binds=True)\n"
    "    with context.begin_transaction():\n"
    "        context.run_migrations()\n"
    "else:\n"
    "    with create_engine(url).connect() as connection:\n"
    "        context.configure(connection=connection, transaction_per_migration=True)\n"
    "        with context.begin_transaction():\n"
    "            context.run_migrations()\n";

static const char *alembic_folder(Cli *cli, const char *name) {
	const char *top = folder_for(cli, name), *versions = folder_for(cli, arena_printf(cli->arena, "%s/versions", name));
	const char *ini = arena_printf(cli->arena, "[alembic]\nscript_location = %s\nsqlalchemy.url = postgresql+psycopg2://%s@/postgres?host=%s&port=%d\n", top,
	                               cluster_user(cli->cluster), cluster_socket_dir(cli->cluster), cluster_port(cli->cluster));
	cli_file(cli, arena_printf(cli->arena, "%s/alembic.ini", name), ini, strlen(ini));
	cli_file(cli, arena_printf(cli->arena, "%s/env.py", name), alembic_env, strlen(alembic_env));
	return versions;
}

static bool alembic(Cli *cli, const char *versions, const char *words) {
	return shell(cli, arena_printf(cli->arena, "cd '%s/..' && alembic %s", versions, words));
}

static bool alembic_runs(Cli *cli, const char *versions, bool up) {
	return alembic(cli, versions, up ? "upgrade head" : "downgrade base");
}

typedef struct Tool {
	const char *format, *needs, *why;
	const char *(*folder)(Cli *cli, const char *name);
	bool (*runs)(Cli *cli, const char *folder, bool up);
} Tool;

static const Tool tools[] = {
    {"sql", "command -v psql", "psql is not installed", folder_for, psql_runs},
    {"goose", "true", "", folder_for, goose_runs},
    {"flyway", "command -v psql", "psql is not installed", folder_for, flyway_runs},
    {"rails", "true", "", folder_for, rails_runs},
    {"alembic", "alembic --help && /usr/bin/python3 -c 'import psycopg2'", "alembic or python3-psycopg2 is not installed", alembic_folder, alembic_runs},
};

static void up_down_and_up_again(Cli *cli, const Tool *tool, size_t nth) {
	const Case *each = &cases[nth];
	const char *folder = tool->folder(cli, arena_printf(cli->arena, "%s-%zu", tool->format, nth));
	write_files(cli, tool->format, folder, each->sql);
	is_there(cli, each, false, "before");
	for (int round = 0; round < 2; round++) {
		if (round && each->leftover) cli_sql(cli, "postgres", each->leftover);
		assert_true(tool->runs(cli, folder, true));
		is_there(cli, each, true, round ? "up again" : "up");
		assert_true(tool->runs(cli, folder, false));
		is_there(cli, each, false, round ? "down again" : "down");
	}
	assert_string_equal(cli_ask(cli, "select count(*) from pg_class where relkind in ('i', 'I') and relname ~ 'idx' and relnamespace <> 'pg_catalog'::regnamespace"
	                                 " and relnamespace <> 'pg_toast'::regnamespace"), "0");
}

static void each_case_with(Cli *cli, const Tool *tool) {
	if (system(arena_printf(cli->arena, "(%s) >/dev/null 2>&1", tool->needs)) != 0) {
		printf("skip: %s: %s\n", tool->format, tool->why);
		skip();
	}
	for (size_t i = 0; i < CASES; i++) up_down_and_up_again(cli, tool, i);
}

static void psql_takes_it_up_and_down(void **state) { each_case_with(*state, &tools[0]); }
static void goose_takes_it_up_and_down(void **state) { each_case_with(*state, &tools[1]); }
static void what_flyway_reads_goes_up_and_down(void **state) { each_case_with(*state, &tools[2]); }
static void what_rails_reads_goes_up_and_down(void **state) { each_case_with(*state, &tools[3]); }
static void alembic_takes_it_up_and_down(void **state) { each_case_with(*state, &tools[4]); }

static void ruby_reads_it(void **state) {
	Cli *cli = *state;
	if (system("ruby -v >/dev/null 2>&1") != 0) {
		printf("skip: %s: ruby is not installed\n", __func__);
		skip();
	}
	for (size_t i = 0; i < CASES; i++) {
		const char *folder = folder_for(cli, arena_printf(cli->arena, "ruby-%zu", i));
		write_files(cli, "rails", folder, cases[i].sql);
		assert_true(shell(cli, arena_printf(cli->arena, "ruby -wc '%s'", file_in(cli, folder, ".rb", 0))));
	}
}

/* ---- beside indexes ---- */

static void a_setting_is_the_roles_until_it_is_taken_back(void **state) {
	Cli *cli = *state;
	const char *folder = folder_for(cli, "setting"), *set = "select coalesce(string_agg(setconfig::text, ','), 'none') from pg_db_role_setting";
	const Start start = {.env = ARGS("PGOPTIONS=-c work_mem=64kB")};
	Ran ran = PGWHY_WITH(cli, 0, &start, "explain", "--migration", arena_printf(cli->arena, "goose:%s", folder), "-c", "select * from orders order by note, customer_id, id");
	has(ran.err, "_set_work_mem.sql");
	for (int round = 0; round < 2; round++) {
		assert_true(goose_runs(cli, folder, true));
		has(cli_ask(cli, set), "work_mem=");
		assert_true(goose_runs(cli, folder, false));
		assert_string_equal(cli_ask(cli, set), "none");
	}
}

static void a_rewrite_is_a_comment(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--migration", "sql", "-c", "select * from orders where id::text = '77'");
	has(ran.out, "-- function-on-column: no migration, but another way to write the statement.\n--     select * from orders where id = 77;\n");
	has_not(ran.out, "BEGIN");
	ran = PGWHY(cli, 0, "explain", "--no-analyze", "--migration", "goose", "-c", "select * from orders where id = 77");
	has(ran.err, "nothing of the advice is a migration");
	assert_string_equal(ran.out, "");
}

static void alembic_goes_on_behind_its_head(void **state) {
	Cli *cli = *state;
	if (system("alembic --help >/dev/null 2>&1") != 0) {
		printf("skip: %s: alembic is not installed\n", __func__);
		skip();
	}
	const char *versions = alembic_folder(cli, "alembic-chain");
	write_files(cli, "alembic", versions, cases[0].sql);
	write_files(cli, "alembic", versions, cases[1].sql);
	assert_true(alembic(cli, versions, "heads | grep >/dev/null '(head)'"));
	assert_true(alembic(cli, versions, "history | grep >/dev/null ' -> .* (head), add_'"));
	assert_true(alembic(cli, versions, "upgrade head --sql | grep >/dev/null \"'DROP INDEX ' || leftover::text;\""));
	assert_true(alembic(cli, versions, "upgrade head --sql | grep >/dev/null 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id_idx ON public.orders (customer_id);'"));
}

static void goose_counts_on(void **state) {
	Cli *cli = *state;
	const char *folder = folder_for(cli, "goose-numbers");
	cli_file(cli, "goose-numbers/00041_first.sql", "", 0);
	write_files(cli, "goose", folder, cases[0].sql);
	assert_non_null(file_in(cli, folder, "00042_add_orders_customer_id_idx.sql", 0));
}

static void comments_tell_why_and_keep_data_to_themselves(void **state) {
	Cli *cli = *state;
	const char *out = PGWHY(cli, 0, "explain", "--no-analyze", "--migration", "sql", "-c", "select * from orders where customer_id = 4711 and note <> 'secret\n\\! rm'").out;
	has(out, "-- why: missing-index: orders is read whole");
	out = arena_printf(cli->arena, "%s%s", out, PGWHY(cli, 0, "explain", "--no-analyze", "--migration", "sql", "-c", "select * from orders where lower(status) = 'it''s a secret'").out);
	has(out, "checks lower(orders.status) = ?::text for");
	has(out, "-- statement: select * from orders where customer_id = ? and note <> ?\n");
	has(out, "-- duration: About 100 ms: the table");
	has(out, "(assumed)");
	has(out, "-- reversible: Yes");
	has(out, "PostgreSQL ");
	has_not(out, "secret");
}

static void names_are_as_wanted(void **state) {
	Cli *cli = *state;
	const char *out = PGWHY(cli, 0, "explain", "--no-analyze", "--set", "naming=idx_table_cols", "--migration", "sql", "-c", cases[2].sql).out;
	has(out, " ON ONLY public.events (kind);");
	has(out, "IF NOT EXISTS idx_events_kind ON ONLY ");
	has(out, "IF NOT EXISTS idx_events_2_even_kind ON other.events_2_even (kind);");
	has(out, "ALTER INDEX other.idx_events_2_kind ATTACH PARTITION other.idx_events_2_even_kind;");
	has(PGWHY(cli, 2, "explain", "--set", "naming=idx", "-c", "select 1").err, "table and cols");
}

/* Where tools are told by name. */
static void help_names_each_tool(void **state) {
	Cli *cli = *state;
	const char *texts[] = {PGWHY(cli, 0, "--help").out, PGWHY(cli, 0, "--help", "settings").out, PGWHY(cli, 2, "explain", "--migration", "x", "-c", "select 1").err};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t k = 0; k < sizeof tools / sizeof *tools; k++) has(texts[i], tools[k].format);
}

static void the_setting_is_checked(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 2, "explain", "--set", "migration=liquibase", "-c", "select 1").err, "there are migrations for sql, ");
	has(PGWHY(cli, 2, "explain", "--set", "migration=goose:", "-c", "select 1").err, "there is no folder");
	PGWHY(cli, 0, "explain", "--no-analyze", "--set", "migration=rails:db/migrate", "-c", "select 1");
}

static void what_cannot_be_written_leaves_nothing(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 2, "explain", "--migration", "liquibase", "-c", "select 1").err, "there are migrations for sql, goose, alembic, flyway or rails, not \"liquibase\"");
	has(PGWHY(cli, 2, "explain", "--migration", "goose:", "-c", "select 1").err, "no folder");
	has(PGWHY(cli, 4, "explain", "--no-analyze", "--migration", "goose:/nowhere/at/all", "-c", cases[0].sql).err, "/nowhere/at/all");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(psql_takes_it_up_and_down),
		cmocka_unit_test(goose_takes_it_up_and_down),
		cmocka_unit_test(what_flyway_reads_goes_up_and_down),
		cmocka_unit_test(what_rails_reads_goes_up_and_down),
		cmocka_unit_test(ruby_reads_it),
		cmocka_unit_test(alembic_takes_it_up_and_down),
		cmocka_unit_test(a_setting_is_the_roles_until_it_is_taken_back),
		cmocka_unit_test(a_rewrite_is_a_comment),
		cmocka_unit_test(alembic_goes_on_behind_its_head),
		cmocka_unit_test(goose_counts_on),
		cmocka_unit_test(comments_tell_why_and_keep_data_to_themselves),
		cmocka_unit_test(names_are_as_wanted),
		cmocka_unit_test(help_names_each_tool),
		cmocka_unit_test(the_setting_is_checked),
		cmocka_unit_test(what_cannot_be_written_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
