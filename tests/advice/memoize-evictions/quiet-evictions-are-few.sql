select count(c.name) from visits v join customers c on c.id = v.customer_id
