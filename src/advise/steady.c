/* steady.c: may parts of a statement be computed once, twice or elsewhere without changing what it returns? */
#include "advise/steady.h"

#include "sql/function.h"

bool statement_is_steady(const Statement *statement, const Facts *facts) {
	for (size_t i = 0; i < statement->functions.count; i++) {
		const FunctionFacts *function = function_facts(facts, statement->functions.items[i].name);
		if (function ? function->volatility == 'v' : function_trait(statement->functions.items[i].name) == FUNCTION_VOLATILE)
			return false;
	}
	return true;
}
