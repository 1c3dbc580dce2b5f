insert into bookings (account) values (7)
