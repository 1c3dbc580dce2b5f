select id, body from queue where state = 'todo'
