select * from orders where status = 'open' and created_at > now() - interval '90 days' order by total desc limit 20
