select sum(length(o.note)), max(c.name) from orders o join customers c on c.id = o.id
