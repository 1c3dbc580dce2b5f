DELETE FROM items i WHERE i.quantity > 1
