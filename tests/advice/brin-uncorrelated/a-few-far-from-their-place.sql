select * from late where seen between '2026-02-06 10:00' and '2026-02-06 10:50'
