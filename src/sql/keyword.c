/* keyword.c: the words PostgreSQL keeps for itself, of all versions from 13 to 18. */
#include "sql/keyword.h"

#include <stdlib.h>
#include <string.h>

/* Every keyword that some version does not take as any name: reserved, only function or type, only column. Sorted. */
static const char *const reserved[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "between", "bigint", "binary", "bit", "boolean", "both",
    "case", "cast", "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user",
    "dec", "decimal", "default", "deferrable", "desc", "distinct", "do",
    "else", "end", "except", "exists", "extract",
    "false", "fetch", "float", "for", "foreign", "freeze", "from", "full",
    "grant", "greatest", "group", "grouping",
    "having",
    "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is", "isnull",
    "join", "json", "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query",
    "json_scalar", "json_serialize", "json_table", "json_value",
    "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp",
    "merge_action",
    "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric",
    "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay",
    "placing", "position", "precision", "primary",
    "real", "references", "returning", "right", "row",
    "select", "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric", "system_user",
    "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true",
    "union", "unique", "user", "using",
    "values", "varchar", "variadic", "verbose",
    "when", "where", "window", "with",
    "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot",
    "xmlserialize", "xmltable",
};

/* Free to be names, but a reader looks for them as keywords. Sorted. */
static const char *const everyday[] = {
    "abort", "add", "alter", "at", "atomic", "attach",
    "begin", "by",
    "call", "cascade", "checkpoint", "close", "cluster", "comment", "commit", "conflict", "copy", "cube", "cursor",
    "deallocate", "declare", "delete", "detach", "discard", "drop",
    "escape", "exclude", "execute", "explain", "extension",
    "filter", "first", "following", "function",
    "if", "index", "insert",
    "last", "listen", "lock", "locked",
    "matched", "materialized", "merge", "move",
    "no", "nothing", "notify", "nowait", "nulls",
    "of", "ordinality", "over",
    "partition", "preceding", "prepare", "procedure",
    "range", "reassign", "recursive", "refresh", "reindex", "release", "rename", "reset", "restrict", "returns", "revoke",
    "rollback", "rollup", "rows",
    "savepoint", "schema", "sequence", "set", "sets", "share", "show", "skip", "start",
    "temp", "temporary", "ties", "transaction", "trigger", "truncate",
    "unbounded", "unlisten", "unlogged", "update",
    "vacuum", "view",
    "within", "without",
    "zone",
};

typedef struct Word {
	const char *text;
	size_t len;
} Word;

static int compare(const void *key, const void *row) {
	const Word *word = key;
	const char *other = *(const char *const *)row;
	for (size_t i = 0; i < word->len; i++, other++) {
		char byte = word->text[i];
		if (byte >= 'A' && byte <= 'Z') byte = (char)(byte + 'a' - 'A');
		if (byte != *other) return (unsigned char)byte < (unsigned char)*other ? -1 : 1;
	}
	return *other ? -1 : 0;
}

static bool among(const char *const *words, size_t count, const char *word, size_t len) {
	return bsearch(&(Word){word, len}, words, count, sizeof *words, compare);
}

bool keyword_reserved(const char *word, size_t len) {
	return among(reserved, sizeof reserved / sizeof *reserved, word, len);
}

bool keyword_shown(const char *word, size_t len) {
	return keyword_reserved(word, len) || among(everyday, sizeof everyday / sizeof *everyday, word, len);
}
