select count(*), sum(length(c.name)) from edited e join customers c on c.id = e.customer_id where e.state = 'done'
