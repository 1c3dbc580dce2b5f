select o.id, o.total from orders o join wanted w on o.id::text = w.ref
