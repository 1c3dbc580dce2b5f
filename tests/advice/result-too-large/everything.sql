SELECT o.*, c.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country <> 'xx' 
