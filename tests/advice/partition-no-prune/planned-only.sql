select * from events where date_trunc('month', at) = '2026-03-01'
