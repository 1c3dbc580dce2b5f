/* migration_setting.c: a SET as what outlives the session: a role's setting in this database. */
#include "report/migration_parts.h"
#include "sql/edit.h"
#include "sql/quote.h"
#include "sql/split.h"

typedef struct Setting {
	const char *name, *value; /* as written */
} Setting;

/* SET [LOCAL | SESSION] name {= | TO} value */
static bool setting_read(Arena *arena, const char *sql, Setting *setting) {
	TokenList words = sql_words(arena, sql);
	size_t at = 1;
	if (!tokens_have(sql, &words, 0, "set")) return false;
	at += tokens_have(sql, &words, at, "local") || tokens_have(sql, &words, at, "session");
	if (at + 2 >= words.count) return false;
	if (!tokens_have(sql, &words, at + 1, "=") && !tokens_have(sql, &words, at + 1, "to")) return false;
	setting->name = span_text(arena, sql, words.items[at].span);
	setting->value = span_text(arena, sql, words_span(&words, at + 2, words.count));
	return true;
}

/* A migration runs in databases of many names, so it must name none. */
static const char *for_role(Arena *arena, const char *what) {
	return migration_do(arena, arena_printf(arena,
	    "BEGIN\n"
	    "    EXECUTE 'ALTER ROLE ' || quote_ident(current_user) || ' IN DATABASE ' || quote_ident(current_database()) || %s;\n"
	    "END", sql_literal(arena, arena_printf(arena, " %s", what))));
}

bool migration_add_setting(Arena *arena, Migration *migration, const char *sql) {
	SpanList statements = statement_split(arena, sql);
	Migration changed = *migration;
	for (size_t i = 0; i < statements.count; i++) {
		Setting setting;
		if (!setting_read(arena, span_text(arena, sql, statements.items[i]), &setting)) return false;
		*list_push(arena, &changed.up) = (MigrationStep){.sql = for_role(arena, arena_printf(arena, "SET %s = %s", setting.name, setting.value))};
		*list_push(arena, &changed.down) = (MigrationStep){.sql = for_role(arena, arena_printf(arena, "RESET %s", setting.name))};
		if (i == 0) changed.name = migration_slug(arena, arena_printf(arena, "set_%s", setting.name));
		if (i == 0) changed.title = arena_printf(arena, "set %s = %s for the role that runs this", setting.name, setting.value);
	}
	changed.transaction = true;
	changed.locks = "None on any table.";
	changed.reversible = "Yes: the setting is reset, to the database's or the server's value.";
	*migration = changed;
	return statements.count > 0;
}
