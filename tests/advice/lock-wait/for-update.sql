select * from accounts where id between 1 and 20 for update
