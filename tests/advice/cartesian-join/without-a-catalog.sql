select count(distinct c.name) from orders o, countries c where o.status = 'lost'
