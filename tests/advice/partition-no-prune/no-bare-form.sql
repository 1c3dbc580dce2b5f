select * from events where extract(month from at) = 3 and kind = 20
