select * from tickets where tenant = 7 and state <> 'open'
