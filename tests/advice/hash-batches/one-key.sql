select count(*) from orders o left join links l on l.k = o.customer_id * 20 where o.status = 'new'
