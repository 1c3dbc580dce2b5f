/* fuzz_config.c: any bytes as a user's config, theme and keys: what is wrong is told and left out, what is read can be shown. */
#include <stdlib.h>

#include "view/keymap.h"
#include "view/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_keys(Arena *arena, const Keymap *keymap) {
	for (Context context = 0; context < CONTEXT_COUNT; context++)
		for (Action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
			for (const char *names = keymap_keys(arena, keymap, context, action); *names; names++)
				if ((unsigned char)*names < ' ' || *names == 0x7f) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	Config *config = config_parse(arena, "config", arena_copy_n(arena, (const char *)data, size), &err);
	if (!config) abort();
	for (size_t i = 0; i < config->count; i++) {
		const ConfigEntry *entry = &config->entries[i];
		if (!entry->section || !entry->name || !entry->value || !config_get(config, entry->section, entry->name)) abort();
	}
	if (!theme_read(arena, config, &err)) abort();
	Keymap *keymap = keymap_default(arena);
	keymap_add(keymap, arena, config, &err);
	check_keys(arena, keymap);
	err_release(&err);
	arena_free(arena);
	return 0;
}
