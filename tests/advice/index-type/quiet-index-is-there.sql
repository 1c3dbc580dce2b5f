select id from docs where data @> '{"k": 78}'
