select max(md5(md5(md5(c.name || repeat('x', 20000))))) from (select customer_id from visits limit 600) v join customers c on c.id = v.customer_id
