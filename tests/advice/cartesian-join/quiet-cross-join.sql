select count(distinct c.name) from orders o cross join countries c where o.status = 'lost'
