DELETE FROM part WHERE quantity > 1
