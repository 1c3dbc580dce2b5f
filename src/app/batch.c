/* batch.c: what the commands without a terminal share: reading, writing, complaining. */
#include "app/batch.h"

#include <errno.h>
#include <stdio.h>

#include "report/json.h"

int batch_complain(Err *err) {
	fprintf(stderr, "pgwhy: %s\n", err->message.text);
	if (err->hint.len) fprintf(stderr, "hint: %s\n", err->hint.text);
	int status = err_exit_status(err->kind);
	err_release(err);
	return status;
}

bool batch_write(const Options *options, const Str *text, Err *err) {
	const char *path = options->output;
	FILE *file = path ? fopen(path, "w") : stdout;
	if (!file) return err_system(err, path);
	bool written = fwrite(text->text, 1, text->len, file) == text->len;
	written = fflush(file) == 0 && written;
	if (path) written = fclose(file) == 0 && written;
	return written || err_system(err, path ? path : "standard output");
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

bool batch_print_plans(const Options *options, const PlanReport *reports, size_t count, Err *err) {
	if (!count) return true;
	Arena *arena = arena_new();
	Str text = STR_INIT;
	if (options->format == FORMAT_JSON) str_add(&text, report_plans_json(arena, reports, count));
	for (size_t i = 0; options->format == FORMAT_TEXT && i < count; i++)
		str_printf(&text, "%s%s", i ? "\n" : "", report_plan_text(arena, &reports[i], REPORT_WIDTH, setting_on(&options->settings, SETTING_ASCII)));
	bool fine = batch_write(options, &text, err);
	str_release(&text);
	arena_free(arena);
	return fine;
}
