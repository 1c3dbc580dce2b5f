delete from customers where id between 21001 and 29000
