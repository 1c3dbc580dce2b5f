insert into customers values (1000001, 'a@b', 'x', 'de', now())
