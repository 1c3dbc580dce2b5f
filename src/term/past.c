/* past.c: what was entered before. */
#include "term/past.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- secrets ---- */

static const char *skip(const char *text, const char *what) {
	return text + strspn(text, what);
}

/* '…', "…", E'…', $$…$$; $1 is none. */
static bool opens_literal(const char *text) {
	if (*text == '$') return text[1] && !isdigit((unsigned char)text[1]);
	if (*text && strchr("eE", *text)) text++;
	return *text == '\'' || *text == '"';
}

/* What follows the word "password": a literal, =literal, or =word as connection strings have it. */
static bool gives_password(const char *text) {
	static const char blanks[] = " \t\r\n";
	if (*text == '"') text++; /* "password": in JSON */
	text = skip(text, blanks);
	if (opens_literal(text)) return true;
	if (*text != '=' && *text != ':') return false;
	text = skip(text, "=:>");
	if (opens_literal(skip(text, blanks))) return true;
	return *text && !strchr(" \t\r\n;),$", *text);
}

/* scheme://user:password@host */
static bool gives_password_in_uri(const char *text) {
	size_t user = strcspn(text, ":@/ \t\r\n'\"");
	return text[user] == ':' && text[user + 1 + strcspn(text + user + 1, "@/ \t\r\n'\"")] == '@';
}

bool past_secret(const char *text) {
	static const char *const words[] = {"password", "passwd"};
	for (; *text; text++) {
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strncasecmp(text, words[i], strlen(words[i])) == 0 && gives_password(text + strlen(words[i]))) return true;
		if (strncmp(text, "://", 3) == 0 && gives_password_in_uri(text + 3)) return true;
	}
	return false;
}

/* ---- the file's lines ---- */

static const char plain[] = "\n\r\\", escaped[] = "nr\\";

static void add_line(Str *out, const char *text) {
	while (*text) {
		size_t len = strcspn(text, plain);
		str_add_n(out, text, len);
		text += len;
		if (!*text) break;
		str_add_char(out, '\\');
		str_add_char(out, escaped[strchr(plain, *text++) - plain]);
	}
	str_add_char(out, '\n');
}

static const char *entry_of(Arena *arena, const char *line) {
	char *entry = arena_copy(arena, line), *out = entry;
	for (const char *in = line; *in; in++) {
		const char *escape = *in == '\\' && in[1] ? strchr(escaped, in[1]) : NULL;
		*out++ = escape ? plain[escape - escaped] : *in;
		if (escape) in++;
	}
	*out = '\0';
	return entry;
}

static void read_file(Past *past, const char *path) {
	FILE *file = path ? fopen(path, "r") : NULL;
	if (!file) return;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	while ((len = getline(&line, &room, file)) > 0) {
		if (line[len - 1] == '\n') line[len - 1] = '\0';
		if (*line && strlen(line) < 2 * PAST_ENTRY_MOST_BYTES)
			*list_push(past->arena, &past->entries) = entry_of(past->arena, line);
	}
	free(line);
	fclose(file);
}

Past *past_read(const char *path) {
	Arena *arena = arena_new();
	Past *past = ARENA_NEW(arena, Past);
	past->arena = arena;
	past->path = arena_copy(arena, path);
	read_file(past, path);
	past->written = past->entries.count;
	return past;
}

void past_free(Past *past) {
	if (past) arena_free(past->arena);
}

bool past_add(Past *past, const char *text) {
	const char *last = past->entries.count ? past->entries.items[past->entries.count - 1] : "";
	if (!*text || strcmp(text, last) == 0 || past_secret(text)) return false;
	*list_push(past->arena, &past->entries) = arena_copy(past->arena, text);
	return true;
}

/* ---- writing ---- */

static bool write_all(int fd, const Str *lines) {
	for (size_t done = 0; done < lines->len;) {
		ssize_t written = write(fd, lines->text + done, lines->len - done);
		if (written < 0 && errno != EINTR) return false;
		if (written > 0) done += (size_t)written;
	}
	return true;
}

static bool write_entries(const Past *past, size_t first, const char *path, int flags) {
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
	if (fd < 0) return false;
	Str lines = STR_INIT;
	for (size_t i = first; i < past->entries.count; i++)
		if (strlen(past->entries.items[i]) < PAST_ENTRY_MOST_BYTES) add_line(&lines, past->entries.items[i]);
	bool done = fchmod(fd, 0600) == 0 && write_all(fd, &lines);
	str_release(&lines);
	return close(fd) == 0 && done;
}

/* Folders on the way to the file that are not there yet. */
static void make_folders(const Past *past) {
	char *path = arena_copy(past->arena, past->path);
	for (char *slash = strchr(path + (*path == '/'), '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

/* The file has grown too long, with other consoles' entries perhaps: its end goes into a new one that takes its place. */
static bool shorten(const char *path) {
	Past *all = past_read(path);
	char *place = realpath(path, NULL); /* where a link leads */
	bool done = true;
	if (place && all->entries.count > PAST_MOST) {
		const char *fresh = arena_printf(all->arena, "%s.%ld", place, (long)getpid());
		done = write_entries(all, all->entries.count - PAST_MOST, fresh, O_EXCL) && rename(fresh, place) == 0;
		if (!done) unlink(fresh);
	}
	free(place);
	past_free(all);
	return done;
}

bool past_write(Past *past, Err *err) {
	if (!past->path || past->written == past->entries.count) return true;
	make_folders(past);
	if (!write_entries(past, past->written, past->path, O_APPEND) || !shorten(past->path)) return err_system(err, past->path);
	past->written = past->entries.count;
	return true;
}
