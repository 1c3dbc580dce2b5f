/* test_layout.c: at every size of the screen the boxes lie inside it and beside each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/layout.h"

enum { MOST_WIDTH = 250, MOST_HEIGHT = 80 };

static bool inside(Box inner, Box outer) {
	return inner.width >= 0 && inner.height >= 0 && inner.x >= outer.x && inner.y >= outer.y &&
	       inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

static bool empty(Box box) {
	return box.width <= 0 || box.height <= 0;
}

static bool overlap(Box a, Box b) {
	if (empty(a) || empty(b)) return false;
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

static int area(Box box) {
	return empty(box) ? 0 : box.width * box.height;
}

/* Inside, apart from each other, and (when `all`) covering the whole. */
static void check_parts(Box whole, const Box *parts, size_t count, bool all) {
	int covered = 0;
	for (size_t i = 0; i < count; i++) {
		assert_true(empty(parts[i]) || inside(parts[i], whole));
		for (size_t j = 0; j < i; j++) assert_false(overlap(parts[i], parts[j]));
		covered += area(parts[i]);
	}
	if (all) assert_int_equal(covered, area(whole));
}

static void boxes_of_every_screen_lie_beside_each_other(void **state) {
	(void)state;
	static const int prompts[] = {0, 1, 3, 7, 500, -1}, feet[] = {1, 2, 0, 4, 300, -1};
	for (int width = 1; width <= MOST_WIDTH; width++)
		for (int height = 1; height <= MOST_HEIGHT; height++)
			for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
				Layout layout = layout_make(width, height, prompts[i], feet[i]);
				Box parts[] = {layout.status, layout.main, layout.prompt, layout.foot};
				check_parts((Box){0, 0, width, height}, parts, 4, true);
				assert_int_equal(layout.too_small, width < 40 || height < 10);
				if (layout.too_small) continue;
				assert_int_equal(layout.status.y, 0);
				assert_int_equal(layout.status.height, 1);
				assert_int_equal(layout.foot.y + layout.foot.height, height);
				if (feet[i] < 5) assert_int_equal(layout.foot.height, feet[i] > 1 ? feet[i] : 1);
				assert_true(layout.main.height >= LAYOUT_LEAST_MAIN && layout.main.width == width);
				assert_int_equal(layout.prompt.height > 0, prompts[i] > 0);
				if (prompts[i] > 0 && prompts[i] <= height - 1 - layout.foot.height - LAYOUT_LEAST_MAIN) assert_int_equal(layout.prompt.height, prompts[i]);
			}
}

static void screens_without_size_are_empty(void **state) {
	(void)state;
	Layout layout = layout_make(-3, 0, 2, 1);
	assert_true(layout.too_small && empty(layout.main));
}

static void a_split_box_is_covered_by_its_parts(void **state) {
	(void)state;
	static const double shares[] = {0, 0.3, 0.5, 0.8, 1};
	for (int width = 1; width <= MOST_WIDTH; width++)
		for (int height = 1; height <= MOST_HEIGHT; height += 3)
			for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
				Box whole = {3, 2, width, height}, parts[2];
				layout_split(whole, shares[i], 40, &parts[0], &parts[1]);
				check_parts(whole, parts, 2, true);
				if (width >= 80) assert_true(parts[0].width >= 40 && parts[1].width >= 40 && parts[1].height == height);
				else assert_int_equal(parts[1].width, width);
			}
}

static void panes_cover_the_box_and_are_as_many_as_fit(void **state) {
	(void)state;
	for (int width = 1; width <= MOST_WIDTH; width++)
		for (int height = 1; height <= MOST_HEIGHT; height++)
			for (size_t wanted = 0; wanted <= 6; wanted++) {
				Box whole = {0, 1, width, height}, panes[LAYOUT_MOST_PANES];
				size_t count = layout_panes(whole, wanted, panes);
				assert_true(count <= wanted && count <= LAYOUT_MOST_PANES);
				check_parts(whole, panes, count, count > 0);
				assert_int_equal(count > 0, wanted > 0);
				if (height >= 18 && wanted > 1) assert_true(count >= 2);
				if (height >= 18 && width >= 120 && wanted > 3) assert_int_equal(count, 4);
			}
}

static void centred_boxes_stay_inside(void **state) {
	(void)state;
	for (int width = 0; width < 90; width++)
		for (int height = 0; height < 30; height++) {
			Box whole = {2, 1, 60, 20}, box = layout_centred(whole, width, height);
			assert_true(inside(box, whole));
			assert_int_equal(box.width, width < 60 ? width : 60);
			assert_true(inside(layout_inside(box), box));
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(boxes_of_every_screen_lie_beside_each_other),
	    cmocka_unit_test(screens_without_size_are_empty),
	    cmocka_unit_test(a_split_box_is_covered_by_its_parts),
	    cmocka_unit_test(panes_cover_the_box_and_are_as_many_as_fit),
	    cmocka_unit_test(centred_boxes_stay_inside),
	};
	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
