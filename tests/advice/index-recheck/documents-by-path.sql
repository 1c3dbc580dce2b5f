select * from docs where data @> '{"a": {"k": 5}}'
