/* keymap.c: which key means which action where. */
#include "view/keymap.h"

#include <ctype.h>
#include <strings.h>

#include "base/embedded.h"
#include "base/utf8.h"
#include "view/theme.h"

static const struct {
	const char *name, *group, *hint, *help;
} actions[ACTION_COUNT] = {
#define X(action, name, group, hint, help) [action] = {name, group, hint, help},
    ACTIONS(X)
#undef X
};

static const char *const contexts[CONTEXT_COUNT] = {
#define X(context, name) [context] = name,
    CONTEXTS(X)
#undef X
};

/* Keys by name, and what people read when that is another word. No arrows: on an ascii canvas ↓ would be a v. */
static const struct {
	uint32_t code;
	const char *name;
} named[] = {
#define X(code, name) {code, name},
    SPECIAL_KEYS(X)
#undef X
    {'\t', "tab"},       {'\r', "enter"},     {27, "esc"},           {127, "backspace"},
    {' ', "space"},      {':', "colon"},      {';', "semicolon"},    {'#', "hash"},
    {'=', "equals"},     {'\\', "backslash"}, {'[', "open-bracket"}, {']', "close-bracket"},
};
static const struct {
	uint32_t code;
	const char *text;
} shown[] = {
    {WHY_PGUP, "PgUp"},
    {WHY_PGDN, "PgDn"},
    {WHY_BACKTAB, "Shift-Tab"},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *action_name(Action action) {
	return actions[action].name;
}

const char *action_group(Action action) {
	return actions[action].group;
}

const char *action_hint(Action action) {
	return actions[action].hint;
}

const char *action_help(Action action) {
	return actions[action].help;
}

static bool is_printable(uint32_t code) {
	return code > ' ' && code < WHY_KEY_BASE && !utf8_hostile(code);
}

static const char *capitalised(Arena *arena, const char *name) {
	char *text = arena_copy(arena, name);
	*text = (char)toupper((unsigned char)*text);
	return text;
}

static const char *code_name(Arena *arena, uint32_t code) {
	for (size_t i = 0; i < COUNT(shown); i++)
		if (shown[i].code == code) return shown[i].text;
	if (is_printable(code)) {
		char bytes[5] = {0};
		utf8_encode(code, bytes);
		return arena_copy(arena, bytes);
	}
	for (size_t i = 0; i < COUNT(named); i++)
		if (named[i].code == code) return capitalised(arena, named[i].name);
	return code < ' ' ? arena_printf(arena, "^%c", (int)code + '@') : arena_printf(arena, "U+%04X", (unsigned)code);
}

const char *key_name(Arena *arena, Key key) {
	const char *name = code_name(arena, key.code);
	return key.alt ? arena_printf(arena, "Alt-%s", name) : name;
}

/* The text after a prefix, whatever its case; NULL when it does not begin so. */
static const char *after(const char *text, const char *prefix) {
	size_t len = strlen(prefix);
	return strncasecmp(text, prefix, len) == 0 && text[len] ? text + len : NULL;
}

static bool parse_control(const char *letter, uint32_t *code) {
	int upper = toupper((unsigned char)*letter);
	if (letter[1] || (upper != '?' && (upper < '@' || upper > '_'))) return false;
	*code = upper == '?' ? 127 : (uint32_t)upper - '@';
	return true;
}

static bool parse_code(const char *name, uint32_t *code) {
	for (size_t i = 0; i < COUNT(named); i++) {
		*code = named[i].code;
		if (strcasecmp(name, named[i].name) == 0) return true;
	}
	for (size_t i = 0; i < COUNT(shown); i++) {
		*code = shown[i].code;
		if (strcasecmp(name, shown[i].text) == 0) return true;
	}
	size_t len = strlen(name);
	if (len && utf8_decode(name, len, code) == len && is_printable(*code) && *code != UTF8_INVALID) return true;
	const char *control = after(name, "^");
	if (!control) control = after(name, "ctrl-");
	return control && parse_control(control, code);
}

bool key_parse(const char *name, Key *key) {
	const char *plain = after(name, "alt-");
	key->alt = plain;
	return parse_code(plain ? plain : name, &key->code);
}

static bool find_context(const char *name, Context *context) {
	for (int i = 0; i < CONTEXT_COUNT; i++) {
		*context = (Context)i;
		if (strcasecmp(name, contexts[i]) == 0) return true;
	}
	return false;
}

static bool find_action(const char *name, Action *action) {
	for (int i = 0; i < ACTION_COUNT; i++) {
		*action = (Action)i;
		if (strcasecmp(name, actions[i].name) == 0) return true;
	}
	return false;
}

/* NULL, or what is wrong with the line and the word that is. */
static const char *read_binding(const ConfigEntry *entry, Binding *binding, const char **word) {
	*word = entry->section;
	if (!find_context(*entry->section ? entry->section : "all", &binding->context)) return "no such place for keys";
	*word = entry->name;
	if (!key_parse(entry->name, &binding->key)) return "no such key";
	*word = entry->value;
	return find_action(entry->value, &binding->action) ? NULL : "no such action";
}

bool keymap_add(Keymap *keymap, Arena *arena, const Config *config, Err *err) {
	bool good = true;
	for (size_t i = 0; i < config->count; i++) {
		Binding binding;
		const char *word, *wrong = read_binding(&config->entries[i], &binding, &word);
		if (!wrong) {
			*list_push(arena, &keymap->bindings) = binding;
		} else if (good) {
			good = err_set(err, ERR_INPUT, "%s:%d: %s: \"%s\"", config->path, config->entries[i].line, wrong, word);
			err_hint(err, "Lines are key = action, in sections [all], [list], [plan] or [page]; see pgwhy(1).");
		}
	}
	return good;
}

Keymap *keymap_default(Arena *arena) {
	Keymap *keymap = ARENA_NEW(arena, Keymap);
	const char *text = embedded_text(embedded_themes, "default.keys");
	keymap_add(keymap, arena, config_parse(arena, "default.keys", text, NULL), NULL);
	return keymap;
}

static bool same_key(Key a, Key b) {
	return a.code == b.code && a.alt == b.alt;
}

static const Binding *last_binding(const Keymap *keymap, Context context, Key key) {
	for (size_t i = keymap->bindings.count; i-- > 0;) {
		const Binding *binding = &keymap->bindings.items[i];
		if (binding->context == context && same_key(binding->key, key)) return binding;
	}
	return NULL;
}

Action keymap_action(const Keymap *keymap, Context context, Key key) {
	const Binding *binding = last_binding(keymap, context, key);
	if (!binding) binding = last_binding(keymap, CONTEXT_ALL, key);
	return binding ? binding->action : ACTION_NONE;
}

/* Does this line say what its key does there, and is it the first line that does? */
static bool is_bound(const Keymap *keymap, size_t line, Context context, Action action) {
	const Binding *binding = &keymap->bindings.items[line];
	if (binding->action != action || (binding->context != context && binding->context != CONTEXT_ALL)) return false;
	if (keymap_action(keymap, context, binding->key) != action) return false;
	for (size_t i = 0; i < line; i++)
		if (same_key(keymap->bindings.items[i].key, binding->key) && is_bound(keymap, i, context, action)) return false;
	return true;
}

bool keymap_key(const Keymap *keymap, Context context, Action action, Key *key) {
	for (size_t i = 0; i < keymap->bindings.count; i++) {
		if (!is_bound(keymap, i, context, action)) continue;
		*key = keymap->bindings.items[i].key;
		return true;
	}
	return false;
}

const char *keymap_keys(Arena *arena, const Keymap *keymap, Context context, Action action) {
	const char *keys = "";
	for (size_t i = 0; i < keymap->bindings.count; i++)
		if (is_bound(keymap, i, context, action))
			keys = arena_printf(arena, "%s%s%s", keys, *keys ? ", " : "", key_name(arena, keymap->bindings.items[i].key));
	return keys;
}
