select * from orders where created_at + interval '7 days' < '2024-02-10'
