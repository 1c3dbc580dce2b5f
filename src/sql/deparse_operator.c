/* deparse_operator.c: operators, and what SQL writes like one -> SQL. */
#include "sql/deparse_parts.h"

#include "sql/quote.h"

void deparse_add_operator(Deparse *to, const SyntaxNode *names) {
	size_t count = syntax_count(names);
	const char *name = count ? syntax_string(names, count - 1) : NULL;
	if (count > 1) {
		str_add(&to->out, "OPERATOR(");
		for (size_t i = 0; i + 1 < count; i++) {
			const char *schema = syntax_string(names, i);
			str_printf(&to->out, "%s.", sql_identifier(to->syntax->arena, schema ? schema : ""));
		}
	}
	str_add(&to->out, name ? name : "");
	if (count > 1) str_add(&to->out, ")");
}

/* a = ANY (b) and the like: `how` is what stands between the operator and b. */
static void add_quantified(Deparse *to, const SyntaxNode *node, const char *how) {
	deparse_add_field(to, "(", node, "lexpr", " ");
	deparse_add_operator(to, syntax_field(node, "name"));
	deparse_add_field(to, how, node, "rexpr", "))");
}

static void add_any(Deparse *to, const SyntaxNode *node) {
	add_quantified(to, node, " ANY (");
}

static void add_all(Deparse *to, const SyntaxNode *node) {
	add_quantified(to, node, " ALL (");
}

static void add_in(Deparse *to, const SyntaxNode *node) {
	bool not = strcmp("<>", syntax_string(syntax_field(node, "name"), 0)) == 0;
	deparse_add_field(to, "(", node, "lexpr", not ? " NOT IN " : " IN ");
	deparse_add_field(to, "", node, "rexpr", ")");
}

static void add_between(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "(", node, "lexpr", " ");
	str_printf(&to->out, "%s ", syntax_string(syntax_field(node, "name"), 0));
	deparse_add_list(to, syntax_field(node, "rexpr"), " AND ");
	str_add(&to->out, ")");
}

static void add_distinct(Deparse *to, const SyntaxNode *node) {
	bool not = syntax_equal(node, "kind", "AEXPR_NOT_DISTINCT");
	deparse_add_field(to, "(", node, "lexpr", not ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
	deparse_add_field(to, "", node, "rexpr", ")");
}

static void add_nullif(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "NULLIF(", node, "lexpr", ", ");
	deparse_add_field(to, "", node, "rexpr", ")");
}

static void add_like(Deparse *to, const SyntaxNode *node) {
	bool not = *syntax_string(syntax_field(node, "name"), 0) == '!';
	deparse_add_field(to, "(", node, "lexpr", not ? " NOT" : "");
	deparse_add_field(to, syntax_equal(node, "kind", "AEXPR_ILIKE") ? " ILIKE " : " LIKE ", node, "rexpr", ")");
}

static void add_infix(Deparse *to, const SyntaxNode *node) {
	str_add(&to->out, "(");
	if (syntax_field(node, "lexpr")) deparse_add_field(to, "", node, "lexpr", " ");
	deparse_add_operator(to, syntax_field(node, "name"));
	deparse_add_field(to, " ", node, "rexpr", ")");
}

void deparse_add_operation(Deparse *to, const SyntaxNode *node) {
	static const struct {
		const char *kind;
		void (*add)(Deparse *to, const SyntaxNode *node);
	} kinds[] = {
	    {"AEXPR_OP_ANY", add_any}, {"AEXPR_OP_ALL", add_all}, {"AEXPR_IN", add_in},
	    {"AEXPR_DISTINCT", add_distinct}, {"AEXPR_NOT_DISTINCT", add_distinct}, {"AEXPR_NULLIF", add_nullif},
	    {"AEXPR_LIKE", add_like}, {"AEXPR_ILIKE", add_like},
	    {"AEXPR_BETWEEN", add_between}, {"AEXPR_NOT_BETWEEN", add_between},
	    {"AEXPR_BETWEEN_SYM", add_between}, {"AEXPR_NOT_BETWEEN_SYM", add_between},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!syntax_equal(node, "kind", kinds[i].kind)) continue;
		kinds[i].add(to, node);
		return;
	}
	add_infix(to, node);
}
