/* mend.c: the JSON in a text as people paste it. */
#include "plan/mend.h"

#include "plan/marks.h"

typedef struct Mender {
	Arena *arena;
	const char *text, *end;
	const char *at;
	const char *from; /* start of the piece that is not kept yet */
	size_t longest; /* characters of the longest line */
	int depth; /* brackets that are open */
	bool named; /* the last text was TARGETS */
	int targets; /* depth within its list; 0: not there */
	Mended mended; /* json is at most as long as the text, a null for each masked figure, and a bracket for each list of targets */
} Mender;

/* ---- what is kept ---- */

/* Keeps a piece that stands for some bytes of the text. */
static void keep(Mender *m, const char *piece, size_t len, const char *from, size_t bytes) {
	if (!len) return;
	*list_push(m->arena, &m->mended.pieces) = (MendPiece){.at = m->mended.len, .from = (size_t)(from - m->text), .bytes = bytes};
	memcpy(m->mended.json + m->mended.len, piece, len);
	m->mended.len += len;
}

static void keep_so_far(Mender *m) {
	size_t bytes = (size_t)(m->at - m->from);
	keep(m, m->from, bytes, m->from, bytes);
	m->from = m->at;
}

/* Keeps something else in place of the next `bytes`. */
static void replace(Mender *m, size_t bytes, const char *with) {
	keep_so_far(m);
	keep(m, with, strlen(with), m->at, bytes);
	m->at += bytes;
	m->from = m->at;
}

size_t mended_from(const Mended *mended, size_t at) {
	size_t low = 0, high = mended->pieces.count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (mended->pieces.items[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	if (!high) return 0;
	const MendPiece *piece = &mended->pieces.items[low];
	size_t into = at - piece->at;
	return piece->from + (into < piece->bytes ? into : piece->bytes);
}

static size_t left(const Mender *m) {
	return (size_t)(m->end - m->at);
}

static bool begins(const Mender *m, const char *word) {
	size_t len = strlen(word);
	return left(m) >= len && memcmp(m->at, word, len) == 0;
}

static bool is_blank(char byte) {
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Of a number, true, false, null or a masked figure. */
static bool is_word(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '.' || byte == '-';
}

/* ---- what is not JSON ---- */

/* Bytes at the front that are a frame's: box drawing, psql's marks for a line that goes on, a hard blank, a byte order mark. */
static size_t frame_bytes(const Mender *m) {
	static const char *const marks[] = {"|", "↵", "…", "\u00a0", "\ufeff"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (begins(m, marks[i])) return strlen(marks[i]);
	if (begins(m, "\xe2\x94") || begins(m, "\xe2\x95")) return left(m) < 3 ? left(m) : 3;
	if (*m->at == '\033') return escape_bytes(m->at, m->end);
	if (*m->at != '+') return 0;
	const char *after = m->at + 1;
	while (after < m->end && (is_blank(*after) || *after == '|')) after++;
	return after == m->end || *after == '\n';
}

/* Test outputs have N, N.N or XXX where figures were. */
static size_t mask_bytes(const Mender *m) {
	size_t bytes = 0;
	if (m->at > m->text && is_word(m->at[-1])) return 0;
	while (bytes < left(m) && (m->at[bytes] == 'N' || m->at[bytes] == 'X' || (bytes && m->at[bytes] == '.'))) bytes++;
	return bytes < left(m) && is_word(m->at[bytes]) ? 0 : bytes;
}

/* pg_store_plans says so, on a line of its own, where its buffer was full. */
static bool is_cut(const Mender *m) {
	return m->at > m->text && m->at[-1] == '\n' && begins(m, "<truncated>");
}

/* ---- lines broken where JSON has no break ---- */

static size_t characters(const char *from, const char *to) {
	size_t count = 0;
	for (; from < to; from++) count += (*from & 0xC0) != 0x80;
	return count;
}

static size_t longest_line(const char *text, const char *end) {
	size_t longest = 0;
	for (const char *stop; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (!stop) stop = end;
		size_t count = characters(text, stop);
		if (count > longest) longest = count;
	}
	return longest;
}

/* A line as long as the longest one was broken by its length, amid whatever stood there; a shorter one in place of a blank. */
static bool broken_by_length(const Mender *m) {
	const char *start = m->at;
	while (start > m->text && start[-1] != '\n') start--;
	return characters(start, m->at) >= m->longest;
}

/* The break may have fallen between a backslash and what it escapes. */
static void pass_escape(Mender *m) {
	m->at++;
	while (m->at < m->end && (*m->at == '\n' || *m->at == '\r')) replace(m, 1, "");
	if (m->at < m->end && (unsigned char)*m->at >= 0x20) m->at++;
}

/* Past the quote that ends it, or to the end of the text. Control characters cannot stand in a JSON string. */
static void pass_string(Mender *m) {
	size_t bytes;
	m->at++;
	while (m->at < m->end && *m->at != '"' && !is_cut(m)) {
		if (*m->at == '\\')
			pass_escape(m);
		else if (*m->at == '\n')
			replace(m, 1, broken_by_length(m) ? "" : " ");
		else if ((bytes = escape_bytes(m->at, m->end)))
			replace(m, bytes, "");
		else if (begins(m, "\u00a0")) /* of a web page: JSON that has them in strings only is not mended */
			replace(m, strlen("\u00a0"), " ");
		else if ((unsigned char)*m->at < 0x20)
			replace(m, 1, *m->at == '\r' ? "" : " ");
		else
			m->at++;
	}
	if (m->at < m->end && *m->at == '"') m->at++;
}

static bool breaks_word(const Mender *m) {
	return *m->at == '\n' && m->at > m->text && is_word(m->at[-1]) && left(m) > 1 && is_word(m->at[1]);
}

/* ---- documents ---- */

#define TARGETS "\"Target Tables\""

/* Does a member of an object come behind the comma? Names in plans have no quotes. */
static bool member_ahead(const Mender *m) {
	const char *at = m->at + 1;
	while (at < m->end && (is_blank(*at) || *at == '\n' || *at == '+' || *at == '|')) at++;
	if (at == m->end || *at != '"') return false;
	const char *quote = memchr(at + 1, '"', (size_t)(m->end - at - 1));
	if (!quote) return false;
	do quote++;
	while (quote < m->end && is_blank(*quote));
	return quote < m->end && *quote == ':';
}

/* PostgreSQL 15 to 18 write what a MERGE into partitions did within the list of its targets: there that list ends. */
static void pass_mark(Mender *m) {
	char mark = *m->at;
	if (mark == '[' && m->named) m->targets = m->depth + 1;
	m->named = m->named && mark != '[' && mark != '{';
	if (mark == ',' && m->depth == m->targets && m->targets && member_ahead(m)) {
		m->depth--;
		replace(m, 1, "],");
	} else if (mark == ']' && m->targets && m->depth == m->targets - 1) {
		m->targets = 0;
		replace(m, 1, "");
	} else {
		if (mark == ']' && m->depth == m->targets) m->targets = 0;
		m->depth += mark == '[' || mark == '{';
		m->depth -= mark == ']' || mark == '}';
		m->at++;
	}
}

/* From its first bracket to the one that closes it. */
static MendEnd pass_document(Mender *m) {
	size_t bytes;
	MendEnd end = MEND_WHOLE;
	m->from = m->at;
	m->depth = m->targets = 0;
	do {
		if (*m->at == '"') {
			m->named = begins(m, TARGETS);
			pass_string(m);
		} else if (is_cut(m)) {
			end = MEND_CUT;
		} else if ((bytes = frame_bytes(m)) || (bytes = breaks_word(m))) {
			replace(m, bytes, "");
		} else if ((bytes = mask_bytes(m))) {
			replace(m, bytes, "null");
		} else {
			pass_mark(m);
		}
	} while (m->depth > 0 && m->at < m->end && end != MEND_CUT);
	keep_so_far(m);
	return end == MEND_WHOLE && m->depth > 0 ? MEND_OPEN : end;
}

/* Past blanks, frames and quotes at the start of a line, and past the line when no document begins there. */
static bool pass_line_start(Mender *m) {
	size_t bytes;
	while (m->at < m->end && ((bytes = frame_bytes(m)) || (bytes = is_blank(*m->at) || *m->at == '"' || *m->at == '\''))) m->at += bytes;
	if (m->at < m->end && (*m->at == '[' || *m->at == '{')) return true;
	const char *stop = memchr(m->at, '\n', left(m));
	m->at = stop ? stop + 1 : m->end;
	return false;
}

Mended mend(Arena *arena, const char *text, size_t len) {
	Mender m = {.arena = arena, .text = text, .end = text + len, .at = text, .longest = longest_line(text, text + len)};
	size_t masks = 0;
	for (size_t i = 0; i < len; i++) masks += text[i] == 'N' || text[i] == 'X';
	m.mended.json = arena_alloc(arena, len + 4 * masks + len / strlen(TARGETS) + 1);
	while (m.at < m.end && (m.mended.end == MEND_NOTHING || m.mended.end == MEND_WHOLE))
		if (pass_line_start(&m)) m.mended.end = pass_document(&m);
	return m.mended;
}
