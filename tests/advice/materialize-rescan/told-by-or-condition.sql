SELECT a.id, b.id FROM customers a JOIN customers b ON a.email = b.name OR a.name = b.email WHERE a.id < 500
