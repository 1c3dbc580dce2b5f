/* pasted.c: the lines of a text as they were pasted, without what stands around them. */
#include "plan/pasted.h"

#include "base/str.h"
#include "plan/marks.h"

/* ---- what stands around a line; lines are copies that may be cut ---- */

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

/* Both sides of a frame or neither: a condition may well begin or end with a bar. */
static char *without_sides(char *line) {
	static const char *const sides[] = {"│", "║", "┃", "|"};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
		char *inner = line + strspn(line, " \t");
		if (!starts(inner, sides[i])) continue;
		cut_blanks(line);
		if (strlen(inner) < 2 * strlen(sides[i]) || !ends(inner, sides[i])) continue;
		cut(inner, strlen(sides[i]));
		return inner + strlen(sides[i]);
	}
	return line;
}

/* Where a value goes on psql puts a mark into the last column, after blanks. A plus may be an operator, too. */
static bool has_plus(const char *line) {
	return ends(line, " +");
}

static bool cut_arrow_mark(char *line) {
	bool arrow = ends(line, "↵");
	if (arrow) cut(line, strlen("↵"));
	return arrow;
}

/* psql's expanded rows: "QUERY PLAN | Seq Scan on t …" */
static char *without_row_name(char *line) {
	static const char name[] = "QUERY PLAN";
	char *inner = line + strspn(line, " \t");
	if (!starts(inner, name)) return line;
	inner += sizeof name - 1;
	inner += strspn(inner, " ");
	if (!starts(inner, "|") && !starts(inner, "│")) return line;
	return inner + (*inner == '|' ? 1 : strlen("│"));
}

/* pgAdmin copies every line as a quoted field. */
static char *without_quotes(char *line) {
	char *inner = line + strspn(line, " \t");
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
	if (strcmp(past_blanks(line), "-") == 0) return false; /* half an arrow */
	if (starts(line, "-[ ") || starts(line, "─[ ")) return true; /* of psql's expanded rows */
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

/* `&amp;` last. What is put in is never longer than what it stands for. */
void pasted_decode(char *text) {
	static const char *const entities[][2] = {{"&gt;", ">"},    {"&lt;", "<"},   {"&quot;", "\""}, {"&#34;", "\""}, {"&#39;", "'"},  {"&#x27;", "'"},
	                                          {"&apos;", "'"}, {"&#62;", ">"}, {"&#60;", "<"},   {"&nbsp;", " "}, {"&#160;", " "}, {"&amp;", "&"}};
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) replace_all(text, entities[i][0], entities[i][1]);
}

static void decode(char *text) {
	if (strstr(text, "-&gt;") || strstr(text, "-&#62;") || strstr(text, "&quot;")) pasted_decode(text);
	if (strstr(text, "-\\>")) replace_all(text, "-\\>", "->"); /* Markdown that shows its marks */
	if (strchr(text, '\033')) drop_escapes(text, text + strlen(text));
	if (strstr(text, "\u00a0")) replace_all(text, "\u00a0", " ");
	if (strstr(text, "\ufeff")) replace_all(text, "\ufeff", "");
}

/* ---- lines ---- */

size_t pasted_characters(const char *text) {
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

/* Editors make tabs of blanks; behind the indentation one stands for the two between the parts of a line. */
static char *without_tabs(Arena *arena, char *line) {
	char *words = line + strspn(line, " \t"), quote = 0;
	if (!strchr(words, '\t')) return line;
	Str out = STR_INIT;
	str_add_n(&out, line, (size_t)(words - line));
	for (; *words; words++) {
		if (*words == '\'' && (!quote || quote == *words)) quote = quote ? 0 : *words;
		if (*words == '\t' && !quote)
			str_add(&out, "  ");
		else
			str_add_char(&out, *words);
	}
	char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

/* The column of the bar that a line ends with and does not begin with; 0 when it does not. */
static size_t right_bar(const char *line) {
	size_t len = strlen(line), bytes = len;
	while (bytes && strchr(" \t\r", line[bytes - 1])) bytes--;
	bool bar = bytes && line[bytes - 1] == '|' && !starts(past_blanks(line), "|");
	return bar ? pasted_characters(line) - (len - bytes) : 0;
}

/* DBeaver fills all lines up to a bar in one column. */
static bool has_right_bars(const PastedLines *lines) {
	size_t bars = 0, others = 0, column = 0;
	for (size_t i = 0; i < lines->count; i++) {
		size_t bar = right_bar(lines->items[i].text);
		if (is_rule(lines->items[i].text)) continue;
		if (bar && column && bar != column) return false;
		if (bar) column = bar;
		bars += bar > 0;
		others += bar == 0;
	}
	return bars > 1 && bars > others;
}

/* psql's marks stand right of all that has none. */
static void cut_plus_marks(PastedLines *lines) {
	size_t longest = 0;
	for (size_t i = 0; i < lines->count; i++)
		if (lines->items[i].chars > longest && !has_plus(lines->items[i].text)) longest = lines->items[i].chars;
	for (size_t i = 0; i < lines->count; i++) {
		Pasted *line = &lines->items[i];
		if (line->chars <= longest || !has_plus(line->text)) continue;
		line->marked = true;
		cut(line->text, 1);
		cut_blanks(line->text);
		line->chars = pasted_characters(line->text);
	}
}

static const char *side_of(const char *line) {
	static const char *const sides[] = {"│", "║", "┃", "|"};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
		if (starts(past_blanks(line), sides[i])) return sides[i];
	return NULL;
}

enum { MOST_PIECES = 40, WIDEST = 1000 }; /* no terminal is wider */

/* A terminal narrower than a frame breaks its lines: each begins with a side and ends with one some lines below, with none
 * between. The pieces' count; 1 for what is whole or no line of a frame. */
static size_t pieces_of(const PastedLines *lines, size_t first) {
	const char *side = side_of(lines->items[first].text);
	if (!side) return 1;
	for (size_t i = first; i < lines->count && i - first < MOST_PIECES; i++) {
		char *piece = lines->items[i].text;
		cut_blanks(piece);
		bool begins = starts(past_blanks(piece), side), ends_so = ends(piece, side) && (i > first || strlen(past_blanks(piece)) > strlen(side));
		if (i > first && begins && strcmp(past_blanks(piece), side) != 0) return 1;
		if (ends_so) return i - first + 1;
	}
	return 1;
}

/* Blanks that were lost where a line was broken are put back. */
static char *pieces_joined(Arena *arena, const PastedLines *lines, size_t first, size_t count, size_t width) {
	Str whole = STR_INIT;
	for (size_t i = first; i < first + count; i++) {
		const char *piece = lines->items[i].text;
		str_add(&whole, piece);
		for (size_t chars = pasted_characters(piece); i + 1 < first + count && chars < width; chars++) str_add_char(&whole, ' ');
	}
	char *copy = arena_copy_n(arena, whole.text, whole.len);
	str_release(&whole);
	return copy;
}

static PastedLines framed_lines(Arena *arena, const PastedLines *lines) {
	PastedLines whole = {0};
	size_t width = 0;
	for (size_t i = 0; i < lines->count; i++) {
		size_t chars = pasted_characters(lines->items[i].text);
		if (chars > width && chars <= WIDEST && pieces_of(lines, i) > 1) width = chars;
	}
	if (!width) return *lines;
	for (size_t i = 0, count; i < lines->count; i += count) {
		count = pieces_of(lines, i);
		char *text = count > 1 ? pieces_joined(arena, lines, i, count, width) : lines->items[i].text;
		*list_push(arena, &whole) = (Pasted){.text = text};
	}
	return whole;
}

PastedLines pasted_lines(Arena *arena, const char *text, size_t len) {
	PastedLines lines = {0};
	char *copy = arena_copy_n(arena, text, len);
	for (size_t i = 0; i < len; i++)
		if (!copy[i]) copy[i] = ' ';
	decode(copy);
	for (char *line = copy, *stop; line; line = stop) {
		if ((stop = strchr(line, '\n'))) *stop++ = '\0';
		list_push(arena, &lines)->text = line;
	}
	lines = framed_lines(arena, &lines);
	bool comments = all_comments(&lines), bars = has_right_bars(&lines);
	for (size_t i = 0; i < lines.count; i++) {
		Pasted *pasted = &lines.items[i];
		if (comments) pasted->text += strspn(pasted->text, " \t") + (*past_blanks(pasted->text) ? 2 : 0);
		char *bare = pasted->text = without_tabs(arena, pasted->text);
		size_t chars = pasted_characters(bare);
		if (bars && right_bar(bare)) *strrchr(bare, '|') = '\0';
		pasted->text = without_row_name(without_quotes(without_sides(bare)));
		pasted->marked = cut_arrow_mark(pasted->text);
		cut_blanks(pasted->text);
		if (is_rule(pasted->text)) *pasted->text = '\0';
		bool filled = bars || pasted->text != bare || pasted->marked; /* up to the other side of a frame */
		pasted->chars = !*pasted->text ? 0 : filled ? pasted_characters(pasted->text) : chars;
		pasted->blanks = *pasted->text || filled ? 0 : chars;
	}
	cut_plus_marks(&lines);
	return lines;
}
