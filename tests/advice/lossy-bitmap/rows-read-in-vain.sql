select id, note from orders where total between 100 and 130
