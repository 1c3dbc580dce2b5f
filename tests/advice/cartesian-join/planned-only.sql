select count(*) from orders o, customers c where o.status = 'lost'
