UPDATE orders SET total = total * 1.1
