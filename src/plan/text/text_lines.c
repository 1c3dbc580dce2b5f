/* text_lines.c: lines of a plan out of those that were pasted: what a terminal or a mail broke is joined. */
#include "plan/pasted.h"
#include "plan/text_parts.h"

/* ---- what a line tells ---- */

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

static bool is_open(Open open) {
	return open.brackets || open.quote;
}

static size_t indent_of(const char *line) {
	size_t cells = 0;
	for (; *line == ' ' || *line == '\t'; line++) cells = *line == '\t' ? (cells / 8 + 1) * 8 : cells + 1;
	return cells;
}

/* "(5 rows)", in any language */
static bool is_row_count(const char *line) {
	size_t digits = *line == '(' ? strspn(line + 1, "0123456789") : 0;
	if (!digits || line[1 + digits] != ' ') return false;
	const char *word = line + digits + 2, *end = strchr(word, ')');
	return end && !end[1] && !strpbrk(word, "0123456789,('");
}

/* "Time: 1.5 ms", in any language; what EXPLAIN prints has two words before the colon. */
static bool is_timing(const char *line) {
	size_t word = strcspn(line, " :"), gap = strspn(line + word, " ");
	if (!word || line[word + gap] != ':') return false;
	line += word + gap + 1;
	line += strspn(line, " ");
	size_t digits = strspn(line, "0123456789.,");
	const char *unit = line + digits + (line[digits] == ' ');
	return digits && unit > line + digits && *unit && !strchr(unit, ' ') && strlen(unit) <= 4;
}

/* "shop=# explain …", "shop(> …" */
static bool is_prompt(const char *line) {
	size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return name && line[name] && strchr("=-(*!^'\"", line[name]) && (line[name + 1] == '#' || line[name + 1] == '>') && (line[name + 2] == ' ' || !line[name + 2]);
}

/* What clients, web pages and markdown put between or behind plans. */
bool text_is_between(const char *line) {
	return is_row_count(line) || is_timing(line) || is_prompt(line) || starts(line, "```") || starts(line, "~~~") || starts(line, "</");
}

static bool is_figures(const char *line) {
	return starts(line, "(cost=") || starts(line, "(actual ") || starts(line, "(never executed)");
}

/* "Chunks excluded: 3", whoever's property it is */
static bool is_named(const char *line) {
	size_t len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-");
	return *line >= 'A' && *line <= 'Z' && line[len] == ':';
}

/* What stands behind others on a line, two blanks apart. */
static bool is_part(const char *line) {
	static const char *const names[] = {"Memory: ", "Disk: ", "Memory Usage: ", "Disk Usage: ", "Average ", "Peak ", "Misses: ", "Evictions: ", "Overflows: ", NULL};
	for (const char *const *name = names; *name; name++)
		if (starts(line, *name) && !starts(line, "Memory: used")) return true;
	return false;
}

static bool has_figures(const char *line) {
	return text_heading_kind(line) == HEADING_SURE;
}

/* ---- what breaks tell about the text they are in ---- */

typedef struct Paper {
	size_t width; /* characters of the longest line of a plan: what was broken by its length is as long */
	size_t margin; /* cells left of the plan */
	bool indented; /* lines of nodes stand right of the margin */
	bool costs; /* nodes have figures: one without them is not whole */
	bool broken; /* some lines are the rest of others */
	bool words; /* and that at blanks, whatever their length */
} Paper;

/* Left of where properties and nodes stand; the rest of a broken line does. */
static bool is_low(const Paper *paper, const char *line) {
	return paper->indented && indent_of(line) <= paper->margin + 1;
}

static bool lacks_figures(const Paper *paper, const char *line) {
	return paper->costs && starts(line, "->") && !has_figures(line);
}

/* Its margin, and between which lines the plans stand. */
static void see_lines(Paper *paper, const PastedLines *lines, size_t *first, size_t *end) {
	*first = *end = lines->count;
	for (size_t i = 0; i < lines->count; i++) {
		const char *text = past_blanks(lines->items[i].text);
		bool begins = text_begins_line(text);
		if (*first > i && (begins || text_begins_heading(text))) *first = i;
		if (*first <= i && is_named(text) && indent_of(lines->items[i].text) > paper->margin) *end = i + 1;
		if (!begins) continue;
		*end = i + 1;
		size_t indent = indent_of(lines->items[i].text);
		if (paper->margin == SIZE_MAX) paper->margin = indent;
		paper->costs = paper->costs || has_figures(text);
	}
}

/* Is it neither a line of its own by what it says nor by where it stands? */
static bool is_rest(const Paper *paper, const char *line) {
	const char *words = past_blanks(line);
	return *words && is_low(paper, line) && !is_named(words) && !text_begins_line(words) && !text_is_between(words);
}

/* Does a line end amid something? A quoted text may have lines of its own. */
static bool is_cut(const Paper *paper, const char *line) {
	Open open = {0, 0};
	follow(&open, line);
	return (open.brackets && !open.quote) || lacks_figures(paper, line);
}

static Paper measure_paper(const PastedLines *lines) {
	Paper paper = {.margin = SIZE_MAX};
	size_t first, end;
	see_lines(&paper, lines, &first, &end);
	for (size_t i = first; i < end; i++) {
		const Pasted *line = &lines->items[i];
		if (line->chars > paper.width) paper.width = line->chars;
		const char *words = past_blanks(line->text);
		if (indent_of(line->text) >= paper.margin + 2 && (text_begins_line(words) || is_named(words))) paper.indented = true;
	}
	for (size_t i = first; i < end && i + 1 < lines->count; i++) {
		const Pasted *line = &lines->items[i];
		const char *words = past_blanks(line->text);
		bool cut = text_begins_line(words) && is_rest(&paper, lines->items[i + 1].text) && is_cut(&paper, words);
		bool full = line->chars == paper.width && i + 1 < end && is_rest(&paper, lines->items[i + 1].text);
		paper.broken = paper.broken || cut || full;
		paper.words = paper.words || (cut && line->chars + 2 < paper.width);
	}
	return paper;
}

/* ---- a line, and what was broken off it ---- */

typedef struct Line {
	Str text;
	Open open; /* at its end */
	const Pasted *last; /* piece */
	bool known; /* it begins like a line of a plan */
	bool front; /* it is the beginning of such a beginning */
	bool lacking; /* it is a node without its figures */
} Line;

enum { FRONT_BYTES = 1000 }; /* what stands behind these tells no more about what it is */

static void judge(Line *line, const Paper *paper) {
	const char *text = line->text.text;
	if (line->text.len > FRONT_BYTES) return;
	line->known = text_begins_line(text) || (paper->broken && is_named(text));
	line->front = !line->known && *text && text_is_front(text);
	line->lacking = lacks_figures(paper, text);
}

static bool ends(const Str *line, const char *end) {
	size_t len = strlen(end);
	return line->len >= len && memcmp(line->text + line->len - len, end, len) == 0;
}

enum { FIGURES_BYTES = 120 }; /* no "(cost=…)" is longer */

/* Does the line end amid "(cost=… " or "(actual …"? Those are read with and without blanks, but for the first one. */
static bool amid_figures(const Str *line) {
	const char *tail = line->text + (line->len > FIGURES_BYTES ? line->len - FIGURES_BYTES : 0), *bracket = strrchr(tail, '(');
	if (!bracket || strchr(bracket, ')') || ends(line, "(actual")) return false;
	size_t len = strlen(bracket);
	return strncmp(bracket, "(cost=", len < 6 ? len : 6) == 0 || strncmp(bracket, "(actual ", len < 8 ? len : 8) == 0;
}

/* "Batches: 5  Memory" is not whole. */
static bool ends_amid_part(const Str *line) {
	static const char *const words[] = {" Memory", " Disk", " Average", " Peak", " Sort", " Maximum", NULL};
	for (const char *const *word = words; *word; word++)
		if (ends(line, *word)) return true;
	return false;
}

/* Words between which there is a blank wherever the line was broken. */
static bool are_apart(const Line *line, const char *next) {
	static const char *const lasts[] = {" on", " using", "(actual", "(never", NULL};
	if (*next == ' ' || ends(&line->text, " ")) return false;
	for (const char *const *last = lasts; *last; last++)
		if (ends(&line->text, *last)) return true;
	return line->lacking && !strstr(line->text.text, " on ") && (starts(next, "on ") || starts(next, "using "));
}

/* Adds a piece to the text of a line. One as long as the longest was broken by its length, amid whatever stood there; a
 * break in a quoted text belongs to it; any other stands for a blank. */
static void join(Str *text, const Line *line, const Paper *paper, const char *next) {
	bool full = line->last->chars == paper->width && !paper->words, by_length = full || amid_figures(text);
	if (strcmp(text->text, "->") == 0) {
		str_printf(text, "  %s", past_blanks(next));
		return;
	}
	for (size_t i = pasted_characters(line->last->text); full && i < line->last->chars; i++) str_add_char(text, ' ');
	if (are_apart(line, next)) str_add_char(text, ' ');
	if (line->last->marked || (line->open.quote && !by_length && !(paper->broken && is_low(paper, next)))) {
		for (size_t i = 0; i < paper->margin && *next == ' '; i++) next++;
		str_add_char(text, '\n');
	} else if (!by_length && !ends(text, " ")) {
		next = past_blanks(next);
		str_add(text, is_part(next) || is_figures(next) ? "  " : " ");
	}
	str_add(text, next);
}

/* "Rows Removed by" says nothing yet; with the next line it begins one. */
static bool completes(const Line *line, const Paper *paper, const char *next) {
	if (!line->front || line->text.len > FRONT_BYTES || starts(past_blanks(next), "->")) return false;
	Str whole = STR_INIT;
	str_add(&whole, line->text.text);
	join(&whole, line, paper, next);
	bool begins = text_begins_line(whole.text);
	str_release(&whole);
	return begins;
}

/* Is `next` the rest of the line? */
static bool goes_on(const Line *line, const Paper *paper, const char *next) {
	const char *words = past_blanks(next);
	bool full = line->last->chars == paper->width, low = is_low(paper, next), begins = text_begins_line(words);
	if (!line->text.len || !*words) return false;
	if (is_figures(words) || completes(line, paper, next)) return true;
	if (text_is_between(words)) return false;
	/* a node has figures, wherever they come from: only another line of the plan ends the wait for them */
	if (line->lacking) return !starts(words, "->") && !is_named(words) && (low || !begins);
	/* names of properties begin lines, but not where no property stands */
	if (begins && !(low && text_begins_property(words) && (full || is_open(line->open)))) return false;
	if (line->known && is_part(words) && (low || full || !paper->indented)) return true;
	/* prose has brackets and apostrophes, too: theirs mean nothing */
	if (is_open(line->open)) return line->known || is_named(line->text.text) || text_begins_heading(line->text.text);
	if (full) return (low || !paper->indented) && (line->known || (paper->broken && line->front));
	bool own = is_named(words) && !ends_amid_part(&line->text);
	return line->known && low && !own && (paper->broken || ends(&line->text, ","));
}

/* The line that begins at *at, with all that was broken off it. */
static const char *whole_line(Arena *arena, const PastedLines *pasted, const Paper *paper, size_t *at) {
	Line line = {.text = STR_INIT, .last = &pasted->items[(*at)++]};
	str_add(&line.text, past_blanks(line.last->text));
	follow(&line.open, line.text.text);
	judge(&line, paper);
	for (; *at < pasted->count; line.last = &pasted->items[(*at)++]) {
		const char *next = pasted->items[*at].text;
		if (!goes_on(&line, paper, next)) break;
		Str *text = &line.text;
		join(text, &line, paper, next);
		follow(&line.open, next);
		judge(&line, paper);
	}
	const char *copy = arena_copy_n(arena, line.text.text, line.text.len);
	str_release(&line.text);
	return copy;
}

TextLines text_lines(Arena *arena, const char *text, size_t len) {
	PastedLines pasted = pasted_lines(arena, text, len);
	Paper paper = measure_paper(&pasted);
	TextLines lines = {0};
	size_t blanks = 0; /* of a line that was broken within its indentation */
	for (size_t i = 0; i < pasted.count;) {
		const Pasted *first = &pasted.items[i];
		const char *line = whole_line(arena, &pasted, &paper, &i);
		if (blanks && !starts(line, "->") && !text_begins_property(line)) blanks = 0; /* an empty line stood between plans */
		if (*line) *list_push(arena, &lines) = (TextLine){.text = line, .indent = blanks + indent_of(first->text)};
		blanks = *line || !paper.broken ? 0 : blanks + (first->blanks ? first->blanks : paper.width);
	}
	return lines;
}
