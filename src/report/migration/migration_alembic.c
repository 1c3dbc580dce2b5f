/* migration_alembic.c: migrations for Alembic: revisions, each behind the one before it. */
#include <ctype.h>
#include <inttypes.h>

#include "report/migration_parts.h"

/* ---- Python ---- */

/* Inside """…""" of a DDL(), which wants its percent signs doubled. */
static void add_python(Str *out, const char *text) {
	for (; *text; text++) {
		if (*text == '\\' || *text == '"') str_add_char(out, '\\');
		if (*text == '%') str_add_char(out, '%');
		if (*text == '\r') str_add(out, "\\r");
		else str_add_char(out, *text);
	}
}

static void add_statements(Str *out, const Migration *migration, const MigrationLines *statements) {
	const char *indent = migration->transaction ? "    " : "        ";
	if (statements->count && !migration->transaction) str_add(out, "    with op.get_context().autocommit_block():\n");
	for (size_t i = 0; i < statements->count; i++) {
		const char *quotes = strchr(statements->items[i], '\n') ? "\"\"\"" : "\"";
		str_printf(out, "%sop.execute(DDL(%s", indent, quotes);
		add_python(out, statements->items[i]);
		str_printf(out, "%s))\n", quotes);
	}
}

/* ---- revisions ---- */

/* FNV-1a: twelve hexadecimal digits, as Alembic's own. */
static const char *revision_of(Arena *arena, const char *text) {
	uint64_t hash = UINT64_C(14695981039346656037);
	for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return arena_printf(arena, "%012" PRIx64, hash >> 16);
}

/* Behind `name` and perhaps a type at the beginning of a line: what is assigned to it, up to the line's end; NULL. A tuple may be on
 * several lines, those count too. */
static const char *assigned(Arena *arena, const char *text, const char *name) {
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		size_t len = strlen(name);
		if (strncmp(line, name, len) != 0 || (line[len] != ' ' && line[len] != ':' && line[len] != '=')) continue;
		const char *equals = strchr(line, '=');
		if (!equals) return NULL;
		const char *value = equals + 1 + strspn(equals + 1, " ");
		return arena_copy_n(arena, value, *value == '(' ? strcspn(value, ")") : strcspn(value, "\n"));
	}
	return NULL;
}

/* The next text in quotes; NULL past the last. */
static const char *next_quoted(Arena *arena, const char **value) {
	const char *open = *value ? strpbrk(*value, "'\"") : NULL, *close = open ? strchr(open + 1, *open) : NULL;
	if (!close) return NULL;
	*value = close + 1;
	return arena_copy_n(arena, open + 1, (size_t)(close - open - 1));
}

static bool is_followed(Arena *arena, const MigrationFiles *files, const char *revision) {
	for (size_t i = 0; i < files->count; i++) {
		const char *downs = files->items[i].text ? assigned(arena, files->items[i].text, "down_revision") : NULL, *down;
		while ((down = next_quoted(arena, &downs)))
			if (strcmp(down, revision) == 0) return true;
	}
	return false;
}

/* The one revision that none follows; NULL: there is none yet. */
static bool find_head(Arena *arena, const MigrationFiles *files, const char **head, Err *err) {
	for (size_t i = 0; i < files->count; i++) {
		const char *value = files->items[i].text ? assigned(arena, files->items[i].text, "revision") : NULL;
		const char *revision = next_quoted(arena, &value);
		if (!revision || is_followed(arena, files, revision)) continue;
		if (*head) {
			err_set(err, ERR_REFUSED, "there are several heads: %s and %s", *head, revision);
			err_hint(err, "alembic merge heads makes them one.");
			return false;
		}
		*head = revision;
	}
	return true;
}

/* ---- the file ---- */

static const char *text_of(Arena *arena, const Migration *migration, const char *revision, const char *head, int64_t at_s) {
	MigrationLines up = migration_statements(arena, migration, &migration->up), down = migration_statements(arena, migration, &migration->down);
	Str out = STR_INIT;
	str_printf(&out, "\"\"\"%s\n\nRevision ID: %s\nRevises: %s\nCreate Date: %s\n\n\"\"\"\n", migration->name, revision, head ? head : "", migration_date(arena, at_s));
	migration_add_comment(&out, &migration->comment, "# ");
	str_printf(&out, "from alembic import op\nfrom sqlalchemy import DDL\n\nrevision = \"%s\"\n", revision);
	if (head) str_printf(&out, "down_revision = \"%s\"\n", head);
	else str_add(&out, "down_revision = None  # the first, or: what alembic heads prints\n");
	str_add(&out, "branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n");
	add_statements(&out, migration, &up);
	str_add(&out, "\n\ndef downgrade():\n");
	if (down.count) add_statements(&out, migration, &down);
	else str_printf(&out, "    pass  # %s\n", migration->reversible);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	const char *head = NULL;
	if (!find_head(arena, &place->before, &head, err)) return false;
	for (size_t i = 0; i < migrations->count; i++) {
		const Migration *migration = &migrations->items[i];
		const char *revision = revision_of(arena, arena_printf(arena, "%s %s", migration_stamp(arena, place, i), migration->name));
		const char *text = text_of(arena, migration, revision, head, place->at_s);
		*list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s_%s.py", revision, migration->name), text};
		head = revision;
	}
	return true;
}

const MigrationFormat migration_alembic = {
	.name = "alembic",
	.help = "for Alembic: a revision each, behind the head of those that are there",
	.comment = "# ",
	.reads = ".py",
	.write = write_files,
};
