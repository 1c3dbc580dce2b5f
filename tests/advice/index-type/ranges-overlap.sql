select id from docs where during && tsrange('2024-01-05', '2024-01-05 00:10')
