/* prompt_shown.c: what readline would show. */
#include "term/prompt_shown.h"

#include "term/charset.h"
#include "term/readline.h"

bool prompt_is_in_vi_commands(void) {
	return rl_editing_mode == 0 && rl_get_keymap() == rl_get_keymap_by_name("vi-command");
}

/* A prompt as readline has it: parts between \001 and \002 are colours and the like. */
static void add_visible(Str *out, const char *prompt) {
	while (prompt && *prompt) {
		size_t len = strcspn(prompt, "\001\002");
		charset_to_utf8(out, prompt, len);
		const char *end = prompt[len] == '\001' ? strchr(prompt + len, '\002') : NULL;
		prompt = end ? end + 1 : prompt + len + (prompt[len] != '\0');
	}
}

/* The mode, for those who want to see it. */
static void add_mode(Str *out) {
	const char *wanted = rl_variable_value("show-mode-in-prompt");
	if (!wanted || strcmp(wanted, "on") != 0) return;
	const char *mode = rl_editing_mode ? "emacs-mode-string" : prompt_is_in_vi_commands() ? "vi-cmd-mode-string" : "vi-ins-mode-string";
	add_visible(out, rl_variable_value(mode));
}

PromptShown prompt_shown(void) {
	PromptShown shown = {.prefix = STR_INIT, .text = STR_INIT};
	add_mode(&shown.prefix);
	add_visible(&shown.prefix, rl_display_prompt);
	charset_to_utf8(&shown.text, rl_line_buffer, (size_t)rl_point);
	shown.cursor = shown.text.len;
	charset_to_utf8(&shown.text, rl_line_buffer + rl_point, (size_t)(rl_end - rl_point));
	return shown;
}

TextBox prompt_shown_box(const PromptShown *shown) {
	return (TextBox){.prefix = shown->prefix.text, .text = shown->text.text, .len = shown->text.len, .cursor = shown->cursor};
}

void prompt_shown_release(PromptShown *shown) {
	str_release(&shown->prefix);
	str_release(&shown->text);
}
