delete from customers where id between 5001 and 7500
