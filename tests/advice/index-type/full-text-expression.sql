select id from docs where to_tsvector('english', body) @@ to_tsquery('english', '4711')
