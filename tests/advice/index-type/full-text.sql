select id from docs where words @@ to_tsquery('english', 'word77')
