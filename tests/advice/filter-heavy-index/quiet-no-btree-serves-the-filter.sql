select * from tickets where tenant = 7 and title like '%399999%'
