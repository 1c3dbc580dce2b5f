select sum(total) from orders where created_at > now() - interval '30 days'
