/* test_settings.c: settings have defaults, take what makes sense, and refuse the rest with what would. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/settings.h"
#include "view/theme.h"

static int setup(void **state) {
	*state = arena_new();
	return 0;
}

static int teardown(void **state) {
	arena_free(*state);
	return 0;
}

static void every_default_is_a_value_its_setting_takes(void **state) {
	Settings settings;
	settings_default(&settings);
	for (Setting s = 0; s < SETTING_COUNT; s++) {
		Err err = ERR_INIT;
		assert_true(settings_set(*state, &settings, setting_name(s), setting_default(s), &err));
		assert_true(*setting_help(s) != '\0');
		err_release(&err);
	}
	assert_true(setting_number(&settings, SETTING_MAX_COST) > 999999);
	assert_false(setting_on(&settings, SETTING_ASCII));
}

static void a_number_out_of_bounds_is_refused_with_the_bounds(void **state) {
	Settings settings;
	settings_default(&settings);
	Err err = ERR_INIT;
	assert_false(settings_assign(*state, &settings, "interval_s=0", &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.hint.text, "0.25"));
	assert_false(settings_assign(*state, &settings, "interval_s=2x", &err));
	assert_false(settings_assign(*state, &settings, "interval_s=nan", &err));
	assert_true(setting_number(&settings, SETTING_INTERVAL) > 1.9);
	err_release(&err);
}

static void blanks_may_stand_around_the_sign(void **state) {
	Settings settings;
	settings_default(&settings);
	assert_true(settings_assign(*state, &settings, "theme = nord", NULL));
	assert_string_equal(setting_text(&settings, SETTING_THEME), "nord");
}

static void an_unknown_name_is_answered_with_the_known_ones(void **state) {
	Settings settings;
	settings_default(&settings);
	Err err = ERR_INIT;
	assert_false(settings_assign(*state, &settings, "colour=red", &err));
	assert_non_null(strstr(err.hint.text, "theme"));
	assert_false(settings_assign(*state, &settings, "theme", &err));
	assert_non_null(strstr(err.message.text, "NAME=VALUE"));
	err_release(&err);
}

static void a_file_with_a_mistake_is_read_as_far_as_it_goes(void **state) {
	char path[] = "/tmp/pgwhy-settings-XXXXXX";
	int fd = mkstemp(path);
	const char text[] = "# mine\ntheme = mono\nspeed = 9\n\n[analyze]\nmax_cost = 500\n";
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	Settings settings;
	settings_default(&settings);
	Err err = ERR_INIT;
	assert_false(settings_read(*state, &settings, path, &err));
	assert_non_null(strstr(err.message.text, ":3: there is no setting \"speed\""));
	assert_string_equal(setting_text(&settings, SETTING_THEME), "mono");
	assert_true(setting_number(&settings, SETTING_MAX_COST) < 501);
	unlink(path);
	assert_true(settings_read(*state, &settings, path, &err)); /* none is fine */
	err_release(&err);
}

static void files_stand_where_xdg_says(void **state) {
	setenv("XDG_CONFIG_HOME", "/etc/xdg", 1);
	assert_string_equal(config_path(*state, "keys"), "/etc/xdg/pgwhy/keys");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", "/home/me", 1);
	assert_string_equal(config_path(*state, "keys"), "/home/me/.config/pgwhy/keys");
	assert_string_equal(state_path(*state, "history"), "/home/me/.local/state/pgwhy/history");
}

static void the_help_on_themes_names_all_of_them(void **state) {
	(void)state;
	Arena *names = arena_new();
	char *rest = arena_copy(names, theme_names(names)), *name;
	while ((name = strtok_r(rest, " ", &rest))) assert_non_null(strstr(setting_help(SETTING_THEME), name));
	arena_free(names);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_default_is_a_value_its_setting_takes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_number_out_of_bounds_is_refused_with_the_bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(blanks_may_stand_around_the_sign, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_name_is_answered_with_the_known_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_with_a_mistake_is_read_as_far_as_it_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(files_stand_where_xdg_says, setup, teardown),
		cmocka_unit_test(the_help_on_themes_names_all_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
