/* format.c: a statement laid out for reading.
 *
 * Lossless by construction: white space is added between words or changed, but never taken away altogether. */
#include "sql/format.h"

#include "base/str.h"
#include "base/utf8.h"
#include "sql/clause.h"

enum { STEP = 4, CONDITION_STEP = 2, LEAST_WIDTH = 20, MOST_WIDTH = 500 };

/* A parenthesis, or the statement itself. */
typedef struct Frame {
	bool query; /* clauses of its own: a line each */
	bool broken; /* too long for a line */
	bool conditions; /* in WHERE, ON or HAVING: AND and OR start lines */
	bool with; /* in WITH: a line for each query */
	bool between; /* the next AND belongs to BETWEEN */
	size_t cases; /* CASEs open: their ANDs stay */
	size_t indent;
	size_t outer; /* of the line with the opening parenthesis */
} Frame;

typedef struct Layout {
	const char *text;
	TokenList tokens;
	size_t width;
	LIST(Frame) frames;
	size_t column; /* cells on the current line */
	size_t indent; /* of the current line */
	Str out;
} Layout;

static Frame *top(Layout *layout) {
	return &layout->frames.items[layout->frames.count - 1];
}

static Token token_at(const Layout *layout, size_t nth) {
	return layout->tokens.items[nth];
}

static bool nth_is(const Layout *layout, size_t nth, const char *word) {
	return tokens_have(layout->text, &layout->tokens, nth, word);
}

static bool nth_among(const Layout *layout, size_t nth, const char *const *words) {
	for (; *words; words++)
		if (nth_is(layout, nth, *words)) return true;
	return false;
}

static size_t cells(const Layout *layout, size_t nth) {
	Span span = token_at(layout, nth).span;
	return utf8_cells_n(layout->text + span.start, span.end - span.start);
}

static bool gap_before(const Layout *layout, size_t nth) {
	return nth > 0 && token_at(layout, nth).span.start > token_at(layout, nth - 1).span.end;
}

static bool is_line_comment(const Layout *layout, size_t nth) {
	Token token = token_at(layout, nth);
	return token.kind == TOKEN_COMMENT && layout->text[token.span.start] == '-';
}

/* Does everything up to the matching parenthesis fit on the line? */
static bool group_fits(const Layout *layout, size_t nth) {
	size_t depth = 0, column = layout->column;
	for (; nth < layout->tokens.count; nth++) {
		column += cells(layout, nth) + gap_before(layout, nth);
		if (column > layout->width || is_line_comment(layout, nth)) return false;
		if (nth_is(layout, nth, "(")) depth++;
		if (nth_is(layout, nth, ")") && --depth == 0) return true;
	}
	return true;
}

static bool opens_query(const Layout *layout, size_t nth) {
	static const char *const verbs[] = {"select", "with", "values", "insert", "update", "delete", "merge", NULL};
	if (!nth_is(layout, nth, "(")) return false;
	for (nth++; nth < layout->tokens.count && token_at(layout, nth).kind == TOKEN_COMMENT;) nth++;
	return nth_among(layout, nth, verbs);
}

/* What is written without a blank from here on, up to a comma, should stay together. */
static bool run_fits(const Layout *layout, size_t nth) {
	size_t column = layout->column + 1;
	for (size_t first = nth; nth < layout->tokens.count && column <= layout->width; nth++) {
		bool may_end = nth > first && (gap_before(layout, nth) || nth_is(layout, nth - 1, ",") || opens_query(layout, nth - 1));
		if (may_end) return true;
		column += cells(layout, nth);
	}
	return column <= layout->width;
}

/* LEFT OUTER JOIN at LEFT, JOIN at JOIN. */
static bool opens_join(const Layout *layout, size_t nth) {
	static const char *const modifiers[] = {"natural", "inner", "left", "right", "full", "cross", "outer", NULL};
	if (nth > 0 && nth_among(layout, nth - 1, modifiers)) return false;
	while (nth_among(layout, nth, modifiers)) nth++;
	return nth_is(layout, nth, "join");
}

static bool opens_clause(const Layout *layout, size_t nth) {
	static const char *const verbs[] = {"select", "values", "from", "set", "using", NULL};
	static const char *const not_behind[] = {"distinct", "delete", "insert", "update", "grant", "revoke", "as", NULL};
	if (token_at(layout, nth).kind != TOKEN_KEYWORD) return false;
	if (opens_join(layout, nth) || clause_opened(layout->text, &layout->tokens, nth) != CLAUSE_NONE) return true;
	if (!nth_among(layout, nth, verbs) || nth_among(layout, nth - 1, not_behind)) return false;
	return !nth_is(layout, nth, "using") || !nth_is(layout, nth + 1, "(");
}

/* The verb behind WITH, and the branches of MERGE. */
static bool opens_part(const Layout *layout, const Frame *frame, size_t nth) {
	static const char *const changes[] = {"insert", "update", "delete", "merge", NULL};
	if (frame->with && nth_is(layout, nth - 1, ",")) return true;
	if (token_at(layout, nth).kind != TOKEN_KEYWORD) return false;
	return frame->with ? nth_among(layout, nth, changes) && nth_is(layout, nth - 1, ")") : !frame->cases && nth_is(layout, nth, "when");
}

static bool joins_conditions(const Layout *layout, const Frame *frame, size_t nth) {
	if (token_at(layout, nth).kind != TOKEN_KEYWORD) return false;
	if (frame->cases || !(frame->query ? frame->conditions : frame->broken)) return false;
	return nth_is(layout, nth, "or") || (nth_is(layout, nth, "and") && !frame->between);
}

static void add_line(Layout *layout, size_t indent) {
	/* However deep a query nests, half of the line is left for it. */
	if (indent > layout->width / 2) indent = layout->width / 2;
	str_add(&layout->out, "\n");
	str_add_repeat(&layout->out, " ", indent);
	layout->column = layout->indent = indent;
}

/* What stands between the word before and this one. */
static void add_gap(Layout *layout, size_t nth) {
	const Frame *frame = top(layout);
	bool gap = gap_before(layout, nth), may_break = gap || nth_is(layout, nth - 1, ",");
	size_t continued = frame->indent + (frame->query ? STEP : 0);
	size_t from = token_at(layout, nth - 1).span.end, to = token_at(layout, nth).span.start;
	bool comment = token_at(layout, nth).kind == TOKEN_COMMENT, own_line = comment && memchr(layout->text + from, '\n', to - from);
	bool strings = token_at(layout, nth).kind == TOKEN_STRING && token_at(layout, nth - 1).kind == TOKEN_STRING;
	if (is_line_comment(layout, nth - 1) || own_line)
		add_line(layout, opens_clause(layout, nth) || own_line ? frame->indent : continued);
	else if (frame->query && nth_is(layout, nth, ")") && layout->frames.count > 1)
		add_line(layout, frame->outer);
	else if (frame->query && (nth_is(layout, nth - 1, "(") || opens_clause(layout, nth) || opens_part(layout, frame, nth)))
		add_line(layout, frame->indent);
	else if (joins_conditions(layout, frame, nth))
		add_line(layout, frame->indent + (frame->query ? CONDITION_STEP : 0));
	else if (may_break && !comment && !strings && !run_fits(layout, nth))
		add_line(layout, continued);
	else if (gap) {
		str_add(&layout->out, " ");
		layout->column++;
	}
}

static void add_token(Layout *layout, size_t nth) {
	Span span = token_at(layout, nth).span;
	const char *word = layout->text + span.start;
	size_t len = span.end - span.start;
	str_add_n(&layout->out, word, len);
	for (size_t i = len; i > 0; i--) {
		if (word[i - 1] != '\n') continue;
		layout->column = utf8_cells_n(word + i, len - i);
		return;
	}
	layout->column += cells(layout, nth);
}

/* What this word means for those behind it. */
static void follow(Arena *arena, Layout *layout, size_t nth) {
	static const char *const conditional[] = {"where", "having", "on", NULL};
	Frame *frame = top(layout);
	if (nth_is(layout, nth, "(")) {
		Frame inner = {.query = opens_query(layout, nth), .indent = layout->indent + STEP, .outer = layout->indent};
		inner.broken = !inner.query && (frame->query || frame->broken) && !group_fits(layout, nth);
		*list_push(arena, &layout->frames) = inner;
		return;
	}
	if (nth_is(layout, nth, ")") && layout->frames.count > 1) layout->frames.count--;
	if (nth_is(layout, nth, "case")) frame->cases++;
	if (nth_is(layout, nth, "end") && frame->cases) frame->cases--;
	if (nth_is(layout, nth, "between"))
		frame->between = true;
	else if (nth_is(layout, nth, "and"))
		frame->between = false;
	if (nth_among(layout, nth, conditional))
		frame->conditions = true;
	else if (nth_is(layout, nth, "with"))
		frame->with = true;
	else if (opens_clause(layout, nth))
		frame->conditions = frame->with = false;
}

const char *sql_format(Arena *arena, const char *text, size_t width) {
	Arena *scratch = arena_new();
	Layout layout = {.text = text, .tokens = sql_tokens(scratch, text), .width = width, .out = STR_INIT};
	if (width < LEAST_WIDTH) layout.width = LEAST_WIDTH;
	if (width > MOST_WIDTH) layout.width = MOST_WIDTH;
	*list_push(scratch, &layout.frames) = (Frame){.query = true};
	for (size_t nth = 0; nth < layout.tokens.count; nth++) {
		if (nth > 0) add_gap(&layout, nth);
		add_token(&layout, nth);
		follow(scratch, &layout, nth);
	}
	const char *laid_out = arena_copy_n(arena, layout.out.text, layout.out.len);
	str_release(&layout.out);
	arena_free(scratch);
	return laid_out;
}
