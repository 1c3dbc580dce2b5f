select count(*) from events where at::date = '2026-03-05'
