select * from tickets where tenant = 7 and phase = 9 limit 60
