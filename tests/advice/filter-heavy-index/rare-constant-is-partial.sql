select * from tickets where tenant = 7 and deleted is null
