select * from customers where lower(email) = 'user77@example.com'
