select id, pad from narrow where level = 4711
