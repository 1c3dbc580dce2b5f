select count(*), sum(length(c.name)) from fresh f join customers c on c.id = f.customer_id where f.kind = 1
