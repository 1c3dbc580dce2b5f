select count(*) from events where at between '2026-03-05' and '2026-03-06'
