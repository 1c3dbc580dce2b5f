/* text_lines.c: the lines of a plan out of what was pasted. */
#include "plan/marks.h"
#include "plan/text_parts.h"

/* ---- what stands around a line; lines are copies that may be cut ---- */

static bool starts(const char *text, const char *front) {
	return strncmp(text, front, strlen(front)) == 0;
}

static bool ends(const char *text, const char *end) {
	size_t len = strlen(text), tail = strlen(end);
	return len >= tail && strcmp(text + len - tail, end) == 0;
}

static void cut(char *text, size_t bytes) {
	text[strlen(text) - bytes] = '\0';
}

static void cut_blanks(char *text) {
	size_t len = strlen(text);
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r')) len--;
	text[len] = '\0';
}

static char *past_blanks(char *text) {
	return text + strspn(text, " \t");
}

/* Both sides of a frame or neither: a condition may well begin or end with a bar. */
static char *without_sides(char *line) {
	static const char *const sides[] = {"│", "║", "┃", "|"};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
		char *inner = past_blanks(line);
		if (!starts(inner, sides[i])) continue;
		cut_blanks(line);
		if (strlen(inner) < 2 * strlen(sides[i]) || !ends(inner, sides[i])) continue;
		cut(inner, strlen(sides[i]));
		return inner + strlen(sides[i]);
	}
	return line;
}

/* Where a value goes on psql puts a mark into the last column, after blanks. */
static bool cut_break_mark(char *line) {
	bool arrow = ends(line, "↵"), plus = ends(line, " +");
	if (arrow || plus) cut(line, arrow ? strlen("↵") : 1);
	return arrow || plus;
}

/* pgAdmin copies every line as a quoted field. */
static char *without_quotes(char *line) {
	char *inner = past_blanks(line);
	cut_blanks(line);
	if (*inner != '"' || strlen(inner) < 2 || !ends(inner, "\"")) return line;
	cut(inner++, 1);
	char *to = inner;
	for (const char *from = inner; *from; from++) {
		*to++ = *from;
		if (from[0] == '"' && from[1] == '"') from++;
	}
	*to = '\0';
	return inner;
}

static bool is_rule(const char *line) {
	for (; *line; line++) {
		if (strchr(" -=+|", *line)) continue;
		if (!starts(line, "\xe2\x94") && !starts(line, "\xe2\x95")) return false;
		if (!line[2]) return true;
		line += 2;
	}
	return true;
}

static void replace_all(char *text, const char *word, const char *with) {
	size_t len = strlen(word);
	char *to = text;
	for (const char *from = text; *from;) {
		if (!starts(from, word)) {
			*to++ = *from++;
			continue;
		}
		for (const char *put = with; *put; put++) *to++ = *put;
		from += len;
	}
	*to = '\0';
}

/* Colours of a terminal. */
static void drop_escapes(char *text, char *end) {
	char *to = text;
	for (const char *from = text; from < end;) {
		size_t bytes = escape_bytes(from, end);
		if (bytes)
			from += bytes;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

/* Out of a web page; `&amp;` last. What is put in is never longer than what it stands for. */
static void decode(char *text) {
	if (strstr(text, "-&gt;") || strstr(text, "&quot;")) {
		static const char *const entities[][2] = {{"&gt;", ">"}, {"&lt;", "<"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}};
		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) replace_all(text, entities[i][0], entities[i][1]);
	}
	if (strchr(text, '\033')) drop_escapes(text, text + strlen(text));
	if (strstr(text, "\u00a0")) replace_all(text, "\u00a0", " ");
	if (strstr(text, "\ufeff")) replace_all(text, "\ufeff", "");
}

/* ---- lines as they were pasted ---- */

typedef struct Pasted {
	char *text; /* only the end is trimmed */
	size_t chars;
	bool marked; /* psql says that the value goes on */
} Pasted;
typedef LIST(Pasted) PastedLines;

static size_t characters(const char *text) {
	size_t count = 0;
	for (; *text; text++) count += (*text & 0xC0) != 0x80;
	return count;
}

/* Every line is a comment, as in a script that has the plan of its query in it. */
static bool all_comments(const PastedLines *lines) {
	size_t comments = 0;
	for (size_t i = 0; i < lines->count; i++) {
		const char *text = past_blanks(lines->items[i].text);
		if (*text && !starts(text, "--")) return false;
		comments += starts(text, "-- ") && !is_rule(text);
	}
	return comments > 0;
}

static PastedLines pasted_lines(Arena *arena, const char *text, size_t len) {
	PastedLines lines = {0};
	char *copy = arena_copy_n(arena, text, len);
	for (size_t i = 0; i < len; i++)
		if (!copy[i]) copy[i] = ' ';
	decode(copy);
	for (char *line = copy, *stop; line; line = stop) {
		if ((stop = strchr(line, '\n'))) *stop++ = '\0';
		list_push(arena, &lines)->text = line;
	}
	bool comments = all_comments(&lines);
	for (size_t i = 0; i < lines.count; i++) {
		Pasted *pasted = &lines.items[i];
		if (comments) pasted->text = past_blanks(pasted->text) + (*past_blanks(pasted->text) ? 2 : 0);
		size_t chars = characters(pasted->text);
		pasted->text = without_quotes(without_sides(pasted->text));
		pasted->marked = cut_break_mark(pasted->text);
		cut_blanks(pasted->text);
		if (is_rule(pasted->text)) *pasted->text = '\0';
		pasted->chars = *pasted->text ? chars : 0;
	}
	return lines;
}

/* ---- broken lines ---- */

typedef struct Open {
	int brackets;
	char quote;
} Open;

static void follow(Open *open, const char *text) {
	for (; *text; text++) {
		if (open->quote) {
			if (*text == open->quote) open->quote = 0;
		} else if (*text == '\'' || *text == '"') {
			open->quote = *text;
		} else {
			open->brackets += *text == '(';
			open->brackets -= *text == ')' && open->brackets > 0;
		}
	}
}

/* "(5 rows)", in any language */
static bool is_row_count(const char *line) {
	return *line == '(' && line[1] >= '0' && line[1] <= '9';
}

static bool is_figures(const char *line) {
	return starts(line, "(cost=") || starts(line, "(actual ") || starts(line, "(never executed)");
}

/* Is `next` the rest of the line that ends in `last`? */
static bool goes_on(const char *line, Open open, const Pasted *last, const char *next, size_t longest) {
	if (!*line || !*next || is_row_count(next)) return false;
	if (is_figures(next)) return true;
	if (text_begins_line(next)) return false;
	return open.brackets || open.quote || (last->chars == longest && text_begins_line(line));
}

enum { FIGURES_BYTES = 120 }; /* no "(cost=…)" is longer */

/* Does the line end amid "(cost=… " or "(actual …"? Those are read with and without blanks, but for the first one. */
static bool amid_figures(const Str *line) {
	const char *tail = line->text + (line->len > FIGURES_BYTES ? line->len - FIGURES_BYTES : 0), *bracket = strrchr(tail, '(');
	if (!bracket || strchr(bracket, ')') || ends(tail, "(actual")) return false;
	size_t len = strlen(bracket);
	return strncmp(bracket, "(cost=", len < 6 ? len : 6) == 0 || strncmp(bracket, "(actual ", len < 8 ? len : 8) == 0;
}

static size_t indent_of(const char *line) {
	size_t cells = 0;
	for (; *line == ' ' || *line == '\t'; line++) cells = *line == '\t' ? (cells / 8 + 1) * 8 : cells + 1;
	return cells;
}

/* What breaks tell about the text they are in. */
typedef struct Paper {
	size_t longest; /* characters of its longest line */
	size_t margin; /* cells left of the plan */
} Paper;

static Paper measure_paper(const PastedLines *lines) {
	Paper paper = {.longest = 0, .margin = SIZE_MAX};
	for (size_t i = 0; i < lines->count; i++) {
		const Pasted *line = &lines->items[i];
		if (line->chars > paper.longest) paper.longest = line->chars;
		if (text_begins_line(past_blanks(line->text)) && indent_of(line->text) < paper.margin) paper.margin = indent_of(line->text);
	}
	return paper;
}

/* Puts `next` behind the line. A line as long as the longest was broken by its length, amid whatever stood there; a break
 * in a quoted text belongs to it; any other stands for a blank. */
static void join(Str *line, Open open, const Pasted *last, const Paper *paper, const char *next) {
	bool by_length = last->chars == paper->longest || amid_figures(line);
	if (last->marked || (open.quote && !by_length)) {
		for (size_t i = 0; i < paper->margin && *next == ' '; i++) next++;
		str_add_char(line, '\n');
	} else if (!by_length && *next != ' ') {
		str_add_char(line, ' ');
	}
	str_add(line, next);
}

/* The line that begins at *at, with all that was broken off it. */
static const char *whole_line(Arena *arena, const PastedLines *pasted, const Paper *paper, size_t *at) {
	const Pasted *last = &pasted->items[(*at)++];
	Str line = STR_INIT;
	Open open = {0, 0};
	str_add(&line, past_blanks(last->text));
	follow(&open, line.text);
	for (; *at < pasted->count; last = &pasted->items[(*at)++]) {
		char *next = pasted->items[*at].text;
		if (!goes_on(line.text, open, last, past_blanks(next), paper->longest)) break;
		join(&line, open, last, paper, next);
		follow(&open, next);
	}
	const char *copy = arena_copy_n(arena, line.text, line.len);
	str_release(&line);
	return copy;
}

TextLines text_lines(Arena *arena, const char *text, size_t len) {
	PastedLines pasted = pasted_lines(arena, text, len);
	Paper paper = measure_paper(&pasted);
	TextLines lines = {0};
	for (size_t i = 0; i < pasted.count;) {
		size_t first = i;
		const char *line = whole_line(arena, &pasted, &paper, &i);
		if (*line) *list_push(arena, &lines) = (TextLine){.text = line, .indent = indent_of(pasted.items[first].text), .number = first + 1};
	}
	return lines;
}
