/* statement.c: what a statement is. */
#include "sql/statement.h"

static const struct {
	const char *verb; /* in words */
	const char *type; /* in the tree; NULL: no such tree */
	StatementKind kind;
} kinds[] = {
    {"select", "SelectStmt", STATEMENT_SELECT},
    {"values", NULL, STATEMENT_SELECT},
    {"table", NULL, STATEMENT_SELECT},
    {"insert", "InsertStmt", STATEMENT_INSERT},
    {"update", "UpdateStmt", STATEMENT_UPDATE},
    {"delete", "DeleteStmt", STATEMENT_DELETE},
    {"merge", "MergeStmt", STATEMENT_MERGE},
    {"refresh", "RefreshMatViewStmt", STATEMENT_CREATE_AS},
    {"declare", "DeclareCursorStmt", STATEMENT_DECLARE},
    {"execute", "ExecuteStmt", STATEMENT_EXECUTE},
    {"explain", "ExplainStmt", STATEMENT_EXPLAIN},
};

static const char *const utility_verbs[] = {
    "abort", "alter", "analyse", "analyze", "begin", "call", "checkpoint", "close", "cluster", "comment", "commit",
    "copy", "create", "deallocate", "discard", "do", "drop", "end", "fetch", "grant", "import", "listen", "load", "lock",
    "move", "notify", "prepare", "reassign", "reindex", "release", "reset", "revoke", "rollback", "savepoint", "security",
    "set", "show", "start", "truncate", "unlisten", "vacuum",
};

static StatementKind kind_of_verb(const char *verb) {
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].verb, verb) == 0) return kinds[i].kind;
	for (size_t i = 0; i < sizeof utility_verbs / sizeof *utility_verbs; i++)
		if (strcmp(utility_verbs[i], verb) == 0) return STATEMENT_UTILITY;
	return STATEMENT_UNKNOWN;
}

static StatementKind kind_of_tree(const SyntaxNode *tree) {
	if (syntax_is(tree, "CreateTableAsStmt")) return STATEMENT_CREATE_AS;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].type && syntax_is(tree, kinds[i].type)) return kinds[i].kind;
	return STATEMENT_UTILITY;
}

typedef struct Survey {
	Arena *arena;
	Statement *statement;
} Survey;

static void add_function(Survey *survey, const SyntaxNode *call) {
	const SyntaxNode *names = syntax_field(call, "funcname");
	size_t count = syntax_count(names);
	if (!count) return;
	*list_push(survey->arena, &survey->statement->functions) = (FunctionCall){
	    .schema = count > 1 ? arena_copy(survey->arena, syntax_string(names, count - 2)) : NULL,
	    .name = arena_copy(survey->arena, syntax_string(names, count - 1)),
	};
}

/* What counts wherever in the statement it stands. */
static bool look(void *context, const char *name, const SyntaxNode *value) {
	static const char *const writes[] = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "intoClause"};
	Survey *survey = context;
	Statement *statement = survey->statement;
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		if (strcmp(name, writes[i]) == 0) statement->writes = true;
	if (strcmp(name, "lockingClause") == 0) statement->locks_rows = true;
	if (strcmp(name, "FuncCall") == 0) add_function(survey, value);
	if (strcmp(name, "intoClause") == 0) {
		if (statement->kind == STATEMENT_SELECT) statement->kind = STATEMENT_CREATE_AS;
		statement->target = table_ref_read(survey->arena, syntax_field(value, "rel"));
	}
	return true;
}

static void read_tree(Arena *arena, Statement *statement, const Syntax *syntax) {
	const SyntaxNode *tree = syntax->root, *relation = syntax_field(tree, "relation");
	statement->kind = kind_of_tree(tree);
	bool explainable = statement->kind != STATEMENT_UTILITY;
	if (!relation) relation = syntax_field(syntax_field(tree, "into"), "rel");
	if (relation && explainable) statement->target = table_ref_read(arena, relation);
	syntax_walk(tree, look, &(Survey){arena, statement});
	function_list_sort(&statement->functions);
	if (!explainable || statement->kind == STATEMENT_EXECUTE || statement->kind == STATEMENT_CREATE_AS) statement->writes = true;
	if (explainable) statement->blocks = blocks_read(syntax);
}

static void read_words(Statement *statement, const Words *words) {
	statement->kind = words->creates_as ? STATEMENT_CREATE_AS : kind_of_verb(words->verb);
	statement->writes = statement->kind != STATEMENT_SELECT || words->writes;
	statement->locks_rows = words->locks_rows;
	statement->functions = words->functions;
}

static Statement *refuse(Statement *statement, StatementKind kind, const char *problem) {
	statement->kind = kind;
	statement->writes = true;
	statement->problem = problem;
	return statement;
}

static void read_text(Arena *arena, Statement *statement) {
	Words words = words_read(arena, statement->text);
	statement->parameter_count = words.parameter_count;
	Syntax syntax;
	Err err = ERR_INIT;
	statement->parsed = syntax_parse(&syntax, arena, SYNTAX_STATEMENT, statement->text, &err);
	if (statement->parsed) {
		read_tree(arena, statement, &syntax);
		syntax_release(&syntax);
	} else {
		read_words(statement, &words);
		statement->problem = err.position ? arena_printf(arena, "%s at character %ld", err.message.text, err.position)
		                                  : arena_copy(arena, err.message.text);
	}
	err_release(&err);
}

Statement *statement_parse(Arena *arena, const char *text) {
	Statement *statement = ARENA_NEW(arena, Statement);
	SpanList spans = statement_split(arena, text);
	if (!spans.count) {
		*statement = (Statement){.text = "", .kind = STATEMENT_EMPTY, .problem = "nothing but blanks and comments"};
		return statement;
	}
	size_t start = spans.items[0].start, end = spans.items[spans.count - 1].end;
	statement->text = arena_copy_n(arena, text + start, end - start);
	if (spans.count > 1) return refuse(statement, STATEMENT_UNKNOWN, "more than one statement");
	size_t skip = words_explain(statement->text, &statement->explain);
	ExplainPrefix again;
	if (statement->explain.written && !statement->text[skip]) return refuse(statement, STATEMENT_EXPLAIN, "nothing behind EXPLAIN");
	statement->text += skip;
	words_explain(statement->text, &again);
	if (again.written) return refuse(statement, STATEMENT_EXPLAIN, "EXPLAIN of an EXPLAIN");
	read_text(arena, statement);
	return statement;
}
