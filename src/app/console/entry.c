/* entry.c: one short line typed over the screen. */
#include "app/entry.h"

#include "base/utf8.h"

enum { CTRL_C = 3, CTRL_H = 8, LINE_FEED = 10, ENTER = 13, CTRL_U = 21, CTRL_W = 23, ESC = 27, BACKSPACE = 127 };

static void cut_character(Str *text) {
	size_t len = text->len;
	while (len && ((unsigned char)text->text[len - 1] & 0xC0) == 0x80) len--;
	str_cut(text, len ? len - 1 : 0);
}

static void cut_word(Str *text) {
	while (text->len && text->text[text->len - 1] == ' ') cut_character(text);
	while (text->len && text->text[text->len - 1] != ' ') cut_character(text);
}

EntryResult entry_key(Str *text, Key key) {
	switch (key.code) {
	case ENTER:
	case LINE_FEED: return ENTRY_ACCEPTED;
	case ESC:
	case CTRL_C: return ENTRY_LEFT;
	case CTRL_H:
	case BACKSPACE: cut_character(text); return ENTRY_EDITED;
	case CTRL_W: cut_word(text); return ENTRY_EDITED;
	case CTRL_U: str_clear(text); return ENTRY_EDITED;
	default: break;
	}
	if (key.alt || key.code < ' ' || key.code >= WHY_KEY_BASE) return ENTRY_IGNORED;
	char bytes[4];
	str_add_n(text, bytes, utf8_encode(key.code, bytes));
	return ENTRY_EDITED;
}

void entry_paste(Str *text, const char *pasted, size_t len) {
	for (size_t i = 0; i < len && pasted[i] != '\n' && pasted[i] != '\r'; i++)
		if ((unsigned char)pasted[i] >= ' ') str_add_char(text, pasted[i]);
}
