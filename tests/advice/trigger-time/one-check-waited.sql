insert into orders values (400001, 7, 'z')
