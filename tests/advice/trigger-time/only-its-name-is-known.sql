delete from customers where id between 25001 and 25100
