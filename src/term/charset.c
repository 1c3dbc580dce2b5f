/* charset.c: text between UTF-8 and the characters of the user's locale. */
#include "term/charset.h"

#include <langinfo.h>
#include <limits.h>
#include <wchar.h>

#include "base/utf8.h"

bool charset_is_utf8(void) {
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool charset_has(uint32_t point) {
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	return wcrtomb(bytes, (wchar_t)point, &state) != (size_t)-1;
}

void charset_to_utf8(Str *out, const char *bytes, size_t len) {
	if (charset_is_utf8()) {
		str_add_n(out, bytes, len);
		return;
	}
	mbstate_t state = {0};
	for (size_t used; len > 0; bytes += used, len -= used) {
		wchar_t wide;
		used = mbrtowc(&wide, bytes, len, &state);
		bool known = used > 0 && used <= len;
		char text[4];
		if (known) str_add_n(out, text, utf8_encode((uint32_t)wide, text));
		else str_add_n(out, bytes, 1);
		if (known) continue;
		used = 1;
		state = (mbstate_t){0};
	}
}

void charset_from_utf8(Str *out, const char *text, size_t len) {
	if (charset_is_utf8()) {
		str_add_n(out, text, len);
		return;
	}
	mbstate_t state = {0};
	for (size_t used; len > 0; text += used, len -= used) {
		uint32_t point;
		used = utf8_decode(text, len, &point);
		char bytes[MB_LEN_MAX];
		size_t written = point == UTF8_INVALID ? (size_t)-1 : wcrtomb(bytes, (wchar_t)point, &state);
		if (written != (size_t)-1) str_add_n(out, bytes, written);
		else str_add_n(out, text, used);
		if (written == (size_t)-1) state = (mbstate_t){0};
	}
}
