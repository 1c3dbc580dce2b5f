select * from tickets where phase = 9 and opened > '2026-01-03' order by opened limit 20
