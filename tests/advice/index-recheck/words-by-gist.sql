select id from papers where words @@ to_tsquery('simple', 'w4711')
