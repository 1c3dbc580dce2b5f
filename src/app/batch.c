/* batch.c: what the commands without a terminal share: reading, writing, complaining. */
#include "app/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "app/tact.h"
#include "base/utf8.h"
#include "report/json.h"
#include "term/charset.h"

/* Stderr may be a terminal, and a message may quote what strangers wrote. */
void batch_say(const char *prefix, const char *text) {
	Arena *arena = arena_new();
	fprintf(stderr, "%s: %s\n", prefix, utf8_clean_lines(arena, text));
	arena_free(arena);
}

int batch_complain(Err *err) {
	batch_say("pgwhy", err->message.text);
	if (err->hint.len) batch_say("hint", err->hint.text);
	int status = err_exit_status(err->kind);
	err_release(err);
	return status;
}

bool batch_begin(const Options *options, Err *err) {
	if (options->settings_problem) batch_say("pgwhy", options->settings_problem);
	if (!options->output) return true;
	int file = open(options->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* statements hold people's data */
	if (file < 0 || dup2(file, STDOUT_FILENO) < 0) return err_system(err, options->output);
	close(file);
	return true;
}

bool batch_write(const Options *options, const char *text, Err *err) {
	bool written = fputs(text, stdout) >= 0;
	written = fflush(stdout) == 0 && written;
	return written || err_system(err, options->output ? options->output : "standard output");
}

bool batch_read(const char *path, Str *text, Err *err) {
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (!file) return err_set(err, ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
	char bytes[65536];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;) str_add_n(text, bytes, got);
	bool fine = !ferror(file);
	if (!fine) err_set(err, ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
	if (file != stdin) fclose(file);
	return fine;
}

const char *batch_read_sql(Arena *arena, const char *path, Err *err) {
	static const char byte_order_mark[] = "\xEF\xBB\xBF";
	Str bytes = STR_INIT;
	bool fine = batch_read(path, &bytes, err);
	if (fine && memchr(bytes.text, '\0', bytes.len)) {
		fine = err_set(err, ERR_INPUT, "%s holds zero bytes, which no SQL text does", path);
		err_hint(err, "If it is UTF-16, save it as UTF-8.");
	}
	size_t mark = strncmp(bytes.text, byte_order_mark, 3) == 0 ? 3 : 0;
	const char *text = fine ? arena_copy_n(arena, bytes.text + mark, bytes.len - mark) : NULL;
	str_release(&bytes);
	return text;
}

static const char *one_plan(Arena *arena, const Options *options, const PlanReport *report) {
	bool ascii = setting_on(&options->settings, SETTING_ASCII) || !charset_is_utf8();
	if (options->format != FORMAT_MARKDOWN) return report_plan_text(arena, report, REPORT_WIDTH, ascii);
	PlanReport shown = report_for_others(arena, &options->settings, report);
	return report_plan_markdown(arena, &shown, ascii);
}

bool batch_print_plans(const Options *options, const PlanReport *reports, size_t count, bool list, Err *err) {
	if (!count) return true;
	Arena *arena = arena_new();
	Str text = STR_INIT;
	if (options->format == FORMAT_JSON) str_add(&text, report_plans_json(arena, reports, count, list));
	for (size_t i = 0; options->format != FORMAT_JSON && i < count; i++)
		str_printf(&text, "%s%s", i ? "\n" : "", one_plan(arena, options, &reports[i]));
	bool fine = batch_write(options, text.text, err);
	str_release(&text);
	arena_free(arena);
	return fine;
}
