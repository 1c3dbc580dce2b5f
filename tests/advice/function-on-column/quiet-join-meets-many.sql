select sum(o.total) from orders o join wanted_many w on o.id::text = w.ref
