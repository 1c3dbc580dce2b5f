/* form.h: fields to be filled in, over the screen: a line each, what they are in front and where the text comes from behind. */
#ifndef PGWHY_VIEW_FORM_H
#define PGWHY_VIEW_FORM_H

#include "view/chrome.h"
#include "view/popup.h"

typedef struct FormField {
	const char *label; /* "$1 integer" */
	const char *text; /* typed so far; NULL: nothing yet */
	const char *word; /* shown in place of a text: "NULL"; NULL: the text is */
	const char *note; /* where the text comes from; NULL */
} FormField;

typedef struct Form {
	const char *title;
	const FormField *fields;
	size_t count;
	size_t cursor; /* the field that is typed into */
	const char *status; /* what is wrong, or under way; NULL */
	Role status_role;
	const KeyHint *keys;
	size_t key_count;
} Form;

/* Scrolled so that the cursor shows. Where a note has no room, the cursor's stands below the fields. */
void form_draw(Canvas *canvas, Box screen, const Form *form);

#endif
