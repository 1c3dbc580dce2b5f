select count(*), sum(length(c.name)) from queue q join customers c on c.id = q.customer_id where q.state = 'todo'
