/* str.c: growing text. */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/die.h"

char str_empty[1] = "";

static void reserve(Str *str, size_t more) {
	size_t want = str->len + more + 1;
	if (want <= str->room) return;
	size_t room = str->room * 2 > want ? str->room * 2 : want + 32;
	char *text = realloc(str->room ? str->text : NULL, room);
	if (!text) die("out of memory");
	text[str->len] = '\0';
	str->text = text;
	str->room = room;
}

void str_add_n(Str *str, const char *text, size_t len) {
	if (!len) return;
	reserve(str, len);
	memcpy(str->text + str->len, text, len);
	str->len += len;
	str->text[str->len] = '\0';
}

void str_add(Str *str, const char *text) {
	str_add_n(str, text, strlen(text));
}

void str_add_char(Str *str, char byte) {
	str_add_n(str, &byte, 1);
}

void str_add_repeat(Str *str, const char *text, size_t times) {
	while (times--) str_add(str, text);
}

/* Mostly there is room enough; else it is known how much is wanted. */
void str_vprintf(Str *str, const char *format, va_list args) {
	va_list again;
	va_copy(again, args);
	size_t room = str->room ? str->room - str->len : 0;
	int len = vsnprintf(room ? str->text + str->len : NULL, room, format, again);
	va_end(again);
	if (len < 0) die("cannot format text");
	if ((size_t)len >= room) {
		reserve(str, (size_t)len);
		vsnprintf(str->text + str->len, (size_t)len + 1, format, args);
	}
	str->len += (size_t)len;
}

void str_printf(Str *str, const char *format, ...) {
	va_list args;
	va_start(args, format);
	str_vprintf(str, format, args);
	va_end(args);
}

void str_cut(Str *str, size_t len) {
	if (len >= str->len) return;
	str->len = len;
	str->text[len] = '\0';
}

void str_clear(Str *str) {
	str_cut(str, 0);
}

void str_release(Str *str) {
	if (str->room) free(str->text);
	*str = (Str)STR_INIT;
}
