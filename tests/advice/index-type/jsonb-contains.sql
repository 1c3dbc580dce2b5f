select id from docs where data @> '{"k": 77}'
