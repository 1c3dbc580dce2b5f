select * from orders where id = 4711::int and created_at < date '2026-01-02'
