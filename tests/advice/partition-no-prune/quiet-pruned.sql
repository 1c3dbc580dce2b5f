select count(*), max(payload) from events where at >= '2026-03-01' and at < '2026-05-01'
