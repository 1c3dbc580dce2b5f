select * from events where id = 4711.0
