select * from orders where date_trunc('day', created_at) = date '2026-01-05' /* x */ and paid
