select * from events where data->>'k' = '77' and kind = 'k17'
